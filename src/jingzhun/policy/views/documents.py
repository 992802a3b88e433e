"""The document library: list with search, one document with what rests on it, its file, adding and correcting."""

import io
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.methods.typed import LARGEST_KEY, line, whole
from jingzhun.parameters.rules import CHANGE_PARAMETERS
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.actions import documents as actions
from jingzhun.policy.actions.exports import export_documents
from jingzhun.policy.filters import DocumentFilter
from jingzhun.policy.forms.documents import DocumentForm, initial_of
from jingzhun.policy.models import Document
from jingzhun.policy.queries import documents as queries
from jingzhun.policy.rules.files import CONTENT_TYPES, FileKind
from jingzhun.policy.tables import DocumentTable, state_badge
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.views.paging import paged

from .files import workbook

PER_PAGE = 25


@requires(VIEW_POLICIES)
def listed(request: Request) -> HttpResponse:
    """Documents that hold in the user's areas, by text, issuer, year and day."""
    found, text = _filtered(request), line(request.GET.get("q", ""))
    may_write = request.user.can(WRITE_POLICIES)
    table = DocumentTable(found.qs, on=timezone.localdate(), text=text, may_write=may_write)
    paged(table, request, PER_PAGE)
    table.excerpts = queries.excerpts([row.record for row in table.paginated_rows], text)
    context = {
        "filter": found, "table": table, "query": found.query, "may_write": may_write, "heading": _("Documents"),
    }  # fmt: skip
    return render(request, "policy/documents.html", context)


@requires(VIEW_POLICIES)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    found, target = _filtered(request), io.BytesIO()
    export_documents(found.qs, target, query=found.query, by=request.user)
    return workbook(target, _("documents"))


@requires(VIEW_POLICIES)
def document(request: Request, pk: int) -> HttpResponse:
    """One document, with the words that were searched marked in its text."""
    found, text = _find(request, pk), line(request.GET.get("q", ""))
    context = {
        "page": queries.document_page(request.user, found, text),
        "document": found,
        "state": state_badge(found, timezone.localdate()),
        "kind": _kind(found),
        "q": text,
        "may_write": request.user.can(WRITE_POLICIES, found.area_id),
        "may_set": request.user.can(CHANGE_PARAMETERS),
        "heading": found.title,
        "crumbs": [(_("Documents"), _list_address(text))],
    }
    return render(request, "policy/document.html", context)


@requires(VIEW_POLICIES)
def file(request: Request, pk: int) -> FileResponse:
    """The file itself; never shown within our own pages."""
    found = _find(request, pk)
    kind = _kind(found)
    if kind is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = "".join(sign for sign in f"{found.number} {found.title}" if sign not in '\\/:*?"<>|')[:120]
    response = FileResponse(
        opened, as_attachment=True, filename=f"{name}.{kind}", content_type=CONTENT_TYPES[FileKind(kind)]
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(WRITE_POLICIES)
def add(request: Request) -> HttpResponse:
    """File another document; `replaces`: the one that it replaces."""
    areas = queries.areas_to_file_in(request.user)
    if not areas:
        raise Http404
    key = whole(request.GET.get("replaces", ""), 1, LARGEST_KEY)
    old = queries.find(request.user, key) if key else None
    first = {"replaces": old.pk, "issuer": old.issuer} if old else {}
    form = DocumentForm(request.POST or None, request.FILES or None, user=request.user, areas=areas, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            filed = _filed(form)
            made = actions.add_document(form.area_chosen, form.told(), filed, by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _saved(request, made, filed)
    return _form(request, form, _("Add a document"), [(_("Documents"), reverse("policy:documents"))])


@requires(WRITE_POLICIES)
def change(request: Request, pk: int) -> HttpResponse:
    """Correct a document, give it another file, type the text of a scan."""
    found = _find(request, pk, WRITE_POLICIES)
    form = DocumentForm(
        request.POST or None, request.FILES or None, user=request.user, areas=[found.area], document=found,
        initial=initial_of(found),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            filed = _filed(form)
            made = actions.change_document(found, form.told(), filed, by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _saved(request, made, filed)
    crumbs = [(_("Documents"), reverse("policy:documents")), (found.title, reverse("policy:document", args=[pk]))]
    return _form(request, form, _("Correct the document"), crumbs)


def _filed(form: DocumentForm) -> actions.Filed | None:
    file = form.cleaned_data["file"]
    return actions.look_at(file, file.size) if file else None


def _saved(request: Request, document: Document, filed: actions.Filed | None) -> HttpResponse:
    if filed and not filed.text and not document.text:
        messages.warning(
            request, _("The file has no text, it is a scan: type or paste its text, so that the search finds it.")
        )
    else:
        messages.success(request, _("The document is saved."))
    return redirect("policy:document", document.pk)


def _form(request: Request, form: DocumentForm, heading: str, crumbs: list[tuple[str, str]]) -> HttpResponse:
    context = {"form": form, "heading": heading, "crumbs": crumbs, "issuers": queries.issuers(request.user)}
    return render(request, "policy/document_form.html", context)


def _find(request: Request, pk: int, permission: str = VIEW_POLICIES) -> Document:
    found = queries.find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def _kind(document: Document) -> str | None:
    ending = Path(document.file.name).suffix.removeprefix(".") if document.file else ""
    return ending if ending in set(FileKind) else None


def _filtered(request: Request) -> Any:
    found = queries.documents_for(request.user)
    return DocumentFilter(without_nul(request), found, issuers=queries.issuers(request.user))


def without_nul(request: Request) -> Any:
    data = request.GET.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\0", "") for value in values])
    return data


def _list_address(text: str) -> str:
    return reverse("policy:documents") + (f"?{urlencode({'q': text})}" if text else "")
