"""Decisions about the journal itself."""

from django.db import transaction

from . import Actor, Decision, record


@transaction.atomic
def tell_export(query: str, rows: int, *, area_code: str, by: Actor) -> None:
    """Say in the journal that entries left the house as a workbook: the filter as in the address, and how many."""
    record(Decision("journal.exported", "list", "journal", area_code, values={"query": query, "rows": rows}), by=by)
