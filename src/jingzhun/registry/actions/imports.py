"""Imports of workbooks: taken in, read, confirmed or cancelled. A confirmation is one transaction with one entry."""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pghistory
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
from jingzhun.registry.importing.stopping import Cancelled, Heed, heeding
from jingzhun.registry.models import Import
from jingzhun.registry.queries.imports import refused_rows
from jingzhun.registry.workbook import refused
from jingzhun.registry.workbook.layout import Layout, understand
from jingzhun.registry.workbook.problems import WorkbookRefused, words
from jingzhun.registry.workbook.reader import opened

from .import_files import folder, keep, refused_file, sweep_files
from .jobs import defer, has_job, is_disk_full

CONFIRMING = 0x696D706F  # "impo": number of the advisory lock of confirmations
KEPT_DAYS = 7  # a preview that nobody confirms
ARRIVING = timedelta(hours=1)  # an upload on its way has no row yet that others could see
LOCK_TRIES = 50
PREVIEW = ("warnings", "counts", "fingerprint")
TRY_VILLAGES = """
SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(village, 0))) FROM (
    SELECT DISTINCT 'household-number ' || village_code AS village FROM {e_household} WHERE act = 'add'
) villages
"""
State = Import.State

Progress = Callable[[str, int, int], None]


class RowsLost(Exception):
    """The rows as read are gone, since the database's server has crashed; the file must be read again."""


class NotConfirmable(Exception):
    """The import is not (or no longer) waiting for a confirmation, or not for this user's as it is; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return words(self.code, {})


class RegisterTaken(Exception):
    """Clerks who are saving hold the villages of the import; it may be confirmed again in a moment."""


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
        job.size, job.sha256 = keep(file, path)
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
        _stopped(job)
        raise
    return job


def confirm(job: Import, *, partial: bool = False) -> Import:
    """Let the accepted rows into the register, all in one transaction; nothing at all while rows are refused.

    `partial`: the user wishes that households with refused rows are left out. If the register changed since the
    preview and the outcome with it, nothing is written and the import waits with a new preview (`changed_meanwhile`).
    Raises NotConfirmable; Cancelled when the user cancelled before it was done, with the register as it was.
    """
    try:
        if partial and job.counts.get("problem_rows"):
            keep_refused(job)
        _confirm(job, partial)
    except (applying.GroupsChanged, RowsLost):
        return read(job)
    except RegisterTaken:
        return _back_to_preview(job, "taken")
    except Cancelled:
        _stopped(job)
        raise
    except (OSError, DatabaseError) as error:
        if not is_disk_full(error):
            raise
        return _back_to_preview(job, "disk_full")
    job.refresh_from_db()
    if job.state == State.APPLIED:
        _forget(job)
    return job


def write_refused(job: Import, target: BinaryIO) -> int:
    """Write the refused rows as a workbook in the import's language; number of rows. Raises WorkbookRefused."""
    with translation.override(job.language):
        return refused.write(Path(job.path), job.tables, refused_rows(job), target)


@transaction.atomic
def tell_refused_taken(job: Import, *, by: User) -> None:
    """The refused rows leave the house with what they hold of people: the journal says so."""
    values = {"file": job.name, "refused_rows": job.counts.get("problem_rows", 0)}
    decision = Decision(
        "registry.refused_taken", "import", str(job.pk), job.area_code, values=values, permission=IMPORT_REGISTER
    )
    record(decision, by=by)


