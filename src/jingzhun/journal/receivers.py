"""What the apps below the journal decide: they cannot call it, so it listens to them."""

from typing import Any

from django.db import connection

from jingzhun.parameters.actions import Said
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.rules import CHANGE_PARAMETERS

from .actions import SYSTEM, Actor, Decision, record
from .models import Entry


def tell_areas(loaded: Any, file: str, **_: Any) -> None:
    """A list of areas, points or boundaries came in."""
    record(Decision("areas.loaded", "areas", file[:60], values=loaded.counts), by=SYSTEM)


def tell_reference(added: int, changed: dict[str, Any], removed: dict[str, Any], **_: Any) -> None:
    """Shipped values came with a new version of the product; whoever migrates one app alone may have no journal yet."""
    if Entry._meta.db_table in connection.introspection.table_names():
        values = {"added": added, "changed": changed} | ({"removed": removed} if removed else {})
        record(Decision("parameters.loaded", "parameters", "reference", values=values), by=SYSTEM)


def tell_value(
    row: Parameter, before: Said | None, ended: list[Parameter], why: str, by: Actor | None, **_: Any
) -> None:
    """Somebody set an area's value of a parameter."""
    said = Said.by(row)
    values = {
        "value": said.value,
        "unit": said.unit,
        "from": str(row.valid_from),
        "until": said.until,
        "source": said.source,
    }
    if before:
        values |= {"value before": before.value, "until before": before.until, "source before": before.source}
    if ended:
        values["ended"] = ", ".join(f"{Said.by(each).value} ({each.valid_from})" for each in ended)
    where = ("parameter", row.name, row.area_code)
    decision = Decision("parameters.value_set", *where, why=why, values=values, permission=CHANGE_PARAMETERS)
    record(decision, by=by or SYSTEM)
