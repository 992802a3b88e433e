"""`jingzhun register export` and `template`: the register as files in the layouts that the import reads."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .output import Json, Refused, console, print_json, refusing, setup


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
    area: Annotated[str, typer.Option(help="Code of the area: a county, town, village or group.")] = "610426",
    year: Annotated[
        int | None, typer.Option(help="Register year (its last day; incomes of the year before). Default: the newest.")
    ] = None,
    layout: Annotated[
        Layout | None, typer.Option(help="national: one row per person; own: sheets of households and members.")
    ] = None,
    which: Annotated[Which, typer.Option(help="Which households.")] = Which.ALL,
    language: Annotated[Language, typer.Option(help="Language of headers and codes.")] = Language.CHINESE,
    personal: Annotated[bool, typer.Option("--personal", help="With ID, phone and account numbers.")] = False,
    as_json: Json = False,
) -> None:
    """Write the register of an area into a file; importing it again changes nothing."""
    setup()
    from rich.progress import Progress

    from jingzhun.areas.models import Area
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.registry.actions import exports
    from jingzhun.registry.queries.asked import asked_for

    if not Area.objects.filter(pk=area).exists():
        raise Refused(f"No area {area!r} is loaded; see `jingzhun areas show`.")
    chosen = layout or (Layout.CSV if file.suffix.lower() == ".csv" else Layout.NATIONAL)
    status = "" if which == Which.ALL else which.value
    wanted = exports.Asked(area, year or asked_for().year, chosen.value, language.value, status, personal)
    partial = file.with_name(f".{file.name}.part")
    with Progress(console=console, transient=True, disable=as_json) as bar, refusing(exports.ExportRefused, OSError):
        task = bar.add_task(file.name, total=None)
        try:
            with partial.open("wb") as target:
                written = exports.write(
                    wanted,
                    target,
                    by=SYSTEM,
                    progress=lambda done, total: bar.update(task, completed=done, total=total or None),
                )
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(file), "year": wanted.year, "layout": wanted.layout} | vars(written))
        return
    console.print(f"{file}: {written.households} households, {written.persons} persons.", soft_wrap=True)
    if written.left_out:
        console.print(f"{written.left_out} households without members are not in it; --layout own has them.")


def template(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    language: Annotated[Language, typer.Option(help="Language of headers, notes and codes.")] = Language.CHINESE,
    as_json: Json = False,
) -> None:
    """Write the empty template, with drop-downs and a note on each column."""
    setup(database=False)
    from jingzhun.registry.workbook.template import write_template

    with refusing(OSError), file.open("wb") as target:
        write_template(target, language.value)
    if as_json:
        print_json({"file": str(file), "language": language.value})
        return
    console.print(f"{file} is written.", soft_wrap=True)
