"""Imports of workbooks: taken in, read, confirmed or cancelled. A confirmation is one transaction with one entry."""

import hashlib
import logging
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pghistory
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from jingzhun.journal.actions import SYSTEM, Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry.importing import applying
from jingzhun.registry.importing.analysis import TUNING, analyse, fingerprint
from jingzhun.registry.importing.areas import Areas
from jingzhun.registry.importing.reading import Reader
from jingzhun.registry.importing.staging import Staging, numbers_in_use
from jingzhun.registry.models import Import
from jingzhun.registry.queries.imports import refused_rows
from jingzhun.registry.workbook import refused
from jingzhun.registry.workbook.guard import LARGEST_FILE, MEGABYTE
from jingzhun.registry.workbook.layout import Layout, understand
from jingzhun.registry.workbook.problems import WorkbookRefused
from jingzhun.registry.workbook.reader import opened

from .jobs import has_job, is_disk_full

CONFIRMING = 0x696D706F  # "impo": number of the advisory lock of confirmations
KEPT_DAYS = 7  # a preview that nobody confirms
LOCK_TRIES = 50
TRY_VILLAGES = """
SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(village, 0))) FROM (
    SELECT DISTINCT 'household-number ' || village_code AS village FROM {e_household} WHERE act = 'add'
) villages
"""
State = Import.State

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]


class Cancelled(Exception):
    """The user cancelled while the file was being read."""


class RowsLost(Exception):
    """The rows as read are gone, since the database's server has crashed; the file must be read again."""


class NotConfirmable(Exception):
    """The import is not (or no longer) waiting for a confirmation, or has refused rows that the user must decide on."""


