"""`jingzhun register export` and `template`: the register as files in the layouts that the import reads."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from .county import loaded_area, only_county
from .files import Force, writing
from .output import Json, Refused, console, print_json, refusing, say, setup

if TYPE_CHECKING:
    from jingzhun.registry.actions.exports import Asked
    from jingzhun.registry.workbook.writer import Written


class Layout(StrEnum):
    NATIONAL = "national"
    OWN = "own"
    CSV = "csv"


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


class Which(StrEnum):
    ALL = "all"
    REGISTERED = "registered"
    EXITED = "exited"


def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .xlsx, or .csv.")],
    area: Annotated[
        str, typer.Option(help="A county, town, village or group by its code. Default: the only county.")
    ] = (""),
    year: Annotated[
        int | None,
        typer.Option(min=1991, max=2101, help="Register year (its last day; incomes of the year before); the newest."),
    ] = None,
    layout: Annotated[
        Layout | None, typer.Option(help="national: one row per person; own: sheets of households and members.")
    ] = None,
    which: Annotated[Which, typer.Option(help="Which households.")] = Which.ALL,
    language: Annotated[Language, typer.Option(help="Language of headers and codes.")] = Language.CHINESE,
    personal: Annotated[bool, typer.Option("--personal", help="With ID, phone and account numbers.")] = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write the register of an area into a file; importing the newest year's again changes nothing.

    Example: jingzhun register export village.xlsx --area 610426102201 --layout own
    """
    setup()
    from jingzhun.registry.actions.exports import Asked
    from jingzhun.registry.queries.asked import asked_for

    area = loaded_area(area or only_county()).code
    status = "" if which == Which.ALL else which.value
    asked = Asked(area, asked_for(year).year, _layout(file, layout), language.value, status, personal)
    written = _write(file, asked, force=force, quiet=as_json)
    if as_json:
        print_json({"file": str(file), "year": asked.year, "layout": asked.layout} | vars(written))
        return
    say(_("%(file)s: %(households)s households, %(persons)s persons.") % (vars(written) | {"file": file}))
    if written.left_out:
        say(_("%(left_out)s households without members are not in it; --layout own has them.") % vars(written))


def _layout(file: Path, asked: Layout | None) -> str:
    """The layout asked for, or the one that the file's name means. Raises Refused where they contradict."""
    text = file.suffix.lower() == ".csv"
    if asked is not None and (asked == Layout.CSV) != text:
        told = {"file": file.name, "layout": asked.value}
        text_of = _("%(file)s and --layout %(layout)s do not go together: .csv is a text, .xlsx a workbook.")
        raise Refused(text_of % told)
    return (asked or (Layout.CSV if text else Layout.NATIONAL)).value


def _write(file: Path, asked: "Asked", *, force: bool, quiet: bool) -> "Written":
    from rich.progress import Progress

    from jingzhun.journal.actions import SYSTEM
    from jingzhun.registry.actions import exports

    with (
        Progress(console=console, transient=True, disable=quiet) as bar,
        refusing(exports.ExportRefused),
        writing(file, replace=force) as target,
    ):
        task = bar.add_task(file.name, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        return exports.write(asked, target, by=SYSTEM, progress=report)


def template(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    villages: Annotated[
        bool, typer.Option("--villages", help="The villages' yearly reports instead of households and members.")
    ] = False,
    language: Annotated[
        Language, typer.Option(help="Language of headers, notes and codes; village reports have Chinese headers.")
    ] = Language.CHINESE,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write the empty template, with drop-downs and a note on each column.

    Example: jingzhun register template villages.xlsx --villages
    """
    setup(database=False)
    from jingzhun.registry.workbook.template import write_template
    from jingzhun.registry.workbook.village_template import write_village_template

    with writing(file, replace=force) as target:
        (write_village_template if villages else write_template)(target, language.value)
    if as_json:
        print_json({"file": str(file), "language": language.value})
        return
    say(_("%(file)s is written.") % {"file": file})
