"""The household list, its export, and the filters that users keep."""

from itertools import groupby
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import whole
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, EXPORT_REGISTER, SEE_PERSONAL, VIEW_HOUSEHOLDS
from jingzhun.registry.actions import lists
from jingzhun.registry.filters import FOLDED, HouseholdFilter
from jingzhun.registry.models import SavedFilter
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries.columns import DEFAULT, Column, all_columns, chosen
from jingzhun.registry.queries.exports import count_persons
from jingzhun.registry.queries.households import visible
from jingzhun.registry.tables import HouseholdTable
from jingzhun.registry.workbook.book import XLSX

from .marking import filled, numbers_marked, to_list

PAGE_SIZES = (25, 50, 100, 200)
COUNTED_AT_ONCE = 1_000  # households whose members are counted before the list is shown
FILE_AREA = 40  # characters of a file's name that say where its rows are from


@requires(VIEW_HOUSEHOLDS)
@numbers_marked
def households(request: Request) -> HttpResponse:
    """Households of the user's areas: filtered, sorted, in the chosen columns."""
    full = any(request.GET.get(name) for name in ("col", "more", *FOLDED))
    found = _filtered(request, VIEW_HOUSEHOLDS, whole=full)
    columns = chosen(request.GET.getlist("col"))
    table = HouseholdTable(
        found.qs,
        columns,
        found.asked,
        sort=request.GET.getlist("sort"),
        page=request.GET.get("page"),
        size=_page_size(request),
        search=request.GET.get("q", ""),
    )
    counted = table.paginator.count <= COUNTED_AT_ONCE
    context = {
        "filter": found,
        "table": table,
        "persons": count_persons(found.qs.order_by().values("pk"), found.asked) if counted else None,
        "columns": columns,
        "usual_columns": " ".join(sorted(key for key in DEFAULT if key != "number")),
        **_choices(request, found, full=full),
        "saved": SavedFilter.objects.filter(user=request.user),
        "page_sizes": PAGE_SIZES,
        "may_export": request.user.can(EXPORT_REGISTER),
        "may_see_personal": request.user.can(SEE_PERSONAL) and any(column.personal for column in columns),
        "may_edit": request.user.can(EDIT_HOUSEHOLDS),
    }
    return render(request, "registry/households/list.html", context)


@requires(VIEW_HOUSEHOLDS)
def ask(request: Request) -> HttpResponse:
    """What the list's form asks for, as an address; a personal number does not get there.

    Whoever comes here from the login, after a session that ended, finds the list.
    """
    return to_list(request, reverse("registry:households"))


@requires(VIEW_HOUSEHOLDS)
@numbers_marked
def choices(request: Request) -> HttpResponse:
    """The folded part of the filter, fetched when it is first opened."""
    found = _filtered(request, VIEW_HOUSEHOLDS, whole=True)
    context = {"filter": found, "opened": request.GET.get("open", ""), **_choices(request, found, full=True)}
    return render(request, "registry/households/more.html", context)


@requires(VIEW_HOUSEHOLDS)
@numbers_marked
def persons(request: Request) -> HttpResponse:
    """How many members the filtered households have: fetched by a long list once it is shown, as it takes a while."""
    found = _filtered(request, VIEW_HOUSEHOLDS)
    counted = count_persons(found.qs.order_by().values("pk"), found.asked)
    return render(request, "registry/households/persons.html", {"persons": counted})


@requires(EXPORT_REGISTER)
@require_POST
@numbers_marked
def export(request: Request) -> FileResponse:
    """The filtered households in the chosen columns as a workbook; with personal numbers only for those who may."""
    personal = request.POST.get("personal") == "yes"
    if personal and not request.user.can(SEE_PERSONAL):
        raise PermissionDenied
    found = _filtered(request, EXPORT_REGISTER)
    wanted = found.qs.visible_to(request.user, SEE_PERSONAL) if personal else found.qs
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    lists.export_list(
        wanted,
        chosen(request.GET.getlist("col")),
        found.asked,
        file,
        query=_query(request),
        personal=personal,
        by=request.user,
    )
    file.seek(0)
    area = found.area_code or "-".join(request.user.scope.areas_for(EXPORT_REGISTER))
    name = f"{_('households')}-{area[:FILE_AREA]}-{found.asked.year}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@requires(VIEW_HOUSEHOLDS)
@require_POST
@numbers_marked
def keep_filter(request: Request) -> HttpResponse:
    """Keep the filter and columns of the list under a name."""
    query = _query(request)
    try:
        kept = lists.keep_filter(request.user, request.POST.get("name", ""), query)
        messages.success(request, _("The filter “%(name)s” was kept.") % {"name": kept.name})
    except lists.FilterRefused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('registry:households')}?{query}")


@requires(VIEW_HOUSEHOLDS)
@require_POST
def drop_filter(request: Request, pk: int) -> HttpResponse:
    lists.drop_filter(request.user, pk)
    messages.success(request, _("The filter was removed."))
    return redirect("registry:households")


def _filtered(request: Request, permission: str, *, whole: bool = False) -> HouseholdFilter:
    moment = Moment.of(request.GET)
    asked = moment.asked()
    begins = moment.too_early(asked)
    found = visible(request.user, asked, permission)
    filtered = HouseholdFilter(
        request.GET, found.none() if begins else found, user=request.user, asked=asked, whole=whole
    )
    filtered.begins, filtered.notices = begins, [*moment.ignored, *filtered.unread()]
    return filtered


def _choices(request: Request, found: HouseholdFilter, *, full: bool) -> dict[str, Any]:
    """For registry/households/more.html."""
    columns = chosen(request.GET.getlist("col"))
    groups = _column_groups(columns) if full else []
    return {"full": full, "query": _query(request), "column_groups": groups}


def _page_size(request: Request) -> int:
    size = whole(request.GET.get("size", ""), 1, PAGE_SIZES[-1])
    return size if size in PAGE_SIZES else PAGE_SIZES[0]


def _query(request: Request) -> str:
    """The address's filter, columns and order, without empty values."""
    return filled(request.GET.copy())


def _column_groups(columns: list[Column]) -> list[tuple[str, list[tuple[Column, bool]]]]:
    names = {"household": _("Household"), "head": _("Head"), "survey": _("Survey of the year")}
    shown = {column.key for column in columns} or set(DEFAULT)
    ordered = sorted(all_columns().values(), key=lambda column: list(names).index(column.group))
    return [
        (names[group], [(column, column.key in shown) for column in members if column.key != "number"])
        for group, members in groupby(ordered, key=lambda column: column.group)
    ]
