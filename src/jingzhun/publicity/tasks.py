"""Jobs of publicity: the clock of the notices."""

from procrastinate.contrib.django import app

from .actions import notices


@app.periodic(cron="*/10 * * * *")
@app.task(name="publicity.close_due", queue="clock", pass_context=False, queueing_lock="publicity.close_due")
def close_due(timestamp: int) -> None:
    """Close the notices whose time is over."""
    notices.close_due()
