"""`jingzhun demo`: the demo county."""

from typing import Annotated

import typer
from rich.progress import Progress

from .output import Json, console, errors, print_json, print_table, refusing, setup


def demo(
    seed: Annotated[int, typer.Option(help="The same seed gives the same county.")] = 2014,
    if_empty: Annotated[
        bool,
        typer.Option("--if-empty", help="Only into an empty register, or to finish."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Build Yongshou County with its real villages and an invented population, from workbooks in var/demo."""
    setup()
    from jingzhun.demo import county

    if if_empty and not county.is_wanted():
        if as_json:
            print_json({"built": False})
        return
    with Progress(console=errors, transient=True) as bar, refusing(county.DemoFailed):
        task = bar.add_task("", total=1)
        built = county.build(
            seed, lambda phase, done, of: bar.update(task, description=phase, completed=done, total=of)
        )
    if as_json:
        print_json({"built": True, **vars(built)})
        return
    console.print(f"{built.households} households with {built.persons} persons in {sum(built.seconds.values()):.0f} s;")
    workbook, answers = (path.name for path in built.dirty)
    console.print(f"workbooks in {built.files[0].parent}.")
    console.print(f"{workbook} there is not imported: {built.faults} planted faults to try import and checks on;")
    console.print(f"{answers} lists what is wrong and what must happen. Logins:")
    print_table(("login", "password", "who"), (login.values() for login in built.logins))
