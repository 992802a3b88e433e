"""The clock of identification."""

from procrastinate.contrib.django import app

from .actions.carrying import carry_on


@app.periodic(cron="*/10 * * * *")
@app.task(name="identification.carry_on", queue="clock", pass_context=False)
def carry_cases_on(timestamp: int) -> None:
    """Carry on what waits only for its notice to have ended."""
    carry_on()
