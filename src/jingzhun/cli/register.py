"""`jingzhun register`: the county's register in and out."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import checks, exports
from .county import loaded_area, only_county
from .files import using, writing
from .output import Json, console, language, print_json, print_table, refusing, say, setup

if TYPE_CHECKING:
    from jingzhun.registry.models import Import

app = typer.Typer(no_args_is_help=True, help="The register: workbooks in and out, quality checks.")
app.command("check")(checks.check)
app.command("export")(exports.export)
app.command("template")(exports.template)

PHASES = {
    "opening": gettext_lazy("opening"),
    "reading": gettext_lazy("reading"),
    "comparing": gettext_lazy("comparing"),
    "applying": gettext_lazy("applying"),
}
OUTCOMES = {
    "add": gettext_lazy("new"),
    "change": gettext_lazy("changed"),
    "same": gettext_lazy("unchanged"),
    "refused": gettext_lazy("refused"),
}
SHOWN = 20  # refused cells listed on the screen; the workbook of refused rows has all
DAY = ["%Y-%m-%d"]


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Workbooks (.xlsx, .xls, .xlsb, .ods) or CSV texts.")],
    year: Annotated[
        int | None, typer.Option(help="Year of the incomes, where a file has no column for it.", min=1990, max=2100)
    ] = None,
    area: Annotated[str, typer.Option(help="Area code; rows outside are refused. Default: the only county.")] = "",
    registered_on: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY, help="Day of registration, where a row has none. Default: 31 December after the year."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking, if no row is refused.")] = False,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="Apply the accepted households though others are refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import files into the register: a preview first, then all of a file or nothing.

    Refused rows come back beside the file as FILE-refused.xlsx (--dry-run writes no file). Files come in one after
    another. Exit code 1 if any file was not applied though it was wanted, or has refused rows.

    Example: jingzhun register import 2013.xlsx --year 2013 --dry-run
    """
    setup()
    scope = area or only_county()
    on = registered_on.date() if registered_on else None
    for path in files:
        with using(path), path.open("rb"):
            pass  # a file that is missing is told before anything is read
    told, missed = [], False
    for path in files:  # each settled before the next is compared with what it left
        job = _import(path, scope, year, on, as_json)
        wanted = _settle(job, path, dry_run=dry_run, yes=yes, partial=accept_partial, quiet=as_json)
        missed |= job.state != "applied" and (wanted or job.state == "failed" or bool(job.counts.get("problem_rows")))
        told.append(_told(job))
    if as_json:
        print_json(told if len(told) > 1 else told[0])
    if missed:
        raise typer.Exit(1)


@app.command("villages")
def villages(
    file: Annotated[
        Path,
        typer.Argument(help="Workbook with one row per village and year, as `register template --villages` writes."),
    ],
    area: Annotated[str, typer.Option(help="Area code; villages outside are refused. Default: the only county.")] = "",
    as_json: Json = False,
) -> None:
    """Import the villages' yearly reports: facts of each village, and which are poor villages. Whole or not at all.

    Example: jingzhun register villages villages.xlsx
    """
    setup()
    from jingzhun.registry.actions.village_reports import BadVillageReports, import_village_reports

    with using(file), file.open("rb"):
        pass  # what cannot be read is told before anything else is looked at
    place = loaded_area(area or only_county())
    with refusing(BadVillageReports):
        done = import_village_reports(file, area_code=place.code)
    if as_json:
        print_json(vars(done))
        return
    say(_("%(file)s: %(rows)s reports read, %(added)s added, %(changed)s changed.") % (vars(done) | {"file": file}))


def _import(path: Path, scope: str, year: int | None, on: date | None, quiet: bool) -> "Import":
    """Read one file with progress."""
    from rich.progress import Progress

    from jingzhun.registry.actions import imports
    from jingzhun.registry.workbook.problems import WorkbookRefused

    with using(path), refusing(WorkbookRefused), path.open("rb") as file:
        job = imports.take_in(
            file, path.name, by=None, area_code=scope, year=year, registered_on=on, language=language()
        )
    with Progress(console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(path.name, total=None)

        def report(phase: str, done: int, total: int) -> None:
            bar.update(
                task, description=f"{path.name}: {PHASES.get(phase, phase)}", completed=done, total=total or None
            )

        with refusing(imports.Cancelled):
            return imports.read(job, report)


def _settle(job: "Import", path: Path, *, dry_run: bool, yes: bool, partial: bool, quiet: bool) -> bool:
    """Show the preview, then apply or cancel; whether it was to be applied."""
    from jingzhun.registry.actions import imports
    from jingzhun.registry.actions.checks import check_after_import

    wanted = False
    if job.state == "ready":
        if not quiet:
            _show(job)
        refused = bool(job.counts["problem_rows"])
        beside = path.with_name(f"{path.stem}-refused.xlsx")
        if refused and not dry_run:
            with writing(beside) as target:
                imports.write_refused(job, target)
            _say(quiet, _("The refused rows are in %(file)s.") % {"file": beside})
        wanted = _wanted(refused, dry_run=dry_run, yes=yes, partial=partial, quiet=quiet)
        if wanted:
            with refusing(imports.NotConfirmable, imports.Cancelled):
                imports.confirm(job, partial=refused and partial)
            check_after_import(job)
        if job.state == "ready":  # not wanted, or held up: whoever wants it imports the file again
            if job.changed_meanwhile:
                _say(quiet, _("The register changed while the file was compared with it; import it again."))
            imports.cancel(job)
    if job.error and not quiet:
        console.print(f"{job.name}: {_error(job)}", style="red", soft_wrap=True, markup=False)
    _say(quiet, f"{job.name}: {job.get_state_display()}")
    return wanted


def _wanted(refused: bool, *, dry_run: bool, yes: bool, partial: bool, quiet: bool) -> bool:
    if dry_run or (refused and not partial):
        return False
    return yes or (not quiet and typer.confirm(_("Apply?")))


def _show(job: "Import") -> None:
    from itertools import islice

    from jingzhun.registry.queries.imports import problems

    kinds = {"households": _("Households"), "members": _("Members"), "surveys": _("Surveys")}
    heads = ("", *(OUTCOMES.get(name, name) for name in job.counts["households"]))
    print_table(heads, ((label, *job.counts[kind].values()) for kind, label in kinds.items()))
    for warning in job.warning_texts:
        console.print(warning, style="yellow", soft_wrap=True, markup=False)
    for each in islice(problems(job), SHOWN):
        text = f"{each.sheet}!{each.cell} {each.label}: {each.text}"
        console.print(text, style="red", soft_wrap=True, highlight=False, markup=False)


def _told(job: "Import") -> dict[str, Any]:
    counts = {kind: job.counts.get(kind, {}) for kind in ("households", "members", "surveys")}
    return {
        "import": job.pk,
        "file": job.name,
        "state": job.state,
        "error": _error(job),
        **counts,
        "refused_rows": job.counts.get("problem_rows", 0),
        "warnings": job.warning_texts,
    }


def _error(job: "Import") -> str:
    """Why a file cannot be imported, with the option that helps."""
    lacks_year = job.error is not None and job.error["code"] == "no_year"
    return job.error_text + (" " + _("Here: --year 2013, for the incomes of 2013.") if lacks_year else "")


def _say(quiet: bool, text: str) -> None:
    if not quiet:
        say(text)
