"""Words of assistance in templates."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.assistance.models import Measure
from jingzhun.assistance.queries.household_page import Help
from jingzhun.assistance.queries.measures import terms_of
from jingzhun.assistance.rules.measures import Doubt, doubts
from jingzhun.policy import kinds
from jingzhun.policy.models import PolicyVersion

register = template.Library()
NAMED = ("credit", "relocation")


@register.filter
def kind(code: str) -> str:
    """A kind of measure or need in words."""
    return kinds.label(code)


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
