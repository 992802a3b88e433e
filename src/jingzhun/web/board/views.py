"""The board of an area: today, and a period; the period as workbook and on paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.views.county import asked_area
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_MANAGEMENT
from jingzhun.registry.workbook.book import XLSX

from . import charts, figures, files
from .period import MONTH, QUARTER, YEAR, Period, period_of

GROUPS = (figures.LATE, figures.IDLE, figures.RISK)
BACK = {MONTH: 12, QUARTER: 8, YEAR: 5}  # periods of the trend


@requires(VIEW_MANAGEMENT)
def today(request: Request) -> HttpResponse:
    """What is late, idle or at risk today, and where."""
    area, day = _area(request), timezone.localdate()
    found = figures.today_figures(request.user, area.pk, day)
    titles = {figures.LATE: _("Late"), figures.IDLE: _("Idle"), figures.RISK: _("At risk")}
    context = {
        "groups": [(titles[group], figures.TONES[group], [(each, each.total, each.url(area.pk)) for each in found
                    if each.group == group]) for group in GROUPS],
        "idle": figures.idle_money(area.pk, day) if area.level == Level.COUNTY else None,
        "heading": _("Board of %(area)s") % {"area": area.short_name},
        **_places(area, found),
        **_frame(request, area),
    }  # fmt: skip
    return render(request, "web/board/today.html", context)


@requires(VIEW_MANAGEMENT)
def report(request: Request) -> HttpResponse:
    """What was done in a month, a quarter or a year, beside the period before, and how it went."""
    area, period = _area(request), _period(request)
    earlier = [period]
    while len(earlier) < BACK[period.kind]:
        earlier.insert(0, earlier[0].before)
    found = [figures.period_figures(request.user, area.pk, each) for each in earlier]
    before = {figure.name: figure for figure in found[-2]}
    chart = charts.trend(earlier, found)
    kept = {"area": area.pk} if request.GET.get("area") else {}
    context = {
        "period": period,
        "kinds": [(period.as_kind(kind).code, label, kind == period.kind)
                  for kind, label in ((MONTH, _("Month")), (QUARTER, _("Quarter")), (YEAR, _("Year")))],
        "tiles": [_tile(figure, before.get(figure.name), area.pk) for figure in found[-1]],
        "chart": chart,
        "heading": _title(area, period),
        "asked": urlencode({"area": area.pk, "period": period.code}),
        "kept": urlencode(kept),
        **_places(area, found[-1]),
        **_frame(request, area),
    }  # fmt: skip
    return render(request, "web/board/report.html", context)


@requires(VIEW_MANAGEMENT)
def as_workbook(request: Request) -> HttpResponse:
    """The report as a workbook."""
    title, compared, places = _written(request)
    return _file(files.as_workbook(title, compared, places), XLSX, f"{title}.xlsx")


@requires(VIEW_MANAGEMENT)
def as_pdf(request: Request) -> HttpResponse:
    """The report on paper."""
    title, compared, places = _written(request)
    return _file(files.as_pdf(title, compared, places), "application/pdf", f"{title}.pdf")


def _written(request: Request) -> tuple[str, files.Compared, list[figures.Place]]:
    area, period = _area(request), _period(request)
    now = figures.period_figures(request.user, area.pk, period)
    before = {each.name: each for each in figures.period_figures(request.user, area.pk, period.before)}
    places = [] if area.level == Level.VILLAGE else figures.places(area.pk, now)
    return _title(area, period), [(each, before.get(each.name)) for each in now], places


def _area(request: Request) -> Area:
    """The area asked for, else the user's own, as wide as a county. Raises Http404 beyond the user's."""
    own = request.scope.areas_for(VIEW_MANAGEMENT)[0]
    code = asked_area(request, VIEW_MANAGEMENT) or own
    found = Area.objects.filter(pk=code, level__in=(Level.COUNTY, Level.TOWN, Level.VILLAGE)).first()
    if found is None and code == own:  # of a province or a city: the first county of it
        found = Area.objects.filter(pk__startswith=own, level=Level.COUNTY).order_by("pk").first()
    if found is None:
        raise Http404
    return found


def _period(request: Request) -> Period:
    return period_of(line(request.GET.get("period", ""))[:10], timezone.localdate())


def _frame(request: Request, area: Area) -> dict[str, Any]:
    """The way back to the areas above that are the user's."""
    codes = [area.pk[: level.digits] for level in (Level.COUNTY, Level.TOWN) if level.digits < len(area.pk)]
    above = Area.objects.filter(pk__in=[code for code in codes if request.user.can(VIEW_MANAGEMENT, code)])
    crumbs = [(each.short_name, f"?{urlencode({'area': each.pk})}") for each in above.order_by("pk")]
    return {"area": area, "crumbs": crumbs}


def _places(area: Area, found: list[figures.Figure]) -> dict[str, Any]:
    if area.level == Level.VILLAGE:
        return {"places": [], "heads": []}
    return {
        "places": figures.places(area.pk, found),
        "heads": [(figure.label, figure.group) for figure in found],
        "below": _("Towns") if area.level == Level.COUNTY else _("Villages"),
    }


def _tile(figure: figures.Figure, before: figures.Figure | None, area: str) -> dict[str, Any]:
    note = _("%(number)s in the period before") % {"number": f"{before.total:,.0f}"} if before else ""
    return {"figure": figure, "total": figure.total, "url": figure.url(area), "note": note}


def _title(area: Area, period: Period) -> str:
    return _("Work of %(area)s, %(period)s") % {"area": area.short_name, "period": period.label}


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    header = content_disposition_header(True, name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": header})
