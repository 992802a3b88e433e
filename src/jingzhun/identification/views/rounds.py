"""Rounds: the list, one of them, its quotas; opened and closed by the county."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, ancestors_of
from jingzhun.identification.actions import quota_files, rounds
from jingzhun.identification.charts import funnel_chart, places_chart
from jingzhun.identification.forms.rounds import QuotaPasteForm, RoundForm, refusal_of, typed_quotas
from jingzhun.identification.models import Round
from jingzhun.identification.queries import rounds as queries
from jingzhun.identification.queries.beside import quota_to_divide
from jingzhun.identification.queries.happened import counts
from jingzhun.identification.queries.places import areas_seen
from jingzhun.identification.queries.report import median_days, report
from jingzhun.identification.rules import NAME
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.registry.rules.refusals import Refused

from .finding import round_of


@requires(VIEW_CASES)
def listed(request: Request) -> HttpResponse:
    """Rounds of the user's counties with how far they have come."""
    found = queries.with_counts(queries.rounds_of(request.user), request.user)
    context = {"rounds": found, "today": timezone.localdate(), "may_open": request.user.can(REVIEW_IN_COUNTY)}
    return render(request, "identification/rounds/list.html", context)


@requires(REVIEW_IN_COUNTY)
def opened(request: Request) -> HttpResponse:
    """Open a round."""
    counties = queries.counties_to_open(request.user)
    form = RoundForm(request.POST or None, counties=counties)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        county = next(area for area in counties if area.code == data["county"])
        window = (data["opens_on"], data["closes_on"])
        try:
            made = rounds.open_round(
                county, data["year"], data["kind"], window, by=request.user, quota=data["quota"],
                document=data["document"],
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.renamed(quota_households="quota"))
        else:
            messages.success(request, _("The round is open. Villages take applications within its window."))
            return redirect("identification:quotas" if made.quota_households else "identification:round", made.pk)
    crumbs = [(_("Rounds"), reverse("identification:rounds"))]
    return render(request, "identification/rounds/open.html", {"form": form, "counties": counties, "crumbs": crumbs})


@requires(VIEW_CASES)
def round_page(request: Request, pk: int) -> HttpResponse:
    """How far a round has come: by step, by town and village, against the quotas and the calendar."""
    found = round_of(request, pk)
    area = _area(request, found)
    progress = queries.progress(found, request.user, area)
    medians = median_days(found, areas_seen(request.user, area.code))
    cases = Case.objects.visible_to(request.user, VIEW_CASES).in_areas((area.code,))
    context = {
        "round": found,
        "area": area,
        "progress": progress,
        "whole": progress.whole,
        "rows": [(row, medians.get(row.step.name)) for row in progress.steps],
        "happened": counts(cases.filter(procedure=NAME, round=found.pk)),
        "funnel": funnel_chart(found, area, progress),
        "chart": places_chart(found, progress),
        "today": timezone.localdate(),
        "days_left": max(0, (found.closes_on - timezone.localdate()).days + 1),
        "may_manage": request.user.can(REVIEW_IN_COUNTY, found.area_id),
        "to_divide": quota_to_divide(request.user, found),
        "heading": str(found),
        "crumbs": _crumbs(request, found, area),
    }
    return render(request, "identification/rounds/page.html", context)


@requires(VIEW_CASES)
def reported(request: Request, pk: int) -> HttpResponse:
    """What the round brought in an area, in numbers, to be printed: the same as the command line tells."""
    found = round_of(request, pk)
    area = _area(request, found)
    told = report([found], areas_seen(request.user, area.code))
    context = {
        "round": found,
        "area": area,
        "report": told,
        "decisions": told.as_json(),
        "rows": [(step, told.ended[step.name], told.median_days[step.name]) for step in procedure(NAME).steps],
        "crumbs": [*_crumbs(request, found, area), (str(found), _address(found, area))],
    }
    return render(request, "identification/rounds/report.html", context)


def _address(found: Round, area: Area) -> str:
    return f"{reverse('identification:round', args=[found.pk])}?area={area.code}"


