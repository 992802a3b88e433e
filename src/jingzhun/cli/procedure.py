"""`jingzhun procedure`: the procedures' tables, as the engine runs them."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from .county import LEVELS
from .output import Json, Refused, print_json, print_table, say, setup


def procedure(
    name: Annotated[str, typer.Argument(help="Which one; without a name they are listed.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="As in docs/procedures.md, with a diagram.")] = False,
    as_json: Json = False,
) -> None:
    """Show a public procedure step by step: who decides, what must be there, where it may go back.

    Example: jingzhun procedure identification
    """
    setup(database=False)
    from jingzhun.procedure import drawing, registry

    known = {table.name: table for table in registry.procedures()}
    if name and name not in known:
        told = {"name": name, "known": ", ".join(known)}
        raise Refused(_("There is no procedure '%(name)s'; there are: %(known)s.") % told)
    chosen = [known[name]] if name else list(known.values())
    if markdown:
        say("\n".join(drawing.markdown(table) for table in chosen))
    elif as_json:
        print_json({table.name: [vars(row) for row in drawing.rows(table)] for table in chosen})
    else:
        for table in chosen:
            print_table(
                (str(table.label), _("level"), _("who decides"), _("days (parameter)"), _("back to")),
                (
                    (row.label, LEVELS.get(row.level, row.level), row.who, row.days, ", ".join(row.back))
                    for row in drawing.rows(table)
                ),
            )
