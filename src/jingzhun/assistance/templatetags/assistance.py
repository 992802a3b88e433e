"""Words of assistance in templates."""

from typing import Any

from django import template
from django.utils.translation import pgettext

from jingzhun.areas.rules import short_name
from jingzhun.assistance.models import Season
from jingzhun.assistance.rules.measures import Doubt
from jingzhun.assistance.rules.postings import Lack
from jingzhun.assistance.skills import languages, skills
from jingzhun.assistance.telling import DOUBTS, LACKS, in_language, season_words
from jingzhun.policy import kinds
from jingzhun.policy.models import PolicyVersion
from jingzhun.policy.wording import title_of

register = template.Library()


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
    return pgettext("between words", ", ").join(skills()[code].label for code in codes if code in skills())


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
    return pgettext("between words", ", ").join(languages()[code].label for code in codes if code in languages())


@register.filter
def whole_percent(part: float) -> str:
    """A share of one in whole hundredths."""
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
    return title_of(version)


@register.filter
def doubt_words(doubt: Doubt) -> str:
    """What of a measure goes beyond the rules of credit and relocation (R19)."""
    return str(DOUBTS[doubt])


@register.filter
def season(found: Season) -> str:
    """A work of the farming year in the language of the screen."""
    return season_words(found)


@register.filter
def product(found: Season) -> str:
    """A crop or livestock in the language of the screen."""
    return in_language(found.product, found.product_en)


@register.filter
def work(found: Season) -> str:
    """What is done, in the language of the screen."""
    return in_language(found.work, found.work_en).capitalize()


@register.filter
def inputs(found: Season) -> str:
    """What a work needs, in the language of the screen."""
    return in_language(found.inputs, found.inputs_en)
