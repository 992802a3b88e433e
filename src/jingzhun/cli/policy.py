"""`jingzhun policy`: the reference policies, who is entitled to what, and why."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, refusing, say, setup

app = typer.Typer(no_args_is_help=True, help="Policies: who is entitled to what.")
Year = Annotated[
    int | None, typer.Option(min=1991, max=2101, help="Year (its last day, today while it lasts); the newest surveyed.")
]


@app.callback()
def _policy() -> None:
    """Policies: who is entitled to what."""


@app.command("load")
def load(
    area: Annotated[str, typer.Option(help="A county by its code. Default: the only county.")] = "",
    as_json: Json = False,
) -> None:
    """Publish the reference policies for a county; those that it has already stay as they are.

    Example: jingzhun policy load --area 610426
    """
    setup()
    from jingzhun.policy.actions.reference import load_reference
    from jingzhun.registry.rules.refusals import Refused as NotTaken

    county = loaded_area(area or only_county())
    with refusing(NotTaken):
        loaded = [policy.code for policy in load_reference(county)]
    if as_json:
        print_json({"area": county.code, "published": loaded})
        return
    say(_("%(area)s: %(count)s policies published.") % {"area": county, "count": len(loaded)})


@app.command("entitlements")
def entitlements(
    area: Annotated[str, typer.Option(help="A county, town or village by its code. Default: the only county.")] = "",
    year: Year = None,
    as_json: Json = False,
) -> None:
    """Work out who is entitled to what in a county, keep it, and count it for an area by policy.

    Example: jingzhun policy entitlements --area 610426 --year 2014 --json
    """
    setup()
    from jingzhun.areas.rules import Level
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.policy.actions.batch import run_entitlements
    from jingzhun.policy.queries.worklists import Where, by_policy
    from jingzhun.registry.queries.asked import asked_for

    found = loaded_area(area or only_county())
    if not Level.COUNTY.digits <= len(found.code) <= Level.VILLAGE.digits:
        raise Refused(_("'%(code)s' is not the code of a county, town or village.") % {"code": found.code})
    run = run_entitlements(loaded_area(found.code[: Level.COUNTY.digits]), asked_for(year).day, by=SYSTEM)
    rows = by_policy(Where(found, run.year))
    if as_json:
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
        told = {"area": found.code, "on": run.on, "year": run.year, "households": run.households, "seconds": seconds}
        print_json(told | {"policies": rows})
        return
    heads = (
        _("policy"),
        _("yes"),
        _("no"),
        pgettext("entitlement", "unknown"),
        _("yuan a year"),
        pgettext("entitlement", "missed"),
        pgettext("entitlement", "undue"),
    )
    print_table(heads, ([f"{row['title']} ({row['code']})", *list(row.values())[2:]] for row in rows))
    told = {"area": found, "day": run.on, "policies": run.policies, "households": run.households}
    say(
        _("%(area)s on %(day)s: %(policies)s policies; the county has %(households)s households on the register.")
        % told
    )


@app.command("explain")
def explain(
    household: Annotated[str, typer.Argument(help="A household by its number.")],
    year: Year = None,
    as_json: Json = False,
) -> None:
    """Tell of each policy whether a household is entitled, and which values decided; unknown, what would settle it.

    Example: jingzhun policy explain 61042610220100001 --json
    """
    setup()
    from jingzhun.policy.queries.household import policies_of
    from jingzhun.registry.models import Household

    found = Household.objects.filter(number=household).defer("phone", "account").first()
    if found is None:
        raise Refused(_("There is no household with the number %(number)s.") % {"number": household})
    told = policies_of(found, year)
    if as_json:
        print_json({"household": household, "on": told.on, "policies": [_as_dict(each) for each in told.shown]})
        return
    answers = {True: _("yes"), False: _("no"), None: pgettext("entitlement", "unknown")}
    for each in told.shown:
        say(f"{answers[each.answer.answer]}  {each.title} · {each.benefit} {each.yearly}".rstrip())
        for line in each.clauses:
            say(f"    {answers[line.answer]}  {line.text}")
        if each.missing:
            say("    " + _("missing: %(facts)s") % {"facts": each.missing})


def _as_dict(each: Any) -> dict[str, Any]:
    return {
        "code": each.version.policy.code,
        "title": each.title,
        "entitled": each.answer.answer,
        "state": each.state,
        "persons": each.answer.persons,
        "yuan": each.answer.value,
        "missing": list(each.answer.missing),
        "clauses": [_clause(line) for line in each.clauses],
        "people": [
            {"name": name, "entitled": answer, "clauses": [_clause(line) for line in lines]}
            for name, answer, lines in each.people
        ],
    }


def _clause(line: Any) -> dict[str, Any]:
    told = {"text": line.text, "answer": line.answer}
    return told | ({"parts": [_clause(part) for part in line.parts]} if line.parts else {})
