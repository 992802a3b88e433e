"""`jingzhun parameters`: the values that a law or a county sets."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.table import Column

from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, say, setup

if TYPE_CHECKING:
    from jingzhun.parameters.models import Parameter
    from jingzhun.parameters.rules import Wanted

app = typer.Typer(no_args_is_help=True, help="Values that a law or a county sets: poverty lines, notice days, bounds.")

Place = Annotated[str, typer.Option(help="Code of the area in which they hold. Default: the only county.")]
DAY = ["%Y-%m-%d"]


@app.command()
def show(
    text: Annotated[str, typer.Argument(help="A word of the name, the unit or the source; none: all.")] = "",
    area: Place = "",
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day. Default: today.")] = None,
    as_json: Json = False,
) -> None:
    """Show the values that hold in an area on a day, with their sources.

    Example: jingzhun parameters show notice_days --area 610426
    """
    setup()
    from django.utils import timezone

    from jingzhun.parameters.queries import lines

    place = loaded_area(area or only_county())
    found = lines(place.code, on.date() if on else timezone.localdate(), text=text)
    if as_json:
        print_json([{"name": each.kind.name, "label": each.kind.label} | _told(each.row) for each in found])
        return
    heads = (Column(_("Code"), no_wrap=True), _("Parameter"), _("Value"), _("Unit"), _("Since"), _("Area"), _("Source"))
    rows = [
        (each.kind.name, each.kind.label, each.value, each.kind.unit_label, each.row.valid_from,
         each.row.area_code or _("the whole country"), each.source)
        if each.row
        else (each.kind.name, each.kind.label, "", each.kind.unit_label, "", "", "")
        for each in found
    ]  # fmt: skip
    print_table(heads, rows)


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(help="Code of the parameter, as `jingzhun parameters show` tells it.")],
    value: Annotated[str, typer.Argument(help="The new value, in the parameter's unit.")],
    source: Annotated[str, typer.Option(help="The document that sets it.")],
    area: Place = "",
    start: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="First day on which it holds. Default: today.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="First day on which it no longer holds. Default: open.")
    ] = None,
    why: Annotated[str, typer.Option(help="The reason; needed where it begins before today.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Set it without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Set an area's value from a day on; the one before ends there. With --json and without --yes nothing is set.

    Example: jingzhun parameters set first_notice_days 5 --source 永扶办发〔2015〕3号 --from 2015-03-01 --yes
    """
    setup()
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from jingzhun.parameters.actions import set_value
    from jingzhun.parameters.dictionary import kinds
    from jingzhun.parameters.rules import Wanted

    place = loaded_area(area or only_county())
    if name not in kinds():
        raise Refused(_("There is no parameter '%(name)s'; see `jingzhun parameters show`.") % {"name": name})
    first = start.date() if start else timezone.localdate()
    last = until.date() if until else None
    wanted = Wanted(name, place.code, _number(value), first, source, last, why)
    if not (yes or (not as_json and _agreed(wanted, place.name))):
        if as_json:
            print_json({"set": False})
        return
    try:
        row = set_value(wanted)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if as_json:
        print_json({"set": True, "name": name} | _told(row))
    else:
        told = {"name": kinds()[name].label, "area": place.name, "value": value, "day": row.valid_from}
        say(_("%(name)s, %(area)s: %(value)s from %(day)s on.") % told)


def _agreed(wanted: "Wanted", place: str) -> bool:
    """What holds on that day so far, and whether it shall be another."""
    from jingzhun.parameters.dictionary import kinds
    from jingzhun.parameters.queries import values

    before = values([wanted.name], wanted.area_code, wanted.valid_from).get(wanted.name)
    shown = {
        "name": kinds()[wanted.name].label,
        "area": place,
        "day": wanted.valid_from,
        "before": "–" if before is None else f"{before.normalize():f}",
        "value": f"{wanted.value:f}",
        "unit": kinds()[wanted.name].unit_label,
    }
    say(_("%(name)s, %(area)s, from %(day)s on: %(before)s → %(value)s (%(unit)s).") % shown)
    return typer.confirm(_("Set it?"))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(_("'%(text)s' is not a number.") % {"text": text})
    return number


def _told(row: "Parameter | None") -> dict[str, Any]:
    """A row for programs."""
    names = ("value", "unit", "valid_from", "valid_until", "area_code", "source")
    return {name: getattr(row, name) if row else None for name in names}
