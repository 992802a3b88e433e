"""Background jobs of the quality checks."""

from procrastinate.contrib.django import app

from jingzhun.registry.actions.checks import carry_out
from jingzhun.registry.models import CheckRun


@app.task(name="registry.check", queue="checks", pass_context=False)
def check(run: int) -> None:
    """Carry out a run that was asked for; one that is done already is left alone."""
    asked = CheckRun.objects.filter(pk=run).exclude(state="done").first()
    if asked:
        carry_out(asked)
