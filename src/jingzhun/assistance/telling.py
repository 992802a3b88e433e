"""What falls short in a plan of pairing, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jingzhun.areas.models import Area
from jingzhun.people.models import Cadre

from .rules.pairing import Reason


def in_words(unmet: list[Mapping[str, Any]]) -> list[str]:
    """One sentence for each gap of a plan's outcome; one query for the names of villages."""
    names = {area.pk: area.short_name for area in Area.objects.filter(pk__in={gap["area"] for gap in unmet})}
    return [_sentence(gap, names) for gap in unmet]


def _sentence(gap: Mapping[str, Any], names: Mapping[str, str]) -> str:
    number = gap["number"]
    told = {"number": number, "helpers": gap["helpers"], "village": names.get(gap["area"], gap["area"]),
            "rank": dict(Cadre.RANKS).get(gap["rank"], "")}  # fmt: skip
    match Reason(gap["reason"]):
        case Reason.NO_HELPERS:
            text = _("There are no cadres: import them, then plan again. %(number)s households wait for a helper.")
        case Reason.OUT_OF_REACH:
            text = ngettext(
                "%(number)s household in %(village)s can have no helper: every cadre has kin there.",
                "%(number)s households in %(village)s can have no helper: every cadre has kin there.",
                number,
            )
        case Reason.NO_ROOM:
            text = ngettext(
                "%(number)s household has no helper: all cadres who may help it have as many as they may take.",
                "%(number)s households have no helper: all cadres who may help them have as many as they may take.",
                number,
            )
        case Reason.QUOTA:
            text = _(
                "The quota asks for more households than there are: %(helpers)s cadres of the rank “%(rank)s” lack"
                " %(number)s households."
            )
    return text % told