def keep_refused(job: Import) -> None:
    """Keep the refused rows beyond the end of the import."""
    with os.fdopen(os.open(refused_file(job), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        write_refused(job, target)


def ask_confirmation(job: Import, *, partial: bool, by: User, language: str = "") -> None:
    """Note who confirmed, in which language, and have a job do the work. Raises NotConfirmable."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        locked.confirmed_by = by
        _require_confirmable(locked, partial)
        reset = {"phase": "applying", "error": None, "changed_meanwhile": False, "confirmed_by": by}
        _set(locked, state=State.CONFIRMED, partial=partial, language=language or locked.language, **reset)
        _defer("apply_import", locked)


def cancel(job: Import) -> Import:
    """Give an import up; one at work stops at its next step, one that was applied stays applied."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.state in (State.READING, State.CONFIRMED):
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
    with_rows = numbers_in_use()  # first: an import that begins meanwhile is none of these
    open_now = set(Import.objects.filter(state__in=Import.OPEN).values_list("pk", flat=True))
    for number in with_rows - open_now:
        Staging(number).drop()
    sweep_files(open_now, uploads_before=now - ARRIVING, refused_before=now - timedelta(days=KEPT_DAYS))
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


@transaction.atomic
def read_again(job: Import) -> None:
    """Put an import whose rows are lost back in line; a job reads its file anew."""
    Import.objects.filter(pk=job.pk, state=State.READY).update(state=State.WAITING, phase="", cancel_asked=False)
    _defer("read_import", job)
    job.refresh_from_db()


def read_later(job: Import) -> None:
    """Have a job read a file that was taken in."""
    _defer("read_import", job)


def _defer(task: str, job: Import) -> None:
    from jingzhun.registry import tasks

    defer(getattr(tasks, task), number=job.pk)


def give_up_if_abandoned(job: Import) -> Import:
    """End an import whose job has died for good, so that it does not seem to be at work for ever."""
    if job.state not in Import.AT_WORK or has_job("imports", job.pk):
        return job
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.cancel_asked and locked.state in Import.AT_WORK:
            _stopped(locked)
        elif locked.state == State.CONFIRMED:
            _set(locked, state=State.READY, phase="", error={"code": "confirming_died", "params": {}})
        elif locked.state in Import.AT_WORK:
            _fail(locked, WorkbookRefused("job_died"))
    job.refresh_from_db()
    return job


def _read(job: Import, progress: Progress) -> None:
    staging, heed = Staging(job.pk), heeding(job)

    def report(done: int, total: int) -> None:
        heed()
        progress("reading", done, total)

    heed()
    with opened(Path(job.path)) as book:
        heed()
        layout = understand(book)
        areas = Areas(job.area_code)
        reader = Reader(layout, staging, areas, job.year, report)
        reader.run()
        job.warnings = layout.warnings + [
            ("formulas", {"sheet": table.sheet.name}) for table in layout.tables if table.sheet.formulas
        ]
    job.tables, job.groups = _tables(layout), areas.new_groups
    heed()
    progress("comparing", reader.read, reader.read)
    _prepare(staging)
    analyse(job, heed)
    seen = _seen(job, ("tables", "groups", *PREVIEW))
    _end_work(job, state=State.READY, phase="", read_at=timezone.now(), **seen)


def _prepare(staging: Staging) -> None:
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
    """The row of the import is locked only at the very end, so that a cancel can be noted, and heard, until then."""
    heed = heeding(job)
    context = pghistory.context(user=job.confirmed_by_id or job.by_id, event=False, **{"import": job.pk})
    with context, transaction.atomic():
        _take_turn()
        found = Import.objects.get(pk=job.pk)
        if found.state == State.APPLIED:
            return  # the job was run again after it had done its work
        heed()
        _require_confirmable(found, partial)
        if is_lost(found):
            raise RowsLost
        _take_the_register(found, heed)
        if fingerprint() != found.fingerprint and not _same_outcome(found, heed):
            return
        written = applying.apply(Staging(found.pk), found.tables, found.groups, heed)
        ended, seen = timezone.now(), _seen(found, PREVIEW)
        _end_work(found, state=State.APPLIED, partial=partial, phase="", ended_at=ended, error=None, **seen)
        if any(written.values()):
            record(_decision(found, written), by=found.decided_by or SYSTEM, at=ended)


def _require_confirmable(job: Import, partial: bool) -> None:
    if job.state not in (State.READY, State.CONFIRMED):
        raise NotConfirmable("not_waiting")
    if job.counts.get("problem_rows") and not partial:
        raise NotConfirmable("refused_rows")
    if job.decided_by is not None and not job.decided_by.can(IMPORT_REGISTER, job.area_code):
        raise NotConfirmable("not_yours")
    if job.counts.get("spells") and not job.takes_over:
        raise NotConfirmable("only_county")


def _take_turn() -> None:
    """Confirmations go one after another: wait until this transaction is the one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CONFIRMING])


def _take_the_register(job: Import, heed: Heed) -> None:
    """Hold the register against other writers until the transaction ends; readers go on.

    A clerk who has just been given a household number holds its village: the import steps back and tries again,
    rather than wait for each other.
    """
    with connection.cursor() as cursor:
        for _attempt in range(LOCK_TRIES):
            heed()
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
    raise RegisterTaken


def _same_outcome(job: Import, heed: Heed) -> bool:
    """Work the preview out anew; whether it is what the user confirmed. If not, the import waits with it."""
    before = job.counts["digest"]
    analyse(job, heed)
    same = job.counts["digest"] == before
    if not same:
        _end_work(job, state=State.READY, phase="", changed_meanwhile=True, **_seen(job, PREVIEW))
    return bool(same)


def _seen(job: Import, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(job, name) for name in names}


def _end_work(job: Import, **values: Any) -> None:
    """Note what the work came to. From here on a cancel comes too late for it. Raises Cancelled."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=job.pk)
        if locked.cancel_asked or locked.state == State.CANCELLED:
            raise Cancelled
        _set(job, **values)


def _back_to_preview(job: Import, code: str) -> Import:
    """Nothing was written; the import waits again and says why."""
    job.refresh_from_db()
    _set(job, state=State.READY, phase="", error={"code": code, "params": {}})
    return job


def _stopped(job: Import) -> None:
    """The user cancelled, and nothing has changed."""
    _set(job, state=State.CANCELLED, phase="", cancel_asked=True, ended_at=timezone.now())
    _forget(job)


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
    """Writes progress where the screen reads it."""
    return lambda phase, done, total: _set(job, phase=phase, done=done, total=max(done, total))


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
