"""`jingzhun register check`: the quality checks of an area."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, say, setup


def check(
    area: Annotated[str, typer.Option(help="A county, town or village by its code. Default: the only county.")] = "",
    year: Annotated[
        int | None,
        typer.Option(min=1991, max=2101, help="Register year (its last day; incomes of the year before); the newest."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the register by all rules, keep the findings, and list the rules that found something.

    Example: jingzhun register check --area 610426102
    """
    setup()
    from jingzhun.areas.rules import Level
    from jingzhun.registry.actions.checks import run_checks
    from jingzhun.registry.queries.asked import asked_for
    from jingzhun.registry.queries.checks import Chosen, as_dicts

    found = loaded_area(area or only_county())
    if found.level == Level.GROUP:
        raise Refused(
            _("%(area)s is a village group; the register is checked down to the village.") % {"area": found.pk}
        )
    run = run_checks(found, year if year is not None else asked_for().year)
    rows = as_dicts(Chosen(found, run.year))
    if as_json:
        told = ("area_code", "year", "seconds", "errors", "warnings", "hints", "appeared", "resolved", "skipped")
        print_json({name: getattr(run, name) for name in told} | {"rules": rows})
        return
    severities = {"error": _("error"), "warning": _("warning"), "hint": _("hint")}
    told_rows = (row | {"severity": severities[row["severity"]]} for row in rows)
    print_table((_("rule"), _("severity"), "", _("open"), _("accepted")), (row.values() for row in told_rows))
    counts = ("year", "errors", "warnings", "hints", "seconds", "appeared", "resolved")
    text = _(
        "%(area)s %(year)s: %(errors)s errors, %(warnings)s warnings, %(hints)s hints, in %(seconds)s s; "
        "%(appeared)s new, %(resolved)s fixed."
    )
    say(text % ({name: getattr(run, name) for name in counts} | {"area": found}))
    if run.skipped:
        say(_("Not judged, for want of a threshold in force: %(rules)s.") % {"rules": ", ".join(run.skipped)})