def folder() -> Path:
    """Where uploaded files wait; nobody else on the machine may look into it."""
    path = Path(settings.VAR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def take_in(
    file: BinaryIO,
    name: str,
    *,
    by: User | None,
    area_code: str,
    year: int | None = None,
    registered_on: date | None = None,
    language: str = "zh-hans",
) -> Import:
    """Keep an uploaded file until it is read. Raises WorkbookRefused; PermissionError for an area not the user's."""
    if by is not None and not by.can(IMPORT_REGISTER, area_code):
        raise PermissionError(area_code)
    job = Import.objects.create(
        by=by,
        area_code=area_code,
        name=Path(name).name[-200:],
        size=0,
        year=year,
        registered_on=registered_on,
        language=language,
    )
    path = folder() / f"{job.pk}{Path(name).suffix.lower()[:8]}"
    try:
        job.size, job.sha256 = _keep(file, path)
    except (OSError, WorkbookRefused) as error:
        path.unlink(missing_ok=True)
        job.delete()
        if isinstance(error, WorkbookRefused):
            raise
        raise WorkbookRefused("disk_full") from error
    job.path = str(path)
    job.save(update_fields=["path", "size", "sha256"])
    return job


def read(job: Import, progress: Progress | None = None) -> Import:
    """Read a file and work out its preview. A file that cannot be read ends the import with the reason.

    Raises Cancelled when the user cancelled meanwhile. Run again after a crash, it begins anew.
    """
    _set(job, state=State.READING, phase="opening", done=0, total=0, error=None)
    try:
        _read(job, progress or _reporter(job))
    except WorkbookRefused as error:
        _fail(job, error)
    except (OSError, DatabaseError) as error:
        if not is_disk_full(error):
            raise
        _fail(job, WorkbookRefused("disk_full"))
    except Cancelled:
        _set(job, state=State.CANCELLED, phase="", ended_at=timezone.now())
        _forget(job)
        raise
    return job


def confirm(job: Import, *, partial: bool = False) -> Import:
    """Let the accepted rows into the register, all in one transaction; nothing at all while rows are refused.

    `partial`: the user wishes that households with refused rows are left out. If the register changed since the
    preview and the outcome with it, nothing is written and the import waits with a new preview (`changed_meanwhile`).
    Raises NotConfirmable.
    """
    try:
        if partial and job.counts.get("problem_rows"):
            keep_refused(job)
        _confirm(job, partial)
    except (applying.GroupsChanged, RowsLost):
        return read(job)
    except (OSError, DatabaseError) as error:
        if not is_disk_full(error):
            raise
        job.refresh_from_db()
        _set(job, state=State.READY, error={"code": "disk_full", "params": {}})
        return job
    job.refresh_from_db()
    if job.state == State.APPLIED:
        _forget(job)
    return job


def write_refused(job: Import, target: BinaryIO) -> int:
    """Write the refused rows as a workbook in the import's language; number of rows. Raises WorkbookRefused."""
    with translation.override(job.language):
        return refused.write(Path(job.path), job.tables, refused_rows(job), target)


def refused_file(job: Import) -> Path:
    """Where the refused rows of an import that was applied in part are kept for a week."""
    return folder() / f"{job.pk}-refused.xlsx"


def keep_refused(job: Import) -> None:
    """Keep the refused rows beyond the end of the import."""
    with os.fdopen(os.open(refused_file(job), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        write_refused(job, target)


def ask_confirmation(job: Import, *, partial: bool) -> None:
    """Note that the user confirmed; a job does the work. Raises NotConfirmable."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        _require_confirmable(locked, partial)
        _set(locked, state=State.CONFIRMED, partial=partial, phase="applying", error=None, changed_meanwhile=False)


def cancel(job: Import) -> Import:
    """Give an import up; an import that is being read stops at its next batch. Applied ones stay applied."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.state == State.READING:
            _set(locked, cancel_asked=True)
        elif locked.state in (State.READY, State.WAITING):
            _set(locked, state=State.CANCELLED, ended_at=timezone.now())
    job.refresh_from_db()
    if job.state == State.CANCELLED:
        _forget(job)
    return job


def sweep(now: Any = None) -> int:
    """Give up imports that nobody confirmed for a week, and remove what crashed ones left behind; number given up."""
    now = now or timezone.now()
    stale = Import.objects.filter(state=State.READY, created_at__lt=now - timedelta(days=KEPT_DAYS))
    given_up = 0
    for job in stale:
        cancel(job)
        given_up += 1
    open_now = set(Import.objects.filter(state__in=Import.OPEN).values_list("pk", flat=True))
    for number in numbers_in_use() - open_now:
        Staging(number).drop()
    for path in folder().iterdir():
        prefix, _, rest = path.stem.partition("-")
        old = path.stat().st_mtime < (now - timedelta(days=KEPT_DAYS)).timestamp()
        if prefix.isdigit() and (old if rest else int(prefix) not in open_now):
            path.unlink(missing_ok=True)
    return given_up


def is_lost(job: Import) -> bool:
    """Whether the rows of a preview are gone: staging tables are unlogged, a crash of the server empties them."""
    staging = Staging(job.pk)
    if not sum(job.counts["households"].values()):
        return not staging.exists()
    if not staging.exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("SELECT NOT EXISTS (SELECT FROM {e_household})"))
        return bool(cursor.fetchone()[0])


def read_again(job: Import) -> None:
    """Put an import whose rows are lost back in line; a job reads its file anew."""
    Import.objects.filter(pk=job.pk, state=State.READY).update(state=State.WAITING, phase="", cancel_asked=False)
    job.refresh_from_db()


def give_up_if_abandoned(job: Import) -> Import:
    """End an import whose job has died for good, so that it does not seem to be at work for ever."""
    if job.state not in Import.AT_WORK or has_job("imports", job.pk):
        return job
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.state == State.CONFIRMED:
            _set(locked, state=State.READY, phase="", error={"code": "job_died", "params": {}})
        elif locked.state in Import.AT_WORK:
            _fail(locked, WorkbookRefused("job_died"))
    job.refresh_from_db()
    return job


def _read(job: Import, progress: Progress) -> None:
    staging = Staging(job.pk)
    with opened(Path(job.path)) as book:
        layout = understand(book)
        areas = Areas(job.area_code)
        reader = Reader(layout, staging, areas, job.year, lambda done, total: progress("reading", done, total))
        reader.run()
        job.warnings = layout.warnings + [
            ("formulas", {"sheet": table.sheet.name}) for table in layout.tables if table.sheet.formulas
        ]
    job.tables, job.groups = _tables(layout), areas.new_groups
    progress("comparing", reader.read, reader.read)
    _analyse(staging)
    analyse(job)
    fields = ("tables", "groups", "warnings", "counts", "fingerprint")
    _set(job, state=State.READY, phase="", read_at=timezone.now(), **{name: getattr(job, name) for name in fields})


def _analyse(staging: Staging) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TUNING)
        cursor.execute(staging.sql("CREATE INDEX ON {member} (mid); CREATE INDEX ON {member} (sid)"))
        cursor.execute(staging.sql("ANALYZE {household}; ANALYZE {member}; ANALYZE {survey}; ANALYZE {problem}"))


def _tables(layout: Layout) -> list[dict[str, Any]]:
    """What the preview and the workbook of refused rows need to know of the sheets."""
    return [
        {
            "sheet": table.sheet.name,
            "position": table.position,
            "rows": table.rows.value,
            "header_row": table.header_row,
            "headers": table.headers,
            "columns": {f"{kind}.{name}": index for (kind, name), index in table.columns.items()},
        }
        for table in layout.tables
    ]


def _confirm(job: Import, partial: bool) -> None:
    actor = job.by or SYSTEM
    context = pghistory.context(user=job.by_id, event=False, **{"import": job.pk})
    with context, transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.state == State.APPLIED:
            return  # the job was run again after it had done its work
        _require_confirmable(locked, partial)
        if locked.by is not None and not locked.by.can(IMPORT_REGISTER, locked.area_code):
            raise NotConfirmable(locked.area_code)
        if is_lost(locked):
            raise RowsLost
        _take_the_register(locked)
        if fingerprint() != locked.fingerprint and not _same_outcome(locked):
            return
        written = applying.apply(Staging(locked.pk), locked.tables, locked.groups)
        ended = timezone.now()
        _set(locked, state=State.APPLIED, partial=partial, phase="", ended_at=ended, error=None)
        if any(written.values()):
            record(_decision(locked, written), by=actor, at=ended)


def _require_confirmable(job: Import, partial: bool) -> None:
    if job.state not in (State.READY, State.CONFIRMED):
        raise NotConfirmable(job.state)
    if job.counts.get("problem_rows") and not partial:
        raise NotConfirmable("refused")


def _take_the_register(job: Import) -> None:
    """Hold the register against other writers until the transaction ends; readers go on.

    A clerk who has just been given a household number holds its village: the import steps back and tries again,
    rather than wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CONFIRMING])
        for _attempt in range(LOCK_TRIES):
            point = transaction.savepoint()
            cursor.execute(
                "LOCK TABLE registry_household, registry_member, registry_survey, registry_registerspell, areas_area"
                " IN EXCLUSIVE MODE"
            )
            cursor.execute(Staging(job.pk).sql(TRY_VILLAGES))
            if cursor.fetchone()[0] is not False:
                transaction.savepoint_commit(point)
                return
            transaction.savepoint_rollback(point)
            time.sleep(0.1)
    raise NotConfirmable("taken")


def _same_outcome(job: Import) -> bool:
    """Work the preview out anew; if it differs, keep the new one and let the user look again."""
    before = job.counts["digest"]
    analyse(job)
    same = job.counts["digest"] == before
    fields = ("warnings", "counts", "fingerprint")
    values = {name: getattr(job, name) for name in fields}
    _set(job, **values, **({} if same else {"state": State.READY, "phase": "", "changed_meanwhile": True}))
    return bool(same)


def _decision(job: Import, written: dict[str, int]) -> Decision:
    kinds = ("households", "members", "surveys")
    values = {
        "file": job.name,
        "sha256": job.sha256,
        "year": job.counts["year"],
        "counts": {kind: job.counts[kind] for kind in kinds} | {"spells": job.counts["spells"]},
        "written": written,
        "fields": job.counts["fields"],
        "outcome": job.counts["digest"],
        "partial": job.partial,
        "refused_rows": job.counts["problem_rows"],
    }
    return Decision("registry.imported", "import", str(job.pk), job.area_code, values=values)


def _reporter(job: Import) -> Progress:
    """Writes progress where the screen reads it, and stops the reading when the user cancelled."""

    def report(phase: str, done: int, total: int) -> None:
        _set(job, phase=phase, done=done, total=max(done, total))
        if Import.objects.filter(pk=job.pk, cancel_asked=True).exists():
            job.cancel_asked = True
            raise Cancelled

    return report


def _fail(job: Import, error: WorkbookRefused) -> None:
    _set(job, state=State.FAILED, phase="", error={"code": error.code, "params": error.params}, ended_at=timezone.now())
    _forget(job)


def _forget(job: Import) -> None:
    """Remove the rows and the file: personal data stays no longer than it is needed."""
    Staging(job.pk).drop()
    if job.path:
        Path(job.path).unlink(missing_ok=True)
        _set(job, path="")


def _set(job: Import, **values: Any) -> None:
    for name, value in values.items():
        setattr(job, name, value)
    Import.objects.filter(pk=job.pk).update(**values)


def _keep(file: BinaryIO, path: Path) -> tuple[int, str]:
    """Copy a file, readable by nobody else; its size and SHA-256. Raises WorkbookRefused when it is too big."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise WorkbookRefused("too_big", megabytes=size // MEGABYTE, limit=LARGEST_FILE // MEGABYTE)
            digest.update(chunk)
            target.write(chunk)
    return size, digest.hexdigest()
