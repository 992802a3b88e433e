"""`jingzhun status`: the county's situation in numbers that the database proves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from jingzhun.methods.rounding import half_up

from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, say, setup

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
    """Count poor villages, households and persons of an area at the end of a year.

    Example: jingzhun status --area 610426 --year 2014
    """
    setup()
    from jingzhun.registry.queries.situation import AreaTooSmall, situation, usual_year

    place = loaded_area(area or only_county())
    try:
        found = situation(place.code, usual_year() if year is None else year)
    except AreaTooSmall as error:
        text = _("%(area)s is a village group; the situation is counted down to the village.")
        raise Refused(text % {"area": place.code}) from error
    if as_json:
        print_json(found.as_dict())
        return
    print_table((place.name, str(found.asked.day)), _rows(found))
    if not found.households:
        say(_what_next(found))


def _what_next(found: "Situation") -> str:
    """Why nobody is counted, and what to do."""
    from jingzhun.registry.queries.situation import register_years

    if years := register_years():
        told = {"year": found.year, "first": years.first_year, "newest": years.newest_year}
        return (
            _("Nobody is counted here in %(year)s; the register has the years %(first)s to %(newest)s: --year.") % told
        )
    return _(
        "The register is empty: import workbooks by `jingzhun register import FILE --year 2013`, "
        "and the villages' reports by `jingzhun register villages FILE`; `jingzhun register template` writes empty "
        "ones."
    )


def _rows(found: "Situation") -> Iterator[tuple[str, str]]:
    """Labels and numbers."""
    from django.utils.formats import number_format

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
    line = "–" if found.line is None else number_format(half_up(found.line, 0), 0, use_l10n=True, force_grouping=True)
    yield _("Poverty line for the incomes of %(year)s") % {"year": found.asked.income_year}, line
