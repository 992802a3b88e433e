"""`jingzhun demo`: the demo county."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.progress import Progress

from .output import Json, errors, print_json, print_table, refusing, say, setup


def demo(
    seed: Annotated[int, typer.Option(help="The same seed gives the same county.")] = 2014,
    if_empty: Annotated[
        bool,
        typer.Option("--if-empty", help="Only into an empty register, or to finish."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Build Yongshou County with its real villages and an invented population, from workbooks in var/demo.

    Example: jingzhun demo --if-empty
    """
    setup()
    from django.conf import settings
    from django.utils import translation

    from jingzhun.demo import county

    if if_empty and not county.is_wanted():
        if as_json:
            print_json({"built": False})
        return
    in_county = translation.override(settings.LANGUAGE_CODE)  # what people write there is in its language
    with Progress(console=errors, transient=True) as bar, refusing(county.DemoFailed), in_county:
        task = bar.add_task("", total=1)
        built = county.build(
            seed, lambda phase, done, of: bar.update(task, description=phase, completed=done, total=of)
        )
    if as_json:
        print_json({"built": True, **vars(built)})
        return
    told = {"households": built.households, "persons": built.persons, "seconds": f"{sum(built.seconds.values()):.0f}"}
    say(_("%(households)s households with %(persons)s persons in %(seconds)s s;") % told)
    workbook, answers = (path.name for path in built.dirty)
    say(_("workbooks in %(folder)s.") % {"folder": built.files[0].parent})
    told = {"file": workbook, "faults": built.faults}
    say(_("%(file)s there is not imported: %(faults)s planted faults to try import and checks on;") % told)
    say(_("%(file)s lists what is wrong and what must happen. Logins:") % {"file": answers})
    print_table((_("login"), _("password"), _("who")), (login.values() for login in built.logins))
