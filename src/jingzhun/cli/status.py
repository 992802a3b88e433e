"""`jingzhun status`: the county's situation in numbers that the database proves."""

from typing import Annotated

import typer

from .output import Json, Refused, print_json, print_table, setup


def status(
    area: Annotated[str, typer.Option(help="Code of the area.")] = "610426",
    year: Annotated[int, typer.Option(help="The situation on the last day of this year.")] = 2014,
    as_json: Json = False,
) -> None:
    """Count poor villages, households and persons of an area at the end of a year."""
    setup()
    from jingzhun.areas.models import Area
    from jingzhun.registry.queries.situation import situation

    if not Area.objects.filter(pk=area).exists():
        raise Refused(f"No area {area!r} is loaded; see `jingzhun areas show`.")
    numbers = situation(area, year)
    if as_json:
        print_json(numbers.as_dict())
    else:
        print_table(("", f"{area} {year}"), numbers.as_dict().items())
