"""The register leaves the house as a file; what left, for whom, is told in the journal."""

import hashlib
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from jingzhun.journal.actions import Actor, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import EXPORT_REGISTER, SEE_PERSONAL
from jingzhun.registry.models import Export
from jingzhun.registry.queries import exports as queries
from jingzhun.registry.queries.asked import asked_for
from jingzhun.registry.workbook.book import clear_scratch
from jingzhun.registry.workbook.problems import words
from jingzhun.registry.workbook.writer import EXCEL_ROWS, TooLong, Written, write_csv, write_national, write_own

from .jobs import defer, has_job, is_disk_full

KEPT = timedelta(hours=24)  # a file of personal data lies here no longer
HEADER_ROWS = 2
State, Layout = Export.State, Export.Layout
Progress = Callable[[int, int], None]


class ExportRefused(Exception):
    """A file cannot be written as asked; the message says why and what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def __str__(self) -> str:
        return words(self.code, self.params)


@dataclass(frozen=True)
class Asked:
    """What a file is to hold. `status` as in queries.status, empty for all; `language` zh or en."""

    area_code: str
    year: int
    layout: str
    language: str = "zh"
    status: str = ""
    personal: bool = False


def write(asked: Asked, target: BinaryIO, *, by: Actor | System, progress: Progress, reference: str = "") -> Written:
    """Write the register of an area at the end of a year into a file, and say so in the journal when it is whole.

    The rows are those of one moment. Raises ExportRefused for what no sheet can hold; the caller has seen to it that
    `by` may.
    """
    on = asked_for(asked.year)
    found = queries.wanted(asked.area_code, on, asked.status)
    total = queries.count_persons(found, on)
    if asked.layout != Layout.CSV and total > EXCEL_ROWS - HEADER_ROWS:
        raise _too_many(total)
    given: dict[str, Any] = {"personal": asked.personal, "progress": lambda done: progress(done, total)}
    try:
        with closing(queries.households(found, on, personal=asked.personal)) as rows:
            written = _writer(asked, total)(target, rows, asked.language, **given)
    except TooLong as error:  # more came meanwhile
        raise _too_many(EXCEL_ROWS) from error
    values = asdict(asked) | asdict(written)
    with transaction.atomic():
        record(
            Decision(
                "registry.exported", "export", reference, asked.area_code, values=values, permission=EXPORT_REGISTER
            ),
            by=by,
        )
    return written


def order(asked: Asked, *, by: User) -> Export:
    """Take an order for a file; a job writes it. Raises PermissionError for what is not the user's to take out."""
    from jingzhun.registry.tasks import write_export

    _require(asked, by)
    with transaction.atomic():  # the order and its job are there together
        export = Export.objects.create(by=by, **asdict(asked))
        defer(write_export, number=export.pk)
    return export


def carry_out(export: Export) -> Export:
    """Write the file of an order. Run again after a crash, it begins anew; what fails is told in the order."""
    if export.state not in Export.AT_WORK:
        return export
    _set(export, state=State.WRITING, done=0, total=0)
    asked = Asked(*(getattr(export, name) for name in Asked.__dataclass_fields__))
    try:
        _require(asked, export.by)
    except PermissionError:
        return _fail(export, ExportRefused("export_not_yours"))
    unfinished = _unfinished(export)
    try:
        written = _write_to(unfinished, asked, export)
        size, sha256 = unfinished.stat().st_size, _digest(unfinished)
        unfinished.rename(path_of(export))
    except ExportRefused as error:
        return _fail(export, error)
    except (OSError, DatabaseError) as error:
        if not is_disk_full(error):
            raise
        return _fail(export, ExportRefused("export_disk_full"))
    finally:
        unfinished.unlink(missing_ok=True)
    _set(export, state=State.READY, size=size, sha256=sha256, ended_at=timezone.now(), **asdict(written))
    return export


def forget(export: Export) -> None:
    """Delete the file of an order that has been carried out."""
    if export.state not in Export.AT_WORK:
        path_of(export).unlink(missing_ok=True)
        _set(export, state=State.DELETED)


def sweep(now: datetime | None = None) -> int:
    """Delete files that have lain here for a day, and what killed jobs left; number of files."""
    before = (now or timezone.now()) - KEPT
    stale = list(Export.objects.filter(state=State.READY, ended_at__lt=before))
    for export in stale:
        forget(export)
    kept = Export.objects.filter(state__in=(State.READY, *Export.AT_WORK))
    known = {path.name for export in kept for path in (path_of(export), _unfinished(export))}
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
    clear_scratch(before)
    return len(stale)


def give_up_if_abandoned(export: Export) -> Export:
    """End an order whose job has died for good, so that it does not seem to be at work for ever."""
    if export.state not in Export.AT_WORK or has_job("exports", export.pk):
        return export
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export.pk)
        if locked.state in Export.AT_WORK:  # it may have ended between the two looks
            _fail(locked, ExportRefused("export_died"))
    export.refresh_from_db()
    return export


def folder() -> Path:
    """Where files wait to be fetched; nobody else on the machine may look into it."""
    path = Path(settings.VAR) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(export: Export) -> Path:
    """Where the file of an order lies once it is written."""
    return folder() / f"{export.pk}.{'csv' if export.layout == Layout.CSV else 'xlsx'}"


def _unfinished(export: Export) -> Path:
    return path_of(export).with_suffix(".part")


def _require(asked: Asked, by: User) -> None:
    if not by.can(EXPORT_REGISTER, asked.area_code):
        raise PermissionError(asked.area_code)
    if asked.personal and not by.can(SEE_PERSONAL, asked.area_code):
        raise PermissionError(SEE_PERSONAL)


def _write_to(path: Path, asked: Asked, export: Export) -> Written:
    def report(done: int, total: int) -> None:
        _set(export, done=done, total=total)

    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as target:
        return write(asked, target, by=export.by, progress=report, reference=str(export.pk))


def _writer(asked: Asked, persons: int) -> Callable[..., Written]:
    if asked.layout == Layout.OWN:
        return partial(write_own, rows=persons)
    return write_csv if asked.layout == Layout.CSV else write_national


def _too_many(persons: int) -> ExportRefused:
    return ExportRefused("too_many_persons", count=f"{persons:,}")


def _fail(export: Export, why: ExportRefused) -> Export:
    _set(export, state=State.FAILED, error={"code": why.code, "params": why.params}, ended_at=timezone.now())
    return export


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _set(export: Export, **values: Any) -> None:
    for name, value in values.items():
        setattr(export, name, value)
    Export.objects.filter(pk=export.pk).update(**values)
