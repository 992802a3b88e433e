"""Entries leave the house as a file that a job writes: how it is asked for, written, fetched and deleted."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jingzhun.journal.actions.telling import tell_export
from jingzhun.journal.models import EntriesFile, Entry
from jingzhun.people.models import User
from jingzhun.people.rules import READ_JOURNAL
from jingzhun.registry.actions.jobs import defer, has_job, is_disk_full

from . import excel
from .filtering import filtered

KEPT = timedelta(hours=24)
SHOWN = 20
QUEUE = "journal-files"
State, Kind = EntriesFile.State, EntriesFile.Kind
REASONS = {
    "not_yours": _("You may not read the journal of an area any more."),
    "too_many": _("A sheet of Excel does not hold that many entries: ask for CSV, or narrow it by days or an area."),
    "disk_full": _("The disk is full: call the administrator."),
    "died": _("The work was cut off. Ask for the file again; if that happens again, call the administrator."),
}


def order(query: str, kind: str, *, by: User) -> EntriesFile:
    """Take an order for a file of the entries that a filter asks for; a job writes it."""
    from jingzhun.web.tasks import write_entries

    with transaction.atomic():  # the order and its job are there together
        made = EntriesFile.objects.create(actor_id=by.pk, query=query, kind=kind, language=get_language() or "")
        defer(write_entries, number=made.pk)
    return made


def carry_out(file: EntriesFile) -> EntriesFile:
    """Write the file of an order. Run again after a crash, it begins anew; what fails is told in the order."""
    if file.state not in EntriesFile.AT_WORK:
        return file
    by = User.objects.filter(pk=file.actor_id, is_active=True).first()
    if by is None or not by.scope.areas_for(READ_JOURNAL):
        return _fail(file, "not_yours")
    found = filtered(QueryDict(file.query), by)[1]
    total = found.order_by().count()
    if file.kind == Kind.XLSX and total > excel.MOST_OF_A_SHEET:
        return _fail(file, "too_many")
    _set(file, state=State.WRITING, done=0, total=total)
    unfinished = path_of(file).with_suffix(".part")
    try:
        written = _write(unfinished, found, file, by)
        size = unfinished.stat().st_size
        with transaction.atomic():
            tell_export(file.query, written, area_code=by.scope.common_area(READ_JOURNAL), by=by)
            _set(file, state=State.READY, done=written, total=written, size=size, ended_at=timezone.now())
            unfinished.rename(path_of(file))
    except (OSError, DatabaseError) as error:
        if not is_disk_full(error):
            raise
        return _fail(file, "disk_full")
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def of_user(user: User) -> QuerySet[EntriesFile]:
    """The user's own files, the newest first."""
    return EntriesFile.objects.filter(actor_id=user.pk)


def forget(file: EntriesFile) -> None:
    """Delete a file that has been written."""
    if file.state not in EntriesFile.AT_WORK:
        path_of(file).unlink(missing_ok=True)
        _set(file, state=State.DELETED)


def sweep(now: datetime | None = None) -> int:
    """Delete files that have lain here for a day, and what killed jobs left; number of files."""
    before = (now or timezone.now()) - KEPT
    stale = list(EntriesFile.objects.filter(state=State.READY, ended_at__lt=before))
    for file in stale:
        forget(file)
    for path in _folder().iterdir():
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
    return len(stale)


def give_up_if_abandoned(file: EntriesFile) -> EntriesFile:
    """End an order whose job has died for good, so that it does not seem to be at work for ever."""
    if file.state not in EntriesFile.AT_WORK or has_job(QUEUE, file.pk):
        return file
    with transaction.atomic():
        locked = EntriesFile.objects.select_for_update().get(pk=file.pk)
        if locked.state in EntriesFile.AT_WORK:  # it may have ended between the two looks
            _fail(locked, "died")
    file.refresh_from_db()
    return file


def path_of(file: EntriesFile) -> Path:
    """Where the file of an order lies once it is written."""
    return _folder() / f"{file.pk}.{file.kind}"


def _folder() -> Path:
    """Where files wait to be fetched; nobody else on the machine may look into it."""
    path = Path(settings.VAR) / "journal-files"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _write(path: Path, found: QuerySet[Entry], file: EntriesFile, by: User) -> int:
    writers: dict[str, Callable[..., int]] = {Kind.XLSX: excel.write, Kind.CSV: excel.write_csv}
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as target:
        opened: BinaryIO = target
        return writers[file.kind](found, opened, by, partial(_report, file))


def _report(file: EntriesFile, done: int) -> None:
    _set(file, done=done)


def _fail(file: EntriesFile, why: str) -> EntriesFile:
    _set(file, state=State.FAILED, why=why, ended_at=timezone.now())
    return file


def _set(file: EntriesFile, **values: Any) -> None:
    for name, value in values.items():
        setattr(file, name, value)
    EntriesFile.objects.filter(pk=file.pk).update(**values)
