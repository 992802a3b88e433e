"""The import's screens: upload, progress, preview, confirmation, result."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import whole
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry.actions import imports as actions
from jingzhun.registry.actions.import_files import refused_file
from jingzhun.registry.actions.village_reports import import_uploaded_reports
from jingzhun.registry.forms.imports import ConfirmForm, UploadForm, VillageReportsForm
from jingzhun.registry.models import Import
from jingzhun.registry.queries import imports as queries
from jingzhun.registry.workbook.book import XLSX
from jingzhun.registry.workbook.problems import WorkbookRefused
from jingzhun.registry.workbook.village_sheet import BadVillageReports

SHOWN = 30  # imports on a page of the list
TABS = ("added", "members", "changed", "refused", "groups")
Rows = tuple[list[Any], int]


@requires(IMPORT_REGISTER)
def imports(request: Request) -> HttpResponse:
    """Upload workbooks; the imports so far."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        taken = _take_in(request, form)
        if len(taken) == 1:
            return redirect("registry:import", taken[0].pk)
        if taken:
            messages.success(request, _("%(count)s files are being read.") % {"count": len(taken)})
            return redirect("registry:imports")
    context = {
        "form": form,
        "imports": Paginator(queries.visible(request.user), SHOWN).get_page(request.GET.get("page")),
        "heading": _("Import"),
    }
    return render(request, "registry/imports/list.html", context)


@requires(IMPORT_REGISTER)
def village_reports(request: Request) -> HttpResponse:
    """Upload the villages' yearly reports; they come in whole or not at all."""
    form = VillageReportsForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["workbook"]
        try:
            done = import_uploaded_reports(file, file.name, area_code=form.cleaned_data["area"], by=request.user)
        except BadVillageReports as error:
            form.add_error("workbook", str(error))
        else:
            text = _("%(rows)s reports read, %(added)s added, %(changed)s changed.")
            messages.success(request, text % vars(done))
            return redirect("registry:villages")
    context = {"form": form, "heading": _("Village reports"), "crumbs": [(_("Import"), reverse("registry:imports"))]}
    return render(request, "registry/imports/villages.html", context)


@requires(IMPORT_REGISTER)
def import_(request: Request, pk: int) -> HttpResponse:
    """One import, as far as it is: progress, preview or result."""
    job = actions.give_up_if_abandoned(_import(request, pk))
    if job.state == Import.State.READY and actions.is_lost(job):
        actions.read_again(job)
    context: dict[str, Any] = {"job": job, "heading": job.name, "crumbs": [(_("Import"), reverse("registry:imports"))]}
    if job.state in Import.AT_WORK:
        return render(request, "registry/imports/work.html", context | _progress(job))
    if job.state == Import.State.READY:
        return render(request, "registry/imports/preview.html", context | _preview(request, job))
    context["refused_kept"] = refused_file(job).exists()
    context |= {"towns": queries.towns(job), "counted": _counted(job)}
    return render(request, "registry/imports/result.html", context)


@requires(IMPORT_REGISTER)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the job is, asked by the page every second; when it has ended, the page is loaded anew."""
    job = actions.give_up_if_abandoned(_import(request, pk))
    response = render(request, "web/progress.html", _progress(job))
    if job.state not in Import.AT_WORK:
        response["HX-Redirect"] = reverse("registry:import", args=[job.pk])
    return response


@requires(IMPORT_REGISTER)
@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    """Let the import into the register; a job does the work."""
    job = _import(request, pk)
    form = ConfirmForm(request.POST)
    form.is_valid()
    try:
        partial = bool(form.cleaned_data.get("partial"))
        actions.ask_confirmation(job, partial=partial, by=request.user, language=get_language() or "")
    except actions.NotConfirmable as error:
        messages.error(request, str(error))
    return redirect("registry:import", job.pk)


@requires(IMPORT_REGISTER)
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give the import up; the register stays as it is."""
    job = actions.cancel(_import(request, pk))
    if job.state == Import.State.CANCELLED:
        messages.success(request, _("The import was cancelled; the register is as it was."))
    elif job.state == Import.State.APPLIED:
        messages.warning(request, _("It was too late to cancel: the import has been applied."))
    return redirect("registry:import", job.pk)


