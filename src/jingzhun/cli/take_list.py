"""`jingzhun identification take-list`: a department's list against which applications are compared."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from .county import loaded_area, only_county
from .files import using
from .output import Json, Refused, print_json, refusing, say, setup


def take_list(
    file: Annotated[Path, typer.Argument(help="Workbook (.xlsx, .xls, .xlsb, .ods) or CSV with ID numbers.")],
    kind: Annotated[
        str, typer.Option(help="What it lists, as the county's cross-check names it; a wrong one is answered with all.")
    ],
    source: Annotated[str, typer.Option(help="Which department handed it over.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The state of which day it tells.")],
    area: Annotated[str, typer.Option(help="The county's area code. Default: the only county.")] = "",
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="Leave out rows whose ID number cannot be read.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a list and compare it with the applications of the running round. A hit raises a doubt; people decide.

    Example: jingzhun identification take-list cars.xlsx --kind vehicle --source 县车管所 --as-of 2014-08-31
    """
    setup()
    from jingzhun.identification.actions.taking import Taken, take_and_match
    from jingzhun.identification.models import CrossList, Round
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.registry.rules.refusals import Refused as Refusal

    if kind not in CrossList.Kind.values:
        known = ", ".join(CrossList.Kind.values)
        raise Refused(_("There is no kind '%(kind)s'; there are: %(known)s.") % {"kind": kind, "known": known})
    with using(file), file.open("rb"):
        pass  # what cannot be read is told before anything else is looked at
    county = loaded_area(area or only_county()).code
    round_ = Round.objects.filter(area=county, closed_at=None).order_by("-year", "-opens_on").first()
    if round_ is None:
        raise Refused(_("In %(area)s no round of identification is running.") % {"area": county})
    handed = Taken(kind, source, as_of.date(), file.name)
    with refusing(Refusal):
        done = take_and_match(round_, file, handed, by=SYSTEM, partial=accept_partial)
    told = {"list": done.list.pk, "rows": done.rows, "left_out": done.left_out, "flags": done.flags}
    if as_json:
        print_json(told)
        return
    say(_("%(file)s: %(rows)s rows taken, %(left_out)s left out, %(flags)s doubts raised.") % (told | {"file": file}))
