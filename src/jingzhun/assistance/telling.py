"""What falls short in a plan of pairing, in a village's postings, or in the terms of a measure, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Season
from jingzhun.people.models import Cadre
from jingzhun.policy.dictionary import speaks_english

from .rules.measures import Doubt, Timing
from .rules.pairing import Reason
from .rules.postings import Lack

LACKS: Mapping[Lack, str | Promise] = {
    Lack.FIRST_SECRETARY: gettext_lazy("no first secretary"),
    Lack.LEADER: gettext_lazy("no county leader"),
    Lack.TEAM_LEADER: gettext_lazy("no leader of the team"),
    Lack.TEAM: gettext_lazy("team too small"),
    Lack.SHORT_TERM: gettext_lazy("term too short"),
    Lack.ABSENT: gettext_lazy("too few days in the village"),
    Lack.COMMISSIONERS: gettext_lazy("commissioners missing"),
}

# The same as what a village has.
LACKS_HAD: Mapping[Lack, str | Promise] = {
    Lack.FIRST_SECRETARY: gettext_lazy("First secretary"),
    Lack.LEADER: gettext_lazy("County leader"),
    Lack.TEAM_LEADER: gettext_lazy("Leader of the team"),
    Lack.TEAM: gettext_lazy("Team large enough"),
    Lack.SHORT_TERM: gettext_lazy("Terms long enough"),
    Lack.ABSENT: gettext_lazy("Days in the village"),
}

DOUBTS: Mapping[Doubt, str | Promise] = {
    Doubt.CREDIT_AMOUNT: gettext_lazy("beyond the sum on which interest is paid: not subsidised"),
    Doubt.CREDIT_TERM: gettext_lazy("beyond the term for which interest is paid: not subsidised"),
    Doubt.RELOCATION_AREA: gettext_lazy("larger than the floor area per person allows"),
    Doubt.SELF_PER_PERSON: gettext_lazy("own payment above the limit per person"),
    Doubt.SELF_PER_HOUSEHOLD: gettext_lazy("own payment above the limit per household"),
}

TIMINGS: Mapping[Timing, str | Promise] = {
    Timing.ON_TIME: gettext_lazy("on time"),
    Timing.SOON: gettext_lazy("due soon"),
    Timing.LATE: gettext_lazy("late"),
    Timing.CAME_LATE: gettext_lazy("came late"),
    Timing.NONE: "",
}


def in_language(chinese: str, english: str) -> str:
    """What is said in both languages, in that of the screen."""
    return english if english and speaks_english() else chinese


def season_words(season: Season) -> str:
    """A work of the farming year, as: apples, thinning and bagging."""
    between = pgettext("between a crop and its work", ", ")
    return between.join((in_language(season.product, season.product_en), in_language(season.work, season.work_en)))


def in_words(unmet: list[Mapping[str, Any]]) -> list[str]:
    """One sentence for each gap of a plan's outcome; one query for the names of villages."""
    names = {area.pk: area.short_name for area in Area.objects.filter(pk__in={gap["area"] for gap in unmet})}
    return [_sentence(gap, names) for gap in unmet]


def _sentence(gap: Mapping[str, Any], names: Mapping[str, str]) -> str:
    told = dict(gap) | {
        "village": names.get(gap["area"], gap["area"]),
        "rank": dict(Cadre.RANKS).get(gap["rank"], ""),
        "units": _("; ").join(f"{unit} {number}" for unit, number in gap["units"]),
    }
    return _text(Reason(gap["reason"]), gap["number"]) % told


def _text(reason: Reason, number: int) -> str:
    match reason:
        case Reason.NO_HELPERS:
            return _("There are no cadres: import them, then plan again. %(number)s households wait for a helper.")
        case Reason.CAPACITY:
            return _(
                "Capacity is %(number)s households short: all cadres together (%(helpers)s) may take %(asked)s"
                " households, and %(households)s are on the register. Bring more cadres, or let them take more."
            )
        case Reason.OUT_OF_REACH:
            return ngettext(
                "%(number)s household in %(village)s can have no helper: every cadre has kin there.",
                "%(number)s households in %(village)s can have no helper: every cadre has kin there.",
                number,
            )
        case Reason.NO_ROOM:
            return ngettext(
                "%(number)s household in %(village)s has no helper: whoever is no kin there has as many as they may"
                " take.",
                "%(number)s households in %(village)s have no helper: whoever is no kin there has as many as they may"
                " take.",
                number,
            )
        case Reason.QUOTAS:
            return _(
                "The quotas ask for %(asked)s households in all, and %(households)s are on the register: %(number)s too"
                " few to give every cadre the least number."
            )
        case Reason.QUOTA:
            return _(
                "Cadres of the rank “%(rank)s” under their quota: %(helpers)s, who lack %(number)s households; most in:"
                " %(units)s."
            )
