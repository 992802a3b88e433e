"""How a changed row is saved: locked, compared, checked, derived, and told to the journal field by field."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry.queries.history import RowChange, Version, changes, row_versions, version_of
from jingzhun.registry.rules.refusals import Refused, of_constraint

# What the journal shows as it is: facts of the register itself. Everything else about people (numbers, health, incomes,
# the causes of poverty, who asked them) enters as a keyed digest; the values stand in the history.
OPEN_FIELDS = frozenset({
    "number", "area", "recognised_by", "attribute", "closed_on",
    "relation", "joined_on", "join_reason", "left_on", "leave_reason",
    "year", "visited_on", "members_counted",
})  # fmt: skip


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was opened: `by_others` says what.

    `original` are the values that were opened, `row` is the row as it is now.
    """

    def __init__(self, row: models.Model, versions: list[Version]) -> None:
        super().__init__("changed since it was opened")
        self.row = row
        self.original = versions[0].values if versions else {}
        self.by_others: list[RowChange] = changes(versions, [row])


def changed_values(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """The values that differ from the row's."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def lock(row: Any, version: int | None) -> Any:
    """The row as it is now, locked until the transaction ends. Raises ChangedMeanwhile."""
    locked = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and version_of(locked) != version:
        raise ChangedMeanwhile(locked, row_versions(locked, version))
    return locked


def save(row: models.Model, fields: Iterable[str] | None = None) -> None:
    """Save a row, or only some of its fields. Raises Refused in the words of the form."""
    names = list(fields) if fields is not None else None
    try:
        if names is not None:
            checked = set(names)
            row.clean_fields(exclude={field.name for field in row._meta.fields if field.name not in checked})
        with transaction.atomic():
            row.save(update_fields=names)
    except ValidationError as error:
        raise Refused({field: list(texts) for field, texts in error.message_dict.items()}) from error
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        raise of_constraint(getattr(diagnosis, "constraint_name", None)) from error


def tell(
    decision: str, row: models.Model, before: dict[str, Any], by: User, *, number: str, area: str, why: str
) -> None:
    """Write into the journal which fields changed: open ones from what to what, all others as digests."""
    open_values: dict[str, Any] = {}
    personal: dict[str, str] = {}
    for name, old in before.items():
        new = getattr(row, name)
        if name in OPEN_FIELDS:
            open_values[name] = [plain(old), plain(new)]
        else:
            personal[f"{name} before"] = digested(row, name, old)
            personal[f"{name} after"] = digested(row, name, new)
    values = {"row": f"{row._meta.model_name} {row.pk}", "changed": open_values}
    record(
        Decision(
            decision, "household", number, area, why=why, values=values, personal=personal, permission=EDIT_HOUSEHOLDS
        ),
        by=by,
    )


def digested(row: models.Model, name: str, value: Any) -> str:
    """What a field's digest is made of, as the history can tell it again: row, field and stored value.

    It is bound to its row, so that equal incomes or illnesses of two people do not look equal.
    """
    field = row._meta.get_field(name)
    if isinstance(field, models.DecimalField) and value is not None:
        value = f"{value:.{field.decimal_places}f}"
    return f"{row._meta.model_name} {row.pk} {name}={'' if value is None else plain(value)}"


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return str(value) if isinstance(value, Decimal | date) else value


def on_behalf_of(user: User, *, event: bool = False) -> Any:
    """Whatever is changed inside stands in the history under the user's name, also outside of a request.

    `event`: an event tells of these changes.
    """
    return pghistory.context(user=user.pk, event=event)
