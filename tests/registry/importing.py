"""What tests of the import share: import a file, and the register's whole state to compare."""

from pathlib import Path
from typing import Any

from jingzhun.journal.models import Entry
from jingzhun.people.models import User
from jingzhun.registry.actions import imports
from jingzhun.registry.models import Household, Import, Member, RegisterSpell, Survey
from jingzhun.registry.queries.imports import problems

COUNTY = "610426"


def read(path: Path, by: User | None = None, area: str = COUNTY, year: int | None = 2013, **options: Any) -> Import:
    """Take a file in and read it: the preview."""
    with path.open("rb") as file:
        job = imports.take_in(file, path.name, by=by, area_code=area, year=year, language="zh-hans", **options)
    return imports.read(job)


def load(path: Path, **options: Any) -> Import:
    """Import a file that is in order."""
    job = read(path, **options)
    assert job.state == Import.State.READY, job.error_text
    assert not job.counts["problem_rows"], reasons(job)
    return imports.confirm(job)


def reasons(job: Import) -> list[str]:
    """`C5 column: text` of every problem."""
    return [f"{each.cell} {each.label}: {each.text}" for each in problems(job)]


def codes(job: Import) -> set[str]:
    """Codes of the problems, the rule's for those of the quality checks."""
    import json

    from django.db import connection

    from jingzhun.registry.importing.staging import Staging

    with connection.cursor() as cursor:
        cursor.execute(Staging(job.pk).sql("SELECT code, params FROM {problem}"))
        return {json.loads(params)["rule"] if code == "check" else code for code, params in cursor.fetchall()}


def register() -> dict[str, list[dict[str, Any]]]:
    """Everything that an import may change."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Household, Member, Survey, RegisterSpell, Entry)
    }
