"""The agenda of the county's review meeting on A4: the order of the day, the villages, the criteria, the judges."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.identification.models import Panel
from jingzhun.identification.queries.panels import Seat, Sheet
from jingzhun.identification.village_rules import Criterion
from jingzhun.methods.shares import percent, share
from jingzhun.registry.readable import spoken

from .paper import set_paper


def panel_agenda(panel: Panel, sheets: Sequence[Sheet], criteria: Sequence[Criterion], seats: Sequence[Seat]) -> bytes:
    """The agenda in the language of the screen."""
    return set_paper("panel.typ", agenda_data(panel, sheets, criteria, seats))


def agenda_data(
    panel: Panel, sheets: Sequence[Sheet], criteria: Sequence[Criterion], seats: Sequence[Seat]
) -> dict[str, Any]:
    """What the template sets: texts only."""
    english = (get_language() or "").startswith("en")
    return {
        "lang": "en" if english else "zh",
        "title": _("Review meeting on poor villages: agenda"),
        "place": " · ".join(filter(None, [panel.area.short_name, panel.held_on.isoformat(), panel.place])),
        "order_title": _("Order of the day"),
        "order": [
            _("Each town states its villages, one by one."),
            _("The panel asks and comments."),
            _("Each judge scores every village on an own phone. Nobody sees a score until all are in."),
            _("All scores are opened together; the ranking is read out."),
            _("The leaders in charge of county and town examine and approve."),
        ],
        "villages_title": _("Villages"),
        "villages_heads": [
            "#",
            _("Village"),
            _("Persons"),
            _("Incidence"),
            _("Income per person, yuan"),
            _("Collective income, yuan"),
            _("The town"),
        ],
        "villages": [_village(position, sheet) for position, sheet in enumerate(sheets, 1)],
        "criteria_title": _("Criteria"),
        "criteria_heads": [_("Criterion"), _("Weight"), _("Source")],
        "criteria": [[each.en if english else each.zh, str(each.weight), each.source] for each in criteria],
        "judges_title": _("Judges"),
        "judges_heads": ["#", _("Name"), _("Who they are"), _("Unit"), _("Signature")],
        "judges": [
            [str(position), seat.judge.name, str(seat.judge.get_capacity_display()), seat.judge.unit, ""]
            for position, seat in enumerate(seats, 1)
        ],
        "footer": _("Printed on %(day)s") % {"day": timezone.localdate().isoformat()},
    }


def _village(position: int, sheet: Sheet) -> list[str]:
    each = sheet.nomination
    incidence = percent(share(each.poor_persons, each.persons))
    return [
        str(position),
        f"{each.area.parent.short_name if each.area.parent else ''} {each.area.short_name}",
        str(each.persons),
        incidence,
        "–" if each.per_capita_income is None else spoken(each.per_capita_income),
        "–" if each.collective_income is None else spoken(each.collective_income),
        each.town_statement,
    ]
