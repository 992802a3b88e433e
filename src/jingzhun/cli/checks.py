"""`jingzhun register check`: the quality checks of an area."""

from typing import Annotated

import typer

from .county import only_county
from .output import Json, Refused, console, print_json, print_table, setup


def check(
    area: Annotated[str, typer.Option(help="A county, town or village by its code. Default: the only county.")] = "",
    year: Annotated[
        int | None,
        typer.Option(min=1991, max=2101, help="Register year (its last day; incomes of the year before); the newest."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the register by all rules, keep the findings, and list the rules that found something."""
    setup()
    from jingzhun.areas.models import Area
    from jingzhun.areas.rules import Level
    from jingzhun.registry.actions.checks import run_checks
    from jingzhun.registry.queries.asked import asked_for
    from jingzhun.registry.queries.checks import Chosen, as_dicts

    area = area or only_county()
    found = Area.objects.filter(pk=area).exclude(level=Level.GROUP).first()
    if found is None:
        raise Refused(f"No area {area!r} is loaded; see `jingzhun areas show`.")
    run = run_checks(found, year if year is not None else asked_for().year)
    rows = as_dicts(Chosen(found, run.year))
    if as_json:
        told = ("area_code", "year", "seconds", "errors", "warnings", "hints", "appeared", "resolved", "skipped")
        print_json({name: getattr(run, name) for name in told} | {"rules": rows})
        return
    print_table(("rule", "severity", "", "open", "accepted"), (row.values() for row in rows))
    console.print(
        f"{found} {run.year}: {run.errors} errors, {run.warnings} warnings, {run.hints} hints, in {run.seconds} s; "
        f"{run.appeared} new, {run.resolved} fixed."
    )
    if run.skipped:
        console.print(f"Not judged, for want of a threshold in force: {', '.join(run.skipped)}.")
