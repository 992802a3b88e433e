"""Objections behind the login: the work list, and one to be looked into and decided."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.parameters.calendar import working_days_until
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import PUBLISH_NOTICES, SEE_OBJECTIONS, SEE_OBJECTOR, SETTLE_OBJECTIONS
from jingzhun.publicity.actions import exports
from jingzhun.publicity.actions import objections as actions
from jingzhun.publicity.filters import ObjectionFilter
from jingzhun.publicity.forms.staff import FindingForm, RulingForm
from jingzhun.publicity.models import Objection, ObjectionPhoto
from jingzhun.publicity.queries import objections as queries
from jingzhun.publicity.queries.signed import signed_entries
from jingzhun.publicity.tables import ObjectionTable, about, working_days
from jingzhun.registry.views.paging import paged

from .notices import PER_PAGE, picture, workbook


@requires(SEE_OBJECTIONS)
def objections(request: Request) -> HttpResponse:
    """Objections of the user's areas, what is due first on top."""
    found = ObjectionFilter(request.GET, queries.objections_of(request.user), user=request.user)
    table = ObjectionTable(found.qs, soon=queries.remind_days(timezone.localdate()))
    paged(table, request, PER_PAGE)
    waiting, late, total = queries.open_and_due(request.user, timezone.localdate())
    context = {"filter": found, "table": table, "waiting": waiting, "late": late, "total": total}
    return render(request, "publicity/objections.html", context | {"heading": _("Objections")})


@requires(SEE_OBJECTIONS)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook, without who objected."""
    target = io.BytesIO()
    found = ObjectionFilter(request.GET, queries.objections_of(request.user), user=request.user)
    exports.export_objections(found.qs, target, query=found.query, by=request.user)
    return workbook(target, "objections")


@requires(SEE_OBJECTIONS)
def objection(request: Request, number: str) -> HttpResponse:
    """One objection."""
    return _page(request, _find(request, number))


@requires(PUBLISH_NOTICES)
@require_POST
def add_finding(request: Request, number: str) -> HttpResponse:
    """Write down what was found."""
    found = _find(request, number, PUBLISH_NOTICES)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, finding=form)
    try:
        actions.add_finding(found, form.cleaned_data["text"], by=request.user)
    except actions.ObjectionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, _find(request, number), finding=form)
    messages.success(request, _("The finding was recorded."))
    return redirect("publicity:objection", found.number)


@requires(SETTLE_OBJECTIONS)
@require_POST
def settle(request: Request, number: str) -> HttpResponse:
    """Uphold or dismiss."""
    found = _find(request, number, SETTLE_OBJECTIONS)
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ruling=form)
    data = form.cleaned_data
    try:
        actions.settle(found, data["outcome"], reason=data["reason"], reply=data["reply"], by=request.user)
    except actions.NotTheirs as error:
        raise PermissionDenied from error
    except actions.ObjectionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, _find(request, number), ruling=form)
    messages.success(request, _("The decision was recorded."))
    return redirect("publicity:objection", found.number)


@requires(SEE_OBJECTOR)
@require_POST
def objector(request: Request, number: str) -> HttpResponse:
    """Who objected: asked for, journaled, shown once."""
    found = _find(request, number, SEE_OBJECTOR)
    name, phone = actions.see_objector(found, by=request.user)
    response = _page(request, found, objector={"name": name, "phone": phone})
    response["Cache-Control"] = "no-store"
    return response


@requires(SETTLE_OBJECTIONS)
def photo(request: Request, pk: int) -> HttpResponse | FileResponse:
    """A photo that came with an objection: town and county only, for a picture may tell who took it."""
    found = get_object_or_404(ObjectionPhoto.objects.visible_to(request.user, SETTLE_OBJECTIONS), pk=pk)
    return picture(found.file)


def _find(request: Request, number: str, permission: str = SEE_OBJECTIONS) -> Objection:
    """An objection of the user's areas, as it stands now. Raises Http404."""
    found = Objection.objects.visible_to(request.user, permission).select_related("notice__area", "area", "item")
    return get_object_or_404(found, number=number)


def _page(
    request: Request,
    found: Objection,
    finding: FindingForm | None = None,
    ruling: RulingForm | None = None,
    objector: dict[str, str] | None = None,
) -> HttpResponse:
    user, area = request.user, found.area_id
    above = user.can(SETTLE_OBJECTIONS, area)  # what may tell who objected is not for the village
    wrong = bool((finding and finding.errors) or (ruling and ruling.errors))
    left = working_days_until(timezone.localdate(), found.due_on)
    context: dict[str, Any] = {
        "objection": found,
        "about": about(found),
        "findings": found.findings.select_related("by"),
        "rulings": found.rulings.select_related("by"),
        "photos": found.photos.all() if above else [],
        "may_read": above,
        "left": working_days(left) if found.is_open else "",
        "late": found.is_late,
        "may_find": found.is_open and user.can(PUBLISH_NOTICES, area),
        "may_settle": found.is_open and actions.may_settle(user, found),
        "may_see_objector": user.can(SEE_OBJECTOR, area),
        "objector": objector,
        "finding": finding or FindingForm(),
        "ruling": ruling or RulingForm(),
        "entries": signed_entries("objection", found.number),
        "heading": _("Objection %(number)s") % {"number": found.shown_number},
        "crumbs": [(_("Objections"), reverse("publicity:objections"))],
        "come_back": reverse("publicity:objection", args=[found.number]),
    }
    return render(request, "publicity/objection.html", context, status=400 if wrong else 200)
