"""What the apps below the journal decide: they cannot call it, so it listens to them."""

from typing import Any

from django.db import connection

from .actions import SYSTEM, Decision, record
from .models import Entry


def tell_areas(loaded: Any, file: str, **_: Any) -> None:
    """A list of areas, points or boundaries came in."""
    record(Decision("areas.loaded", "areas", file[:60], values=loaded.counts), by=SYSTEM)


def tell_reference(added: int, changed: dict[str, Any], **_: Any) -> None:
    """Shipped values came with a new version of the product; whoever migrates one app alone may have no journal yet."""
    if Entry._meta.db_table in connection.introspection.table_names():
        record(
            Decision("parameters.loaded", "parameters", "reference", values={"added": added, "changed": changed}),
            by=SYSTEM,
        )
