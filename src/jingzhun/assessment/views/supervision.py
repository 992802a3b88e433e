"""Inspections by draw: announced, drawn, looked at on a phone; what the public needs to repeat the draw."""

import csv
import io
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.assessment.actions import inspections as actions
from jingzhun.assessment.forms.supervision import AnnounceForm, DrawForm, FindingForm
from jingzhun.assessment.models import Inspection, InspectionFinding, Item
from jingzhun.assessment.queries import supervision as queries
from jingzhun.assistance.views import where
from jingzhun.assistance.views.county import county_of
from jingzhun.people.access import Request, public, requires
from jingzhun.people.rules import SUPERVISE, VIEW_ASSESSMENT

PER_PAGE = 50
TEMPLATE = "management/form.html"
STATES = ("waiting", "agrees", "differs")


def filled(*told: Any, **more: Any) -> HttpResponse:
    """A form of supervision on a page of its own."""
    return where.filled(*told, template=TEMPLATE, **more)


def crumbs(inspection: Inspection | None = None) -> list[tuple[str, str]]:
    found = [(_("Inspections"), reverse("assessment:inspections"))]
    page = (str(inspection), reverse("assessment:inspection", args=[inspection.pk])) if inspection else None
    return [*found, page] if page else found


@requires(VIEW_ASSESSMENT)
def inspections(request: Request) -> HttpResponse:
    """The county's inspections."""
    page = Paginator(queries.inspections(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_supervise": request.user.can(SUPERVISE), "heading": _("Inspections")}
    return render(request, "assessment/supervision_inspections.html", context)


@requires(SUPERVISE)
def announce(request: Request) -> HttpResponse:
    """Announce an inspection and freeze its list."""
    county = county_of(request, SUPERVISE)
    form = AnnounceForm(request.POST or None, initial={"begins_on": timezone.localdate()})

    def act(_data: dict[str, Any]) -> None:
        actions.announce(form.announced(county), by=request.user)

    back, done = reverse("assessment:inspections"), _("The inspection is announced, its list is frozen.")
    return filled(request, form, act, _("Announce an inspection"), done, back, crumbs())


def _inspection(request: Request, pk: int, permission: str = VIEW_ASSESSMENT) -> Inspection:
    return get_object_or_404(Inspection.objects.visible_to(request.user, permission), pk=pk)


@requires(VIEW_ASSESSMENT)
def inspection(request: Request, pk: int) -> HttpResponse:
    """One inspection: how it is drawn, who is drawn, what was found."""
    found = _inspection(request, pk)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    page = Paginator(queries.drawn(found, state), PER_PAGE).get_page(request.GET.get("page"))
    counted = {name: queries.drawn(found, name).count() for name in STATES}
    labels = (
        (_("to visit"), "walk", "warn"),
        (pgettext("finding", "agrees"), "circle-check", "good"),
        (_("differs"), "flag", "poor"),
    )
    context = {
        "inspection": found,
        "page": page,
        "query": f"state={state}" if state else "",
        "state": state,
        "tiles": [
            (label, icon, tone, counted[name], f"?state={name}", name == state)
            for name, (label, icon, tone) in zip(STATES, labels, strict=True)
        ],
        "findings": queries.findings(found)[:PER_PAGE],
        "may_supervise": request.user.can(SUPERVISE, found.county_id),
        "rows": found.items.count(),
        "heading": found.title,
        "crumbs": crumbs(),
    }
    return render(request, "assessment/supervision_inspection.html", context)


@requires(SUPERVISE)
def draw(request: Request, pk: int) -> HttpResponse:
    """Draw the sample by the seed of the day."""
    found = _inspection(request, pk, SUPERVISE)
    form = DrawForm(request.POST if request.method == "POST" else None)
    if not found.seed_from:
        del form.fields["value"]

    def act(data: dict[str, Any]) -> None:
        actions.draw(found, data.get("value", ""), by=request.user)

    back = reverse("assessment:inspection", args=[found.pk])
    source = found.seed_from or _("root of the journal's first checkpoint since that day")
    told = f"{found}\n{found.seed_on}: {source}"
    return filled(request, form, act, _("Draw the sample"), _("The sample is drawn."), back, crumbs(found), told=told)


@requires(SUPERVISE)
def item(request: Request, pk: int) -> HttpResponse:
    """What the register says of one that was drawn, and beside it the short form of what is found."""
    rows = Item.objects.visible_to(request.user, SUPERVISE).filter(place__isnull=False)
    found = get_object_or_404(rows.select_related("inspection", "area", "household"), pk=pk)
    form = FindingForm(request.POST or None, request.FILES or None)
    following = queries.drawn(found.inspection, "waiting").exclude(pk=found.pk).filter(place__gt=found.place).first()
    page = reverse("assessment:inspection", args=[found.inspection_id])

    def act() -> None:
        actions.note_finding(found, form.found(), by=request.user)

    if request.method == "POST" and form.is_valid():
        back = reverse("assessment:item", args=[following.pk]) if following else page
        if answer := where.carry_out(request, form, act, _("The finding is noted."), back):
            return answer
    context = {
        "item": found,
        "form": form,
        "facts": queries.facts(found, timezone.localdate()),
        "findings": found.findings.select_related("by"),
        "following": following,
        "heading": f"{found.place}. {found.area.short_name} {found.household.number if found.household else ''}",
        "crumbs": crumbs(found.inspection),
    }
    return render(request, "assessment/supervision_item.html", context)


@requires(VIEW_ASSESSMENT)
def picture(request: Request, pk: int) -> FileResponse:
    """The picture of a finding."""
    items = Item.objects.visible_to(request.user, VIEW_ASSESSMENT)
    found = get_object_or_404(InspectionFinding.objects.filter(item__in=items).exclude(picture=""), pk=pk)
    try:
        return FileResponse(found.picture.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error


@public
def published_list(_request: HttpRequest, draw: str) -> HttpResponse:
    """The frozen list that a sample is drawn from, for everybody: towns and numbers, nothing of a household."""
    found = get_object_or_404(Inspection, number=draw)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["town", "number"])
    writer.writerows(queries.published_list(found))
    answer = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
    return answer


@public
def published_draw(_request: HttpRequest, draw: str) -> HttpResponse:
    """What everybody needs to repeat a draw, as plain text: the day of the seed, the seed, the size, the sample."""
    found = get_object_or_404(Inspection, number=draw)
    lines = [
        f"inspection: {found.number}",
        f"announced: {timezone.localtime(found.announced_at):%Y-%m-%d %H:%M}",
        f"list: {reverse('assessment:published-list', args=[found.number])}",
        f"sha256 of the list with household numbers: {found.list_sha256}",
        f"size: {found.size}",
        f"day of the seed: {found.seed_on}",
        f"value of that day: {found.seed_from or 'root of the first checkpoint of the journal since'}",
        f"seed: {found.seed or 'not yet known'}",
        "rule: towns share the places by largest remainder; in each the first by SHA-256 of seed:number",
    ]
    if found.drawn_at:
        lines += ["sample:", *queries.drawn(found).values_list("number", flat=True)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
