"""`jingzhun areas`: load and show administrative areas."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from .county import LEVELS
from .files import using
from .output import Json, Refused, print_json, print_table, refusing, say, setup

app = typer.Typer(no_args_is_help=True, help="Administrative areas: province, city, county, town, village, group.")

LISTED = 10  # codes of boundaries left out that are shown; --json has all


@app.command()
def load(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="UTF-8 CSV with the columns code, name, level, parent, and, if known, longitude, latitude."
        ),
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option(help="GeoJSON with a Polygon or MultiPolygon for each area; alone, or with a list.")
    ] = None,
    code_property: Annotated[
        str, typer.Option(help="The property with the area's code, where it is not code, area_code or adcode.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Load a list of areas, their points and boundaries, all or nothing; known codes take what is new.

    A column that is absent changes nothing, an empty point takes a point away. Boundaries of areas that are not loaded
    are left out and told.

    Example: jingzhun areas load county.csv --boundaries villages.geojson
    """
    setup()
    from jingzhun.areas.actions import BadAreaFile, load_areas

    if file is None and boundaries is None:
        raise Refused(_("Name a list of areas, or boundaries by --boundaries; see `jingzhun areas load --help`."))
    for path in filter(None, (file, boundaries)):
        with using(path), path.open("rb"):
            pass  # what cannot be read is told by its own name
    with refusing(BadAreaFile):
        loaded = load_areas(file, boundaries, code_property)
    if as_json:
        print_json(vars(loaded))
        return
    if file:
        say(_("%(read)s areas read, %(added)s added, %(renamed)s renamed, %(points)s points set.") % vars(loaded))
    if boundaries:
        say(_("%(boundaries)s boundaries set.") % vars(loaded))
    if loaded.left_out:
        told = {"count": len(loaded.left_out), "codes": ", ".join(loaded.left_out[:LISTED])}
        say(_("%(count)s boundaries are of areas that are not loaded: %(codes)s …") % told)


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="A code, a name, pinyin or pinyin initials (ysx).")],
    as_json: Json = False,
) -> None:
    """Show an area, where it lies and what lies in it, or search by name.

    Example: jingzhun areas show 610426
    """
    setup()
    from jingzhun.areas.models import Area
    from jingzhun.areas.queries import children, path, search

    area = Area.objects.filter(pk=what).first()
    if area is None:
        provinces = tuple(Area.objects.filter(parent=None).values_list("code", flat=True))
        found = list(search(what, provinces))
        if not found:
            raise Refused(
                _("No area '%(what)s' is loaded: load a list by `jingzhun areas load FILE`.") % {"what": what}
            )
    else:
        found = [*path(what), *children(what)]
    rows = [{"code": each.code, "name": each.name, "level": each.level, "parent": each.parent_id} for each in found]
    if as_json:
        print_json(rows)
    else:
        heads = (_("code"), _("name"), _("level"), _("belongs to"))
        print_table(heads, ((row["code"], row["name"], LEVELS[str(row["level"])], row["parent"]) for row in rows))
