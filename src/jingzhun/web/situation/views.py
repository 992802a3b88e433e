"""The county situation: page, PDF and workbook."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.methods.typed import is_digits
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_SITUATION
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries.situation import Register, people_of, register_years, situation
from jingzhun.registry.workbook.book import XLSX
from jingzhun.web.navigation import menu_of

from . import charts, excel, lead, pdf, tiles
from .links import Links
from .report import Report
from .tables import PlaceTable


@requires(VIEW_SITUATION)
def page(request: Request) -> HttpResponse:
    """The situation of one of the user's areas, or of one in it, at the end of a year."""
    areas = _areas_above(request)
    register = register_years()
    report = _report(request, areas[-1], register)
    context = _frame(request, report, areas, register)
    if not report.total.persons:
        return render(request, "web/situation/empty.html", context | {"register": register})
    return render(request, "web/situation/page.html", context | _content(request, report))


@requires(VIEW_SITUATION)
def as_pdf(request: Request) -> HttpResponse:
    """The page on paper."""
    report = _report(request, _areas_above(request)[-1], register_years())
    return _file(pdf.report_pdf(report), "application/pdf", f"{report.title}.pdf")


@requires(VIEW_SITUATION)
def as_workbook(request: Request) -> HttpResponse:
    """The page's numbers as a workbook with charts."""
    report = _report(request, _areas_above(request)[-1], register_years())
    return _file(excel.report_workbook(report), XLSX, f"{report.title}.xlsx")


def _areas_above(request: Request) -> list[Area]:
    """The area asked for and everything above it, from the province down. Raises Http404 outside the user's areas."""
    mine = request.scope.areas_for(VIEW_SITUATION)
    code = request.GET.get("area") or mine[0]
    if len(code) > DIGITS[Level.VILLAGE] or not request.user.can(VIEW_SITUATION, code) or not is_digits(code):
        raise Http404
    areas = path(code) if len(code) in DIGITS.values() else []
    if not areas or areas[-1].code != code:
        raise Http404
    return areas


def _report(request: Request, area: Area, register: Register | None) -> Report:
    year = _year(request, register)
    found = situation(area.code, year)
    people = people_of(found, register or Register(year, year, year))
    return Report(area, found, people, Links.behind(found, request.user))


def _year(request: Request, register: Register | None) -> int:
    """The year asked for, the register's usual one where none or nonsense is."""
    today, year = timezone.localdate().year, Moment.of(request.GET).year
    return year if year and year <= today else register.usual_year if register else today


def _frame(request: Request, report: Report, areas: list[Area], register: Register | None) -> dict[str, Any]:
    """Heading, way back, years and files of the page."""
    year = report.found.year
    years = sorted({year, *(register.years if register else ())}, reverse=True)
    asked = urlencode([("area", report.area.code), ("year", year)])
    above = [area for area in areas[:-1] if request.user.can(VIEW_SITUATION, area.code)]
    mine = request.scope.areas_for(VIEW_SITUATION)
    return {
        "report": report,
        "heading": _("Situation of %(area)s") % {"area": report.area.short_name},
        "crumbs": [(area.short_name, report.links.situation(area.code)) for area in above],
        "years": years,
        "year": year,
        "own_areas": Area.objects.filter(pk__in=mine).order_by("code") if len(mine) > 1 else (),
        "pdf_url": f"{reverse('web:situation-pdf')}?{asked}",
        "xlsx_url": f"{reverse('web:situation-xlsx')}?{asked}",
        "import_url": _import_url(request),
        "village_url": report.links.village(report.area.code) if report.is_village and report.links.may_list else "",
    }


def _import_url(request: Request) -> str:
    """The screen of the imports for who may use it."""
    return next((entry.url for entry in menu_of(request.scope.permissions) if entry.url_name == "registry:imports"), "")


def _content(request: Request, report: Report) -> dict[str, Any]:
    by_village = request.GET.get("by") == "village" and bool(report.villages)
    table = PlaceTable(report.villages if by_village else report.places, report)
    RequestConfig(request, paginate=False).configure(table)
    return {
        "sentence": lead.linked_sentence(report),
        "facts": lead.facts(report),
        "change": lead.change(report),
        "towns": tiles.tile_map(report),
        "legend": tiles.legend(report),
        "map_data": tiles.map_data(report),
        "off_the_map": tiles.off_the_map(report),
        "table": table if report.places else None,
        "by_village": by_village,
        "both_tables": bool(report.villages) and report.villages != report.places,
        "incomes": charts.income(report),
        "sizes": charts.sizes(report),
        "ages": charts.ages(report),
        "years_chart": charts.years(report),
    }


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    header = content_disposition_header(True, name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": header})
