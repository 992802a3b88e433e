"""Somebody asks on a screen for the whole journal to be verified; the worker does it, and the result is kept."""

import logging
import time
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from jingzhun.journal.models import VerifyRun
from jingzhun.journal.queries.verification import Report, Verified, verify

from . import Actor, Decision, record

VERIFYING = 0x76657269  # "veri": number of the advisory lock of whoever asks
ABANDONED = timedelta(hours=1)  # a run that old has lost its worker for good
log = logging.getLogger(__name__)


@transaction.atomic
def ask_for_verification(*, by: Actor) -> VerifyRun:
    """A verification for the worker to carry out; if one is on its way already, that one."""
    from jingzhun.journal.tasks import verify_journal

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VERIFYING])
    give_up_abandoned()
    if waiting := VerifyRun.objects.filter(state__in=VerifyRun.AT_WORK).first():
        return waiting
    run = VerifyRun.objects.create(actor_id=by.pk, actor=by.journal_name)
    record(Decision("journal.verification_asked", "verification", str(run.pk)), by=by)
    transaction.on_commit(lambda: verify_journal.defer(run=run.pk))
    return run


def give_up_abandoned() -> None:
    """Runs whose worker died too often end as failed, so that another can be asked for."""
    before = timezone.now() - ABANDONED
    left = VerifyRun.objects.filter(state__in=VerifyRun.AT_WORK, asked_at__lt=before)
    left.update(state=VerifyRun.State.FAILED, finished_at=timezone.now())


def carry_out(run: VerifyRun) -> VerifyRun:
    """Verify the journal, tell how far it is meanwhile, and keep what was found; what fails is told in the run."""
    run.state = VerifyRun.State.RUNNING
    run.save(update_fields=["state"])
    begin = time.perf_counter()
    try:
        verified = verify(_keep_progress(run))
    except Exception as error:
        log.exception("verification %s failed", run.pk)
        run.state, run.found = VerifyRun.State.FAILED, {"error": f"{type(error).__name__}: {error}"[:300]}
        _finish(run, begin)
        raise
    run.state, run.ok, run.done, run.total = VerifyRun.State.DONE, verified.ok, verified.entries, verified.entries
    run.found = _told(verified)
    _finish(run, begin)
    if not verified.ok:
        log.error("the journal does not fit: %s", run.found)
    return run


def _told(verified: Verified) -> dict[str, object]:
    told = {name: getattr(verified, name) for name in ("entries", "waiting", "roots", "published", "kept")}
    return told | ({"fault": verified.fault.as_dict()} if verified.fault else {})


def _finish(run: VerifyRun, begin: float) -> None:
    run.finished_at, run.seconds = timezone.now(), round(time.perf_counter() - begin, 2)
    run.save()


def _keep_progress(run: VerifyRun) -> Report:
    """Tells how far it is at most once a second."""
    told = 0.0

    def report(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= 1:
            told = time.monotonic()
            VerifyRun.objects.filter(pk=run.pk).update(done=done, total=total)

    return report
