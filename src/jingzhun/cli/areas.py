"""`jingzhun areas`: load and show administrative areas."""

from pathlib import Path
from typing import Annotated

import typer

from .output import Json, Refused, console, print_json, print_table, refusing, setup

app = typer.Typer(no_args_is_help=True, help="Administrative areas: province, city, county, town, village, group.")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="UTF-8 CSV with the columns code, name, level, parent.")],
    as_json: Json = False,
) -> None:
    """Load a list of areas, all or nothing; known codes take the new name."""
    setup()
    from jingzhun.areas.actions import BadAreaFile, load_areas

    with refusing(BadAreaFile):
        loaded = load_areas(file)
    if as_json:
        print_json(vars(loaded))
    else:
        console.print(f"{loaded.read} areas read, {loaded.added} added, {loaded.renamed} renamed.")


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="A code, a name, pinyin or pinyin initials (ysx).")],
    as_json: Json = False,
) -> None:
    """Show an area, where it lies and what lies in it, or search by name."""
    setup()
    from jingzhun.areas.models import Area
    from jingzhun.areas.queries import children, path, search

    area = Area.objects.filter(pk=what).first()
    if area is None:
        provinces = tuple(Area.objects.filter(parent=None).values_list("code", flat=True))
        found = list(search(what, provinces))
        if not found:
            raise Refused(f"No area {what!r} is loaded; load a list with `jingzhun areas load FILE`.")
    else:
        found = [*path(what), *children(what)]
    rows = [{"code": each.code, "name": each.name, "level": each.level, "parent": each.parent_id} for each in found]
    if as_json:
        print_json(rows)
    else:
        print_table(("code", "name", "level", "parent"), (row.values() for row in rows))
