"""Words of assistance in templates."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.rules import short_name
from jingzhun.assistance.models import Measure
from jingzhun.assistance.queries.household_page import Help
from jingzhun.assistance.queries.measures import terms_of
from jingzhun.assistance.rules.measures import Doubt, doubts
from jingzhun.assistance.rules.postings import Lack
from jingzhun.assistance.skills import languages, skills
from jingzhun.assistance.telling import LACKS
from jingzhun.policy import kinds
from jingzhun.policy.models import PolicyVersion

register = template.Library()
NAMED = ("credit", "relocation")


@register.filter
def kind(code: str) -> str:
    """A kind of measure or need in words."""
    return kinds.label(code)


@register.filter
def village(name: str | None) -> str:
    """A village's short name."""
    return short_name(name or "")


@register.filter
def lack_words(lack: Lack) -> str:
    """What a place lacks."""
    return str(LACKS[lack])


@register.filter
def skill_names(codes: list[str]) -> str:
    """Skills in words."""
    return "、".join(skills()[code].label for code in codes if code in skills())


@register.filter
def kilometres(metres: int) -> str:
    """Metres as whole kilometres."""
    return f"{metres / 1000:,.0f}"


@register.filter
def kilometres_1(metres: float) -> str:
    """Metres as kilometres with one place."""
    return f"{metres / 1000:,.1f}"


@register.filter
def less(number: int) -> int:
    """The number without its sign."""
    return -number


@register.filter
def language_names(codes: list[str]) -> str:
    """Languages in words."""
    return "、".join(languages()[code].label for code in codes if code in languages())


@register.filter
def percent(part: float) -> str:
    """A share of one."""
    return f"{part:.0%}"


@register.filter
def lookup(values: dict[str, Any], key: str) -> Any:
    """A value by its key."""
    return values.get(key)


@register.simple_tag
def share(part: Any, whole: Any) -> str:
    """How many hundredths a part is, for the width of a bar."""
    return f"{100 * part / whole:.1f}" if whole else "0"


@register.simple_tag
def policy_title(version: PolicyVersion) -> str:
    """A policy's title in the language of the screen."""
    english = (get_language() or "").startswith("en")
    return version.title_en if english and version.title_en else version.title


@register.simple_tag
def measure_doubts(measure: Measure, help: Help) -> list[str]:
    """What of a measure goes beyond the rules of credit and relocation (R19)."""
    if measure.kind not in NAMED:
        return []
    terms = terms_of(help.household.village_code, help.today)
    found = doubts(
        measure.kind,
        terms,
        persons=len(help.members),
        amount=measure.amount,
        months=measure.months,
        area=measure.area_m2,
        self_payment=measure.self_payment,
    )
    return [_words(doubt) for doubt in sorted(found)]


def _words(doubt: Doubt) -> str:
    return {
        Doubt.CREDIT_AMOUNT: _("beyond the sum on which interest is paid: not subsidised"),
        Doubt.CREDIT_TERM: _("beyond the term for which interest is paid: not subsidised"),
        Doubt.RELOCATION_AREA: _("larger than the floor area per person allows"),
        Doubt.SELF_PER_PERSON: _("own payment above the limit per person"),
        Doubt.SELF_PER_HOUSEHOLD: _("own payment above the limit per household"),
    }[doubt]
