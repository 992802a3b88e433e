"""Notices behind the login: the list, one with its objections, its print, the photo of the board."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import PUBLISH_NOTICES, SEE_OBJECTIONS
from jingzhun.publicity import rules
from jingzhun.publicity.actions import exports
from jingzhun.publicity.actions.notices import add_board_photo, remove_board_photo
from jingzhun.publicity.filters import NoticeFilter
from jingzhun.publicity.forms.staff import BoardPhotoForm, TakeDownForm
from jingzhun.publicity.models import BoardPhoto, Notice
from jingzhun.publicity.printing.notice import PAPERS, notice_pdf
from jingzhun.publicity.queries import notices as queries
from jingzhun.publicity.tables import NoticeTable, days_left, opens_on
from jingzhun.publicity.wording import in_language
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.views.paging import paged
from jingzhun.registry.workbook.book import XLSX

from .pages import address

PER_PAGE = 50


@requires(SEE_OBJECTIONS)
def notices(request: Request) -> HttpResponse:
    """Notices of the user's areas by kind, state, area and year."""
    found = NoticeFilter(request.GET, queries.notices_of(request.user), user=request.user)
    table = NoticeTable(found.qs)
    paged(table, request, PER_PAGE)
    return render(request, "publicity/notices.html", {"filter": found, "table": table, "heading": _("Notices")})


@requires(SEE_OBJECTIONS)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    target = io.BytesIO()
    found = NoticeFilter(request.GET, queries.notices_of(request.user), user=request.user)
    exports.export_notices(found.qs, target, query=found.query, by=request.user)
    return workbook(target, "notices")


@requires(SEE_OBJECTIONS)
def notice(request: Request, number: str) -> HttpResponse:
    """One notice."""
    return _page(request, _find(request, number), BoardPhotoForm())


@requires(PUBLISH_NOTICES)
@require_POST
def add_photo(request: Request, number: str) -> HttpResponse:
    """Keep a photo of the notice on the board."""
    found = _find(request, number, PUBLISH_NOTICES)
    form = BoardPhotoForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            add_board_photo(found, file, form.cleaned_data["taken_on"], size=file.size, by=request.user)
        except Refused as refused:
            for name, texts in refused.messages.items():
                form.add_error(name or None, [str(text) for text in texts])
        else:
            messages.success(request, _("The photo was added."))
            return redirect("publicity:notice", found.number)
    return _page(request, found, form)


@requires(SEE_OBJECTIONS)
def board_photo(request: Request, pk: int) -> HttpResponse | FileResponse:
    """The picture itself."""
    found = get_object_or_404(BoardPhoto.objects.on_board().visible_to(request.user, SEE_OBJECTIONS), pk=pk)
    return picture(found.file)


@requires(PUBLISH_NOTICES)
@require_POST
def take_down(request: Request, pk: int) -> HttpResponse:
    """Take a wrong photo of the board down."""
    photos = BoardPhoto.objects.on_board().visible_to(request.user, PUBLISH_NOTICES)
    found = get_object_or_404(photos.select_related("notice__area__parent"), pk=pk)
    form = TakeDownForm(request.POST, auto_id=_own_id(found))
    if not form.is_valid():
        return _page(request, found.notice, BoardPhotoForm(), (found, form))
    remove_board_photo(found, form.cleaned_data["why"], by=request.user)
    messages.success(request, _("The photo was taken down."))
    return redirect("publicity:notice", found.notice.number)


@requires(SEE_OBJECTIONS)
def printed(request: Request, number: str) -> HttpResponse:
    """The notice to be posted, on A4 or A3, in Chinese or English."""
    found = queries.notice_page(_find(request, number))
    asked = request.GET.get("paper", "")
    paper = asked if asked in PAPERS else PAPERS[0]
    language = "en" if request.GET.get("language") == "en" else "zh-hans"
    link = address(request, reverse("short-notice", args=[found.notice.number]))
    with translation.override(language):
        body = notice_pdf(found, paper=paper, link=link)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.notice.number}-{paper}.pdf"'
    return response


def picture(file: Any) -> FileResponse:
    """A stored picture, to be shown in the page and nowhere else."""
    try:
        response = FileResponse(file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def workbook(target: io.BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return response


def _find(request: Request, number: str, permission: str = SEE_OBJECTIONS) -> Notice:
    """A notice of the user's areas. Raises Http404."""
    found = Notice.objects.visible_to(request.user, permission).select_related("area__parent")
    return get_object_or_404(found, number=number)


def _own_id(photo: BoardPhoto) -> str:
    """Each photo's form has fields of its own on the page."""
    return f"photo{photo.pk}_%s"


def _blank(photo: BoardPhoto) -> TakeDownForm:
    return TakeDownForm(auto_id=_own_id(photo))


def _left(found: Notice) -> str:
    """How long it still runs, or when it begins to; empty for one that is closed."""
    if not found.is_open:
        return ""
    return opens_on(found) if found.is_coming else days_left(found.days_left())


def _page(
    request: Request, found: Notice, form: BoardPhotoForm, wrong: tuple[BoardPhoto, TakeDownForm] | None = None
) -> HttpResponse:
    """`wrong`: the photo that could not be taken down, and the form that says why."""
    page = queries.notice_page(found)
    held = page.held()
    names = rules.told_columns(found.columns, [item.shown for item in page.items])
    labels = [rules.PUBLIC_FIELDS[name] for name in names]
    shown = [(item.position, [item.shown.get(name, "") for name in names]) for item in page.items]
    context = {
        "page": page,
        "notice": found,
        "columns": labels,
        "rows": [
            (item, list(zip(labels, cells, strict=True)), held.get(item.pk, []))
            for item, (_position, cells) in zip(page.items, in_language(names, shown), strict=True)
        ],
        "waiting": [objection for objection in page.objections if objection.is_open],
        "left": _left(found),
        "photos": [(each, wrong[1] if wrong and wrong[0] == each else _blank(each)) for each in page.photos],
        "form": form,
        "may_publish": request.user.can(PUBLISH_NOTICES, found.area_id),
        "public_url": address(request, reverse("short-notice", args=[found.number])),
        "heading": f"{found.area.short_name} · {found.label}",
        "crumbs": [(_("Notices"), reverse("publicity:notices"))],
        "come_back": reverse("publicity:notice", args=[found.number]),
    }
    return render(request, "publicity/notice.html", context, status=400 if form.errors or wrong else 200)
