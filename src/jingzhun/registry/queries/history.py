"""Past versions of a household's rows, as the triggers kept them, and who made them past."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Max

from jingzhun.people.fields import SealedTextField, unseal
from jingzhun.people.models import User
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey, VillageYear

TRACKED: dict[str, type[models.Model]] = {
    "household": Household,
    "member": Member,
    "survey": Survey,
    "spell": RegisterSpell,
}
KINDS = TRACKED | {"village": VillageYear}  # the rows of a household, and a village's reports
LEFT_OUT = ("id", "created_at", "village_code", "household_id")
COMPUTED = ("total_income", "net_income", "per_capita")
DERIVED = ("pinyin", "initials", "id_index", "phone_index", "account_index", "id_problem", "id_birth_date", "id_sex",
           "disability_type", "disability_degree")  # fmt: skip


@dataclass(frozen=True)
class Version:
    """A row's values until `until`, when the user of `user_id` superseded or deleted it."""

    kind: str
    row_id: int
    number: int
    until: datetime
    deleted: bool
    user_id: int | None
    by_event: bool
    values: dict[str, Any]


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RowChange:
    """What one user changed in one row at one moment."""

    kind: str
    row_id: int
    at: datetime
    user_id: int | None
    by_event: bool
    changes: tuple[FieldChange, ...]


def version_of(row: models.Model) -> int:
    """A number that grows whenever the row is changed, by whatever means; one query."""
    rows = _event_model(type(row)).objects.filter(pgh_obj_id=row.pk)
    return rows.aggregate(newest=Max("pgh_id"))["newest"] or 0


def versions_of(household: Household) -> list[Version]:
    """Every past version of the household, its members, surveys and spells, the oldest first; one query."""
    parts = " UNION ALL ".join(_version_sql(kind) for kind in TRACKED)
    sql = f"SELECT * FROM ({parts}) versions ORDER BY 4, 3"  # noqa: S608 - made of our own tables' names
    with connection.cursor() as cursor:
        cursor.execute(sql, {"household": household.pk})
        return [_version(*row) for row in cursor.fetchall()]


def row_versions(row: models.Model, after: int = 0) -> list[Version]:
    """Past versions of one row that were superseded after a version number; one query."""
    kind = next(kind for kind, model in KINDS.items() if isinstance(row, model))
    sql = f"{_head(kind)} WHERE e.pgh_obj_id = %(row)s AND e.pgh_id > %(after)s ORDER BY 3"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"row": row.pk, "after": after})
        return [_version(*found) for found in cursor.fetchall()]


def changes(versions: list[Version], rows: list[models.Model]) -> list[RowChange]:
    """What changed from version to version, and from the last one to the row as it is."""
    by_row: dict[tuple[str, int], list[Version]] = defaultdict(list)
    for version in versions:
        by_row[version.kind, version.row_id].append(version)
    live = {(_kind(row), row.pk): current_values(row) for row in rows}
    found = []
    for key, chain in by_row.items():
        following = [version.values for version in chain[1:]] + [live.get(key, {})]
        for version, after in zip(chain, following, strict=True):
            differences = _differences(version.values, after)
            if differences:
                done = (version.until, version.user_id, version.by_event)
                found.append(RowChange(version.kind, version.row_id, *done, differences))
    return sorted(found, key=lambda change: change.at)


def current_values(row: models.Model) -> dict[str, Any]:
    """The row's own values, by column name as in its versions."""
    return {field.attname: field.value_from_object(row) for field in _fields(type(row))}


def names_of(user_ids: set[int | None]) -> dict[int, str]:
    """Names of users by their id; one query."""
    users = User.objects.filter(pk__in=[pk for pk in user_ids if pk]).only("full_name", "username")
    return {user.pk: str(user) for user in users}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[FieldChange, ...]:
    if not after:
        return ()
    return tuple(
        FieldChange(name, value, after[name])
        for name, value in before.items()
        if name not in (*DERIVED, *COMPUTED) and name in after and after[name] != value
    )


def _event_model(model: type[models.Model]) -> Any:
    return apps.get_model("registry", f"{model.__name__}Event")


def _kind(row: models.Model) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(row, model))


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if field.attname not in LEFT_OUT]


def _head(kind: str) -> str:
    table = _event_model(KINDS[kind])._meta.db_table
    return (
        f"SELECT '{kind}', e.pgh_obj_id, e.pgh_id, e.pgh_created_at, e.pgh_label, c.metadata, to_jsonb(e)::text "  # noqa: S608
        f"FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
    )


def _version_sql(kind: str) -> str:
    column = "pgh_obj_id" if kind == "household" else "household_id"
    return f"({_head(kind)} WHERE e.{column} = %(household)s)"


def _version(kind: str, row_id: int, number: int, until: datetime, label: str, metadata: Any, text: str) -> Version:
    raw = json.loads(text, parse_float=Decimal)
    values = {field.attname: _read(field, raw[field.column]) for field in _fields(KINDS[kind]) if field.column in raw}
    context = (json.loads(metadata) if isinstance(metadata, str) else metadata) or {}
    by_event = bool(context.get("event"))
    return Version(kind, row_id, number, until, label == "deleted", context.get("user"), by_event, values)


def _read(field: models.Field, value: Any) -> Any:
    """A value as the model holds it, from its JSON form."""
    if isinstance(field, SealedTextField):
        return unseal(bytes.fromhex(value.removeprefix("\\x")), field.purpose) if value else ""
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value.removeprefix("\\x")) if value else None
    if isinstance(field, models.ForeignKey):
        return value
    if isinstance(field, models.DecimalField) and value is not None:
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-(field.decimal_places or 0)))
    return field.to_python(value) if not isinstance(value, list) else value
