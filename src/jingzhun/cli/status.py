"""`jingzhun status`: the county's situation in numbers that the database proves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from .county import only_county
from .output import Json, Refused, print_json, print_table, setup

if TYPE_CHECKING:
    from jingzhun.registry.queries.situation import Situation


def status(
    area: Annotated[
        str,
        typer.Option(help="Code of the area, of 2 (province) to 12 digits (village). Default: the only county."),
    ] = "",
    year: Annotated[
        int | None,
        typer.Option(
            min=1991, max=2101, help="The situation on its last day. Default: the newest with most incomes known."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Count poor villages, households and persons of an area at the end of a year."""
    setup()
    from jingzhun.areas.models import Area
    from jingzhun.registry.queries.situation import AreaTooSmall, situation, usual_year

    area = area or only_county()
    place = Area.objects.filter(pk=area).first()
    if place is None:
        raise Refused(f"No area {area!r} is loaded; see `jingzhun areas show`.")
    try:
        found = situation(area, usual_year() if year is None else year)
    except AreaTooSmall as error:
        raise Refused(f"{area} is a village group; the situation is counted down to the village.") from error
    if as_json:
        print_json(found.as_dict())
    else:
        print_table((place.name, str(found.asked.day)), _rows(found))


def _rows(found: "Situation") -> Iterator[tuple[str, str]]:
    """Labels and numbers in the language of the interface."""
    from django.utils.formats import number_format
    from django.utils.translation import gettext as _

    from jingzhun.methods.shares import percent

    def number(value: int) -> str:
        return number_format(value, use_l10n=True, force_grouping=True)

    yield _("Villages"), number(found.villages)
    yield _("Poor villages"), number(found.poor_villages)
    yield _("Households"), number(found.households)
    yield _("Rural persons"), number(found.rural_persons)
    yield _("Poor households"), number(found.poor_households)
    yield _("Poor persons"), number(found.poor_persons)
    yield _("Incidence"), percent(found.incidence, 2)
    line = "–" if found.line is None else number_format(found.line, 0, use_l10n=True, force_grouping=True)
    yield _("Poverty line for the incomes of %(year)s") % {"year": found.asked.income_year}, line
