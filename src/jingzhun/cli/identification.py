"""`jingzhun identification`: how the identification of households goes."""

from typing import Annotated, Any

import typer

from . import take_list
from .county import only_county
from .output import Json, Refused, console, print_json, print_table, setup

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
    """Tell what a year's rounds brought: applications, where they ended, appeals, objections, median days per step."""
    setup()
    from jingzhun.identification.queries import report as queries

    code = area or only_county()
    if not (code.isascii() and code.isdigit() and len(code) >= 6):
        raise Refused(f"{code!r} is not the code of a county or of an area in one.")
    rounds = queries.rounds_in(year, code)
    if not rounds:
        raise Refused(f"There was no round of identification in {year} in {code}.")
    told: dict[str, Any] = {"year": year, "area": code, "rounds": [str(each.kind) for each in rounds]}
    told |= queries.report(rounds, [code]).as_json()
    if as_json:
        print_json(told)
        return
    console.print(
        f"{year}, {code}: {told['applications']} applications, {told['registered']} households registered, "
        f"{told['refusals']} refusals, {told['returns']} returns, {told['appeals']['filed']} appeals "
        f"({told['appeals']['granted']} granted), {told['objections']['filed']} objections "
        f"({told['objections']['upheld']} upheld, {told['objections']['dismissed']} dismissed).",
        soft_wrap=True,
        highlight=False,
    )
    print_table(
        ("step", "under way", "under appeal", "refused", "refused for good", "withdrawn", "median days"),
        ((name, *counts.values(), told["median_days"][name]) for name, counts in told["by_step"].items()),
    )
