"""Files of entries: a short one at once, a long one written by a job, with its progress."""

from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jingzhun.journal.actions.telling import tell_export
from jingzhun.journal.models import EntriesFile
from jingzhun.journal.queries.entries import COUNTED, count
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import READ_JOURNAL
from jingzhun.registry.workbook.book import XLSX

from . import actions, excel
from .filtering import filtered, query_of

CSV = "text/csv; charset=utf-8"


class OrderForm(forms.Form):
    """As which kind of file; a workbook only as far as a sheet holds the entries."""

    kind = forms.ChoiceField(label=gettext_lazy("kind of file"), widget=forms.RadioSelect)

    def __init__(self, data: Any, total: int) -> None:
        super().__init__(data)
        kinds = [each for each in EntriesFile.Kind.choices if each[0] == "csv" or not self.is_too_long(total)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0]

    @staticmethod
    def is_too_long(total: int) -> bool:
        return total > excel.MOST_OF_A_SHEET


@requires(READ_JOURNAL)
def export(request: Request) -> HttpResponse | FileResponse:
    """The filtered entries as a workbook at once, if a browser can wait for them; the way to a job for more."""
    form, found = filtered(request.GET, request.user)
    query = query_of(request.GET)
    if form.contradicts_itself:
        return redirect(f"{reverse('journal:entries')}?{query}")
    if count(found) > COUNTED:
        return redirect(f"{reverse('journal:files')}?{query}")
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    rows = excel.write(found, file, request.user)
    tell_export(query, rows, area_code=request.scope.common_area(READ_JOURNAL), by=request.user)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_name("xlsx"), content_type=XLSX)


@requires(READ_JOURNAL)
def entries_files(request: Request) -> HttpResponse:
    """Ask for a file of the filtered entries; the files so far."""
    query = query_of(request.GET)
    total = filtered(request.GET, request.user)[1].order_by().count()
    form = OrderForm(request.POST or None, total)
    if request.method == "POST" and form.is_valid():
        made = actions.order(query, form.cleaned_data["kind"], by=request.user)
        return redirect("journal:file", made.pk)
    context = {
        "form": form,
        "total": total,
        "query": query,
        "too_long": form.is_too_long(total),
        "sheet": excel.MOST_OF_A_SHEET,
        "files": actions.of_user(request.user)[: actions.SHOWN],
        "heading": _("Journal as a file"),
        "crumbs": [(_("Journal"), f"{reverse('journal:entries')}?{query}")],
    }
    return render(request, "web/journal/files.html", context)


@requires(READ_JOURNAL)
def entries_file(request: Request, number: int) -> HttpResponse:
    """One file: how far it is, or how to fetch it."""
    found = actions.give_up_if_abandoned(_own(request, number))
    context = {
        "file": found,
        "reason": actions.REASONS.get(found.why, ""),
        "heading": _("Journal as a file"),
        "crumbs": [
            (_("Journal"), reverse("journal:entries")),
            (_("Files"), f"{reverse('journal:files')}?{found.query}"),
        ],
    }
    return render(request, "web/journal/file.html", context | _progress(found))


@requires(READ_JOURNAL)
def file_progress(request: Request, number: int) -> HttpResponse:
    """How far the file is, asked by the page every second; when it is there, the page is loaded anew."""
    found = actions.give_up_if_abandoned(_own(request, number))
    response = render(request, "web/progress.html", _progress(found))
    if found.state not in EntriesFile.AT_WORK:
        response["HX-Redirect"] = reverse("journal:file", args=[found.pk])
    return response


@requires(READ_JOURNAL)
def file_download(request: Request, number: int) -> FileResponse:
    """The file. Raises Http404 once it is deleted."""
    found = _own(request, number)
    path = actions.path_of(found)
    if found.state != EntriesFile.State.READY or not path.exists():
        raise Http404
    kind = CSV if found.kind == EntriesFile.Kind.CSV else XLSX
    return FileResponse(path.open("rb"), as_attachment=True, filename=_name(found.kind), content_type=kind)


@requires(READ_JOURNAL)
@require_POST
def file_delete(request: Request, number: int) -> HttpResponse:
    """Delete the file now."""
    actions.forget(_own(request, number))
    return redirect("journal:files")


def _own(request: Request, number: int) -> EntriesFile:
    """A file of the user's own. Raises Http404."""
    return get_object_or_404(actions.of_user(request.user), pk=number)


def _name(ending: str) -> str:
    return f"{_('journal')}-{timezone.localdate():%Y%m%d}.{ending}"


def _progress(found: EntriesFile) -> dict[str, Any]:
    """For web/progress.html."""
    told = {"done": f"{found.done:,}", "total": f"{found.total:,}"}
    return {
        "phase": _("%(done)s of %(total)s entries written") % told if found.total else _("Waiting for its turn"),
        "percent": min(99, found.done * 100 // found.total) if found.total else "",
        "url": reverse("journal:file-progress", args=[found.pk]),
        "cancel_url": "",
        "done": False,
        "failed": "",
    }