@requires(IMPORT_REGISTER)
@require_POST
def refused(request: Request, pk: int) -> FileResponse:
    """The refused rows as a workbook."""
    job = _import(request, pk)
    kept = refused_file(job)
    if job.state == Import.State.READY and job.counts.get("problem_rows"):
        file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
        job.language = get_language() or job.language
        try:
            actions.write_refused(job, file)
        except WorkbookRefused as error:
            raise Http404 from error
        file.seek(0)
    elif kept.exists():
        file = kept.open("rb")  # type: ignore[assignment]
    else:
        raise Http404
    actions.tell_refused_taken(job, by=request.user)
    name = f"{job.name.rpartition('.')[0] or job.name}-{_('refused')}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _import(request: Request, pk: int) -> Import:
    """An import into the user's areas. Raises Http404."""
    return get_object_or_404(queries.visible(request.user), pk=pk)


def _take_in(request: Request, form: UploadForm) -> list[Import]:
    """Keep the files and have them read; what is wrong with a file goes to the form."""
    taken = []
    options = {name: form.cleaned_data[name] for name in ("year", "registered_on")}
    for file in form.cleaned_data["workbooks"]:
        try:
            with transaction.atomic():  # the import and its job are there together
                job = actions.take_in(
                    file,
                    file.name,
                    by=request.user,
                    area_code=form.cleaned_data["area"],
                    language=get_language() or "zh-hans",
                    **options,
                )
                actions.read_later(job)
        except WorkbookRefused as error:
            form.add_error("workbooks", f"{file.name}: {error}")
        except PermissionError as error:
            raise PermissionDenied from error
        else:
            taken.append(job)
    return taken


def _progress(job: Import) -> dict[str, Any]:
    """For web/progress.html."""
    phases = {
        "opening": _("Opening the file"),
        "reading": _("%(done)s rows read") % {"done": f"{job.done:,}"},
        "comparing": _("Comparing with the register"),
        "applying": _("Writing into the register"),
    }
    percent: int | str = min(99, job.done * 100 // job.total) if job.total and job.phase == "reading" else ""
    return {
        "phase": _("Stopping") if job.cancel_asked else phases.get(job.phase, _("Waiting for its turn")),
        "percent": percent,
        "url": reverse("registry:import-progress", args=[job.pk]),
        "cancel_url": "" if job.cancel_asked else reverse("registry:import-cancel", args=[job.pk]),
        "done": False,
        "failed": "",
    }


def _preview(request: Request, job: Import) -> dict[str, Any]:
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "refused" if job.counts["problem_rows"] else "added" if job.counts["households"]["add"] else "changed"
    field, page = request.GET.get("field", ""), _number(request.GET.get("page", ""))
    rows, count = _listed(job, tab, field)((page - 1) * queries.PAGE, queries.PAGE)
    return {
        "tab": tab,
        "tabs": _tabs(job),
        "rows": rows,
        "field": field,
        "fields": queries.changed_fields(job) if tab == "changed" else [],
        "page": page,
        "pages": max(1, -(-count // queries.PAGE)),
        "rows_count": count,
        "towns": queries.towns(job),
        "confirm_form": ConfirmForm(),
        "nothing": _changes_nothing(job),
        "total": sum(job.counts["households"].values()),
        "counted": _counted(job),
    }


def _counted(job: Import) -> list[tuple[str, dict[str, int]]]:
    labels = {"households": _("Households"), "members": _("Members"), "surveys": _("Surveys")}
    return [(label, job.counts[kind]) for kind, label in labels.items() if kind in job.counts]


def _listed(job: Import, tab: str, field: str) -> Callable[[int, int], Rows]:
    if tab == "added":
        return lambda start, count: queries.added(job, start, count)
    if tab == "members":
        return lambda start, count: queries.new_members(job, start, count)
    if tab == "changed":
        return lambda start, count: queries.changes(job, start, count, field)
    if tab == "groups":
        return lambda start, count: (job.groups[start : start + count], len(job.groups))
    return lambda start, count: (list(queries.problems(job, start, count)), queries.problem_count(job))


def _tabs(job: Import) -> list[tuple[str, str, int, str]]:
    """(tab, label, number, colour) of what the preview has."""
    counts = job.counts
    found = [
        ("added", _("New households"), counts["households"]["add"], "green"),
        ("members", _("New members"), counts["new_members"], "green"),
        ("changed", _("Changes"), sum(counts["fields"].values()), "blue"),
        ("refused", _("Refused"), counts["problem_rows"], "red"),
        ("groups", _("New groups"), len(job.groups), "azure"),
    ]
    return [each for each in found if each[2] or each[0] in ("added", "changed", "refused")]


def _changes_nothing(job: Import) -> bool:
    kinds = ("households", "members", "surveys")
    written = sum(job.counts[kind][act] for kind in kinds for act in ("add", "change")) + job.counts["spells"]
    return not written


def _number(text: str) -> int:
    return whole(text, 1, 999_999) or 1
