"""From rows as read to a preview: matched, laid over the register, judged, compared."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jingzhun.registry import dictionary
from jingzhun.registry.models import Import
from jingzhun.registry.queries.asked import latest_income_year, usual_income_year
from jingzhun.registry.rules.plausible import usual

from .comparing import compare
from .effective import lay_groups, lay_over
from .judging import judge
from .matching import match
from .staging import Staging, stored
from .stopping import Heed

TABLES = ("registry_household", "registry_member", "registry_survey", "registry_registerspell")
HISTORIES = (
    "registry_householdevent",
    "registry_memberevent",
    "registry_surveyevent",
    "registry_registerspellevent",
)
WARNINGS = {
    "no_id": "SELECT count(*) FROM {e_member} WHERE act <> 'kept' AND id_problem = 'missing' AND {here}",
    "placeholder_id": "SELECT count(*) FROM {e_member} WHERE act <> 'kept' AND id_problem = 'placeholder' AND {here}",
    "unknown_region": "SELECT count(*) FROM {e_member} WHERE act <> 'kept' AND id_problem = 'region' AND {here}",
    "not_in_file": "SELECT count(*) FROM {e_member} WHERE act = 'kept' AND left_on IS NULL AND {here}",
    "stated_differs": "SELECT count(*) FROM {e_survey}"
    " WHERE act <> 'kept' AND stated_per_capita <> per_capita AND {here}",
}
HERE = "sid NOT IN (SELECT sid FROM {outside})"
# For statements that go through a whole county once: sorts in memory, small samples, no compilation.
TUNING = "SET LOCAL work_mem = '96MB'; SET LOCAL default_statistics_target = 10; SET LOCAL jit = off"
ASSUMED = """
SELECT count(*) FROM {e_spell} e JOIN {household} s USING (sid) WHERE e.act = 'add' AND s.registered_on IS NULL
"""


@dataclass(frozen=True)
class Columns:
    """What the file has, as the staging tables need it; made from Import.tables."""

    stored: dict[str, list[str]]
    fields: set[str]

    @classmethod
    def of(cls, tables: list[dict[str, Any]]) -> "Columns":
        fields = {name for table in tables for name in table["columns"]}
        by_kind = {
            kind: [name.partition(".")[2] for name in sorted(fields) if name.startswith(f"{kind}.")]
            for kind in ("household", "member", "survey")
        }
        columns = {
            kind: [name for name in stored(kind, names) if name not in ("number", "year", "area_id")]
            for kind, names in by_kind.items()
        }
        return cls(columns | {"told": by_kind["household"]}, fields)


def analyse(job: Import, heed: Heed) -> None:
    """Work out the preview of an import that has been read, in one look at the register. Raises Cancelled."""
    staging, columns = Staging(job.pk), Columns.of(job.tables)
    year = income_year(job, staging)
    registered_on = job.registered_on or date(year + 1, 12, 31)
    today = timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TUNING)
        # First: what somebody commits from here on makes the register another one than the preview tells of.
        job.fingerprint = fingerprint()
        match(staging, columns.stored, heed)
        lay_over(staging, columns.stored, year, registered_on, heed)
        heed()
        lay_groups(staging, job.groups)
        judge(
            staging,
            scope=job.area_code,
            year=year,
            today=today,
            fields=columns.fields,
            takes_over=job.takes_over,
            heed=heed,
        )
        job.counts = compare(staging, columns.stored, heed) | {"year": year}
        again = (*WARNINGS, "registered_on_assumed", "other_income_year", "unusual_values", "unusual_names")
        job.warnings = [each for each in job.warnings if each[0] not in again]
        job.warnings += _other_year(staging) + _warnings(staging, registered_on) + _unusual(staging, columns)


def income_year(job: Import, staging: Staging) -> int:
    """The year whose incomes the file tells, the latest of several; else the one asked for, else the register's."""
    return _newest_told(staging) or job.year or latest_income_year()


def _newest_told(staging: Staging) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("SELECT max(year) FROM {survey}"))
        return cursor.fetchone()[0]


def fingerprint() -> str:
    """Changes with every write to the register (rows added, changed or removed) and to the areas."""
    counts = [f"(SELECT count(*) || ' ' || coalesce(max(id), 0) FROM {table})" for table in TABLES]
    counts += [f"(SELECT count(*) || ' ' || coalesce(max(pgh_id), 0) FROM {table})" for table in HISTORIES]
    counts += ["(SELECT count(*)::text FROM areas_area)", "(SELECT count(*)::text FROM registry_householdalias)"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT concat_ws('/', " + ", ".join(counts) + ")")
        return hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()


def _other_year(staging: Staging) -> list[tuple[str, dict[str, Any]]]:
    """Whether the file tells of incomes of another year than the register has of most households."""
    told, usual = _newest_told(staging), usual_income_year()
    if told is None or usual in (None, told):
        return []
    return [("other_income_year", {"year": told, "usual": usual})]


def _warnings(staging: Staging, registered_on: date) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    with connection.cursor() as cursor:
        for code, sql in WARNINGS.items():
            cursor.execute(staging.sql(sql, here=staging.sql(HERE)))
            if count := cursor.fetchone()[0]:
                found.append((code, {"count": count}))
        cursor.execute(staging.sql(ASSUMED))
        if count := cursor.fetchone()[0]:
            found.append(("registered_on_assumed", {"count": count, "day": registered_on.isoformat()}))
    return found


def _unusual(staging: Staging, columns: Columns) -> list[tuple[str, dict[str, Any]]]:
    """By field of the file: how many new or changed rows have a value that the dictionary calls unusual."""
    found: list[tuple[str, dict[str, Any]]] = []
    for kind in ("household", "member", "survey"):
        looked_at = [each for each in dictionary.fields(kind) if each.name in columns.stored[kind] and _rare(each)]
        if not looked_at:
            continue
        counts = ", ".join(f"count(*) FILTER (WHERE {_rare(each)})" for each in looked_at)
        sql = f"SELECT {counts} FROM {{e_{kind}}} WHERE act IN ('add', 'change') AND {HERE}"
        with connection.cursor() as cursor:
            cursor.execute(staging.sql(sql))
            for each, count in zip(looked_at, cursor.fetchone(), strict=True):
                if count:
                    code = "unusual_names" if each.usual_pattern else "unusual_values"
                    found.append((code, {"field": f"{kind}.{each.name}", "count": count, "usual": usual(each)}))
    return found


def _rare(field: dictionary.Field) -> str:
    """The condition under which a field's value is unusual; empty where the dictionary says nothing of it."""
    if field.usual_pattern:
        return f"{field.name} <> '' AND {field.name} !~ '^(?:{field.usual_pattern})$'"
    bounds = [("<", field.usual_low), (">", field.usual_high)]
    return " OR ".join(f"{field.name} {sign} {bound}" for sign, bound in bounds if bound is not None)
