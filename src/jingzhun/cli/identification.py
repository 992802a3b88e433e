"""`jingzhun identification`: how the identification of households goes."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from . import take_list
from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, say, setup

app = typer.Typer(no_args_is_help=True, help="Identification of poor households.")


@app.callback()
def _identification() -> None:
    """Identification of poor households."""


app.command("take-list")(take_list.take_list)


@app.command("report")
def report(
    year: Annotated[int, typer.Option(help="Year of the rounds.", min=2013, max=2100)],
    area: Annotated[str, typer.Option(help="Area code, a county's or below. Default: the only county.")] = "",
    as_json: Json = False,
) -> None:
    """Tell what a year's rounds brought: applications, where they ended, appeals, objections, median days per step.

    Example: jingzhun identification report --year 2014
    """
    setup()
    from jingzhun.areas.rules import Level
    from jingzhun.identification.queries import report as queries

    code = loaded_area(area or only_county()).code
    if len(code) < Level.COUNTY.digits:
        raise Refused(_("'%(code)s' is not the code of a county or of an area in one.") % {"code": code})
    rounds = queries.rounds_in(year, code)
    if not rounds:
        wanted = {"year": year, "code": code}
        raise Refused(_("There was no round of identification in %(year)s in %(code)s.") % wanted)
    told: dict[str, Any] = {"year": year, "area": code, "rounds": [str(each.kind) for each in rounds]}
    told |= queries.report(rounds, [code]).as_json()
    if as_json:
        print_json(told)
        return
    text = _(
        "%(year)s, %(area)s: %(applications)s applications, %(registered)s households registered, "
        "%(refusals)s refusals, %(returns)s returns, %(filed)s appeals (%(granted)s granted), "
        "%(objected)s objections (%(upheld)s upheld, %(dismissed)s dismissed)."
    )
    objections = told["objections"]
    counts = {"objected": objections["filed"], "upheld": objections["upheld"], "dismissed": objections["dismissed"]}
    say(text % (told | told["appeals"] | counts))
    heads = (_("step"), _("under way"), _("under appeal"), _("refused"), _("refused for good"), _("withdrawn"))
    print_table(
        (*heads, _("median days")),
        ((name, *counts.values(), told["median_days"][name]) for name, counts in told["by_step"].items()),
    )
