"""The clock of the procedures."""

from procrastinate.contrib.django import app

from .actions import remind


@app.periodic(cron="5 0,8,14 * * *")  # UTC: at eight, at four in the afternoon, at ten in the evening
@app.task(name="procedure.remind", queue="clock", pass_context=False)
def remind_of_due_days(timestamp: int) -> None:
    """Remind of steps that are due."""
    remind()
