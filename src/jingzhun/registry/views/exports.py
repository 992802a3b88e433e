"""The export's screens: what is wanted, progress, the file; and the empty template."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EXPORT_REGISTER, IMPORT_REGISTER, SEE_PERSONAL
from jingzhun.registry.actions import exports as actions
from jingzhun.registry.forms.exports import ExportForm
from jingzhun.registry.models import Export
from jingzhun.registry.queries import exports as queries
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.unread import of_area
from jingzhun.registry.workbook.book import XLSX
from jingzhun.registry.workbook.template import write_template
from jingzhun.registry.workbook.village_template import write_village_template

CSV = "text/csv; charset=utf-8"
SHOWN = 30  # exports on a page of the list


@requires(EXPORT_REGISTER)
def exports(request: Request) -> HttpResponse:
    """Say what is wanted; the files so far."""
    form = ExportForm(request.POST or None, user=request.user, initial={"area": request.GET.get("area")})
    if request.method == "POST" and form.is_valid():
        try:
            export = actions.order(form.asked(), by=request.user)
        except PermissionError as error:
            raise PermissionDenied from error
        return redirect("registry:export", export.pk)
    found = Paginator(queries.of_user(request.user), SHOWN).get_page(request.GET.get("page"))
    names = area_names({each.area_code for each in found})
    files = [(each, names.get(each.area_code, each.area_code)) for each in found]
    wrong_area = of_area(request.user, request.GET.get("area", ""), EXPORT_REGISTER)
    context = {
        "form": form,
        "files": files,
        "page": found,
        "heading": _("Export"),
        "notices": list(filter(None, [wrong_area])),
    }
    return render(request, "registry/exports/list.html", context)


@requires(EXPORT_REGISTER)
def export(request: Request, pk: int) -> HttpResponse:
    """One file: how far it is, or how to fetch it."""
    found = actions.give_up_if_abandoned(_export(request, pk))
    context: dict[str, Any] = {
        "export": found,
        "area": area_names({found.area_code}).get(found.area_code, found.area_code),
        "heading": found.file_name,
        "crumbs": [(_("Export"), reverse("registry:exports"))],
    }
    return render(request, "registry/exports/page.html", context | _progress(found))


@requires(EXPORT_REGISTER)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the file is, asked by the page every second; when it is there, the page is loaded anew."""
    found = actions.give_up_if_abandoned(_export(request, pk))
    response = render(request, "web/progress.html", _progress(found))
    if found.state not in Export.AT_WORK:
        response["HX-Redirect"] = reverse("registry:export", args=[found.pk])
    return response


@requires(EXPORT_REGISTER)
def download(request: Request, pk: int) -> FileResponse:
    """The file. Raises Http404 once it is deleted, or for personal numbers that the user may see no more."""
    found = _export(request, pk)
    if found.personal and not request.user.can(SEE_PERSONAL, found.area_code):
        raise Http404
    path = actions.path_of(found)
    if found.state != Export.State.READY or not path.exists():
        raise Http404
    kind = CSV if found.layout == Export.Layout.CSV else XLSX
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name, content_type=kind)


@requires(EXPORT_REGISTER)
@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete the file now."""
    actions.forget(_export(request, pk))
    return redirect("registry:exports")


@requires(IMPORT_REGISTER)
def template(request: Request) -> FileResponse:
    """The empty template, in the language of the screen."""
    return _template(write_template, _("template"))


@requires(IMPORT_REGISTER)
def village_template(request: Request) -> FileResponse:
    """The empty template of the villages' reports, with notes in the language of the screen."""
    return _template(write_village_template, _("village reports"))


def _template(write: Callable[[BinaryIO, str], None], name: str) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    write(file, "en" if (get_language() or "").startswith("en") else "zh")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _export(request: Request, pk: int) -> Export:
    """An export of the user's own. Raises Http404."""
    return get_object_or_404(queries.of_user(request.user).select_related("by"), pk=pk)


def _progress(found: Export) -> dict[str, Any]:
    """For web/progress.html."""
    told = {"done": f"{found.done:,}", "total": f"{found.total:,}"}
    return {
        "phase": _("%(done)s of %(total)s persons written") % told if found.total else _("Waiting for its turn"),
        "percent": min(99, found.done * 100 // found.total) if found.total else "",
        "url": reverse("registry:export-progress", args=[found.pk]),
        "cancel_url": "",
        "done": False,
        "failed": "",
    }
