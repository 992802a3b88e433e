"""Jobs of publicity: the clock of the notices."""

from procrastinate.contrib.django import app

from .actions import limits, notices


@app.periodic(cron="*/10 * * * *")
@app.task(name="publicity.close_due", queue="clock", pass_context=False, queueing_lock="publicity.close_due")
def close_due(timestamp: int) -> None:
    """Close the notices whose time is over."""
    notices.close_due()


@app.periodic(cron="29 20 * * *")  # UTC: at night
@app.task(name="publicity.sweep_attempts", queue="clock", pass_context=False)
def sweep_attempts(timestamp: int) -> None:
    """Forget yesterday's counts of attempts."""
    limits.sweep()
