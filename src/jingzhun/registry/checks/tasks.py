"""Background jobs of the quality checks."""

from procrastinate.contrib.django import app

from jingzhun.registry.actions.checks import carry_out, recheck_household, recheck_village
from jingzhun.registry.models import CheckRun

LOCK = "checks"  # one after another, in their order: none holds up a worker's hand by waiting for another


@app.task(name="registry.check", queue="checks", lock=LOCK)
def check(number: int) -> None:
    """Carry out a run that was asked for; one that is done or given up already is left alone."""
    asked = CheckRun.objects.filter(pk=number, state__in=CheckRun.AT_WORK).first()
    if asked:
        carry_out(asked)


@app.task(name="registry.check_household", queue="rechecks", lock=LOCK)
def check_household(number: int) -> None:
    """Judge a household that was changed anew."""
    recheck_household(number)


@app.task(name="registry.check_village", queue="rechecks", lock=LOCK)
def check_village(code: str) -> None:
    """Judge a village whose report was changed anew."""
    recheck_village(code)
