"""The morning message, each working hour of the early morning until it went out."""

from django.utils import timezone
from procrastinate.contrib.django import app

from .actions.reminders import remind_all


@app.periodic(cron="30 23,0,1 * * *")  # UTC: half past seven, eight and nine
@app.task(name="people.remind", queue="clock", pass_context=False, queueing_lock="people.remind")
def remind(timestamp: int) -> None:
    """Remind all who want it; who was reminded is not reminded again."""
    remind_all(timezone.localdate())
