"""Jobs of the journal: sealing every few minutes, the root of the day, verifying on demand."""

import logging

from procrastinate.contrib.django import app

from jingzhun.journal.actions import publishing, sealing, verifying
from jingzhun.journal.models import VerifyRun

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="journal.seal", queue="journal", queueing_lock="journal.seal", pass_context=False)
def seal_journal(timestamp: int) -> None:
    """Give what waits its place in the tree; then publish the root of the day, if it is not yet."""
    sealing.seal()
    try:
        publishing.publish()
    except publishing.NotPublished as error:
        log.error("the root of the day was not published: %s", error)


@app.task(name="journal.verify", queue="journal", pass_context=False)
def verify_journal(run: int) -> None:
    """Carry out a verification that was asked for; one that is done already is left alone."""
    asked = VerifyRun.objects.filter(pk=run, state__in=VerifyRun.AT_WORK).first()
    if asked:
        verifying.carry_out(asked)
