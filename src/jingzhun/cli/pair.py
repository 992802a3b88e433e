"""`jingzhun pair`: who helps whom."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from .output import Json, Refused, print_json, say, setup


def pair(
    year: Annotated[int, typer.Option(help="The year of the plan.")],
    area: Annotated[str, typer.Option(help="Code of the county; needed where several are loaded.")] = "",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Who is there on this day.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only compute; keep nothing.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write the instance and the plan as a zip of CSV files.")] = None,
    publish: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Put the plan in force from this day.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Pair every household on the register with one helper, at the least cost under the quotas of 5-3-2.

    Example: jingzhun pair --year 2015 --dry-run --json
    """
    setup()
    from django.utils import timezone

    from jingzhun.assistance.actions.pairing import compute, make_plan, publish_plan
    from jingzhun.assistance.queries.exchange import write_instance
    from jingzhun.assistance.telling import in_words
    from jingzhun.parameters.queries import NoParameter
    from jingzhun.registry.rules.refusals import Refused as Declined

    from .county import loaded_area, only_county

    if dry_run and publish:
        raise Refused(_("A plan that is not kept cannot be published: leave out --dry-run or --publish."))
    county = loaded_area(area or only_county())
    day = on.date() if on else timezone.localdate()
    try:
        computed = compute(county, day)
        outcome = computed.outcome
        if export:
            write_instance(computed.county, computed.found, export)
        if not dry_run:
            plan = make_plan(county, year, day, computed=computed)
            outcome = outcome | {"plan": plan.pk}
            if publish:
                outcome |= {"published": publish_plan(plan, publish.date())}
    except (Declined, NoParameter) as refused:
        raise Refused(str(refused)) from refused
    unmet = in_words(outcome["unmet"])
    if as_json:
        print_json(outcome | {"unmet": unmet})
        return
    told = {key: outcome[key] for key in ("households", "cadres", "cost", "bound", "status")}
    say(_("%(households)s households, %(cadres)s cadres: cost %(cost)s, bound %(bound)s, %(status)s.") % told)
    for sentence in unmet:
        say(sentence)