@requires(REVIEW_IN_COUNTY)
def quotas(request: Request, pk: int) -> HttpResponse:
    """The villages' quotas as a table that shows its sum against the county's."""
    found = round_of(request, pk, REVIEW_IN_COUNTY)
    if request.method != "POST":
        return _quotas(request, found)
    typed, wrong = typed_quotas(request.POST)
    try:
        if wrong:
            names = dict(Area.objects.filter(code__in=wrong).values_list("code", "name"))
            raise refusal_of(wrong, names)
        rounds.set_quotas(found, typed, by=request.user)
    except Refused as refused:
        return _quotas(request, found, typed=typed, wrong=wrong, refused=refused)
    messages.success(request, _("The quotas are kept."))
    return redirect("identification:round", pk)


@requires(REVIEW_IN_COUNTY)
@require_POST
def quotas_filled(request: Request, pk: int) -> HttpResponse:
    """The table filled from a pasted list or a workbook, to be looked at and kept."""
    found = round_of(request, pk, REVIEW_IN_COUNTY)
    form = QuotaPasteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _quotas(request, found, paste=form)
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    try:
        typed = quota_files.read_workbook(file, file.size) if file else quota_files.read_text(text)
        rounds.require_villages(found, typed)
    except Refused as refused:
        form.refuse(refused)
        return _quotas(request, found, paste=form)
    return _quotas(request, found, typed=typed, filled=len(typed))


@requires(REVIEW_IN_COUNTY)
@require_POST
def closed(request: Request, pk: int) -> HttpResponse:
    """End a round in which nothing is under way any more."""
    found = round_of(request, pk, REVIEW_IN_COUNTY)
    if not request.user.can(REVIEW_IN_COUNTY, found.area_id):
        raise PermissionDenied
    try:
        rounds.close_round(found, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(str(text) for texts in refused.messages.values() for text in texts))
    else:
        messages.success(request, _("The round is closed."))
    return redirect("identification:round", pk)


def _quotas(
    request: Request,
    found: Round,
    *,
    typed: dict[str, int] | None = None,
    wrong: dict[str, str] | None = None,
    refused: Refused | None = None,
    paste: QuotaPasteForm | None = None,
    filled: int = 0,
) -> HttpResponse:
    towns = queries.quota_towns(found, typed, wrong)
    total = sum(town.sum for town in towns)
    context: dict[str, Any] = {
        "round": found,
        "towns": towns,
        "total": total,
        "left": (found.quota_households or 0) - total,
        "paste": paste or QuotaPasteForm(),
        "refused": [text for texts in refused.messages.values() for text in texts] if refused else [],
        "filled": filled,
        "come_back": reverse("identification:quotas", args=[found.pk]),
        "crumbs": [
            (_("Rounds"), reverse("identification:rounds")),
            (str(found), reverse("identification:round", args=[found.pk])),
        ],
    }
    return render(request, "identification/rounds/quotas.html", context)


def _area(request: Request, found: Round) -> Area:
    """The area of the page: as asked for, else the county, or the only area that the user has in it."""
    asked = request.GET.get("area", "")
    inside = areas_seen(request.user, found.area_id)
    own = inside[0] if len(inside) == 1 else found.area_id
    seen = asked.startswith(found.area_id) and any(asked.startswith(code) for code in inside)
    return (Area.objects.filter(code=asked).first() if seen else None) or Area.objects.get(code=own)


def _crumbs(request: Request, found: Round, area: Area) -> list[tuple[str, str]]:
    crumbs = [(_("Rounds"), reverse("identification:rounds"))]
    here = reverse("identification:round", args=[found.pk])
    above = [code for code in ancestors_of(area.code)[:-1] if code.startswith(found.area_id)]
    names = {each.code: each for each in Area.objects.filter(code__in=above)} if above else {}
    for code in above:
        if code in names and names[code].level != Level.VILLAGE:
            label = str(found) if code == found.area_id else names[code].short_name
            crumbs.append((label, f"{here}?area={code}"))
    return crumbs
