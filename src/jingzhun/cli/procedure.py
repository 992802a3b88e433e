"""`jingzhun procedure`: the procedures' tables, as the engine runs them."""

from typing import Annotated

import typer

from .output import Json, Refused, console, print_json, print_table, setup


def procedure(
    name: Annotated[str, typer.Argument(help="Which one; without a name they are listed.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="As in docs/procedures.md, with a diagram.")] = False,
    as_json: Json = False,
) -> None:
    """Show a public procedure step by step: who decides, what must be there, where it may go back."""
    setup(database=False)
    from jingzhun.procedure import drawing, registry

    known = {table.name: table for table in registry.procedures()}
    if name and name not in known:
        raise Refused(f"There is no procedure {name!r}: {', '.join(known)}.")
    chosen = [known[name]] if name else list(known.values())
    if markdown:
        console.print(
            "\n".join(drawing.markdown(table) for table in chosen), soft_wrap=True, highlight=False, markup=False
        )
    elif as_json:
        print_json({table.name: [vars(row) for row in drawing.rows(table)] for table in chosen})
    else:
        for table in chosen:
            print_table(
                (str(table.label), "level", "who decides", "days", "back to"),
                ((row.label, row.level, row.who, row.days, ", ".join(row.back)) for row in drawing.rows(table)),
            )
