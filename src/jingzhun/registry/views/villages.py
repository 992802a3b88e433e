"""Villages: the list, the page of one, and what it reports for a year."""

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.areas.rules import Level
from jingzhun.methods.typed import is_digits, line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, EXPORT_REGISTER, VIEW_HOUSEHOLDS
from jingzhun.registry import dictionary
from jingzhun.registry.actions import edits, lists
from jingzhun.registry.actions.saving import ChangedMeanwhile
from jingzhun.registry.filters import NOT_STATED
from jingzhun.registry.forms import VillageYearForm
from jingzhun.registry.models import STANDING, VillageYear
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries import villages as queries
from jingzhun.registry.queries.columns import chosen
from jingzhun.registry.queries.history import names_of
from jingzhun.registry.queries.households import area_names, registered_in
from jingzhun.registry.readable import VILLAGE_UNITS
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.tables import HouseholdTable
from jingzhun.registry.unread import is_area_code, of_area
from jingzhun.registry.workbook.book import XLSX

from .banner import asked_finding, saved

SHOWN_OF_HOUSEHOLDS = ("head", "group", "members", "attribute", "cause_main", "s_per_capita")
HOUSEHOLDS_ON_A_PAGE = 25
FILE_AREA = 40  # characters of a file's name that say where its rows are from


def _village(request: Request, code: str, permission: str) -> Area:
    """The village of a code in the user's areas. Raises Http404."""
    if not is_digits(code) or len(code) != Level.VILLAGE.digits or not request.user.can(permission, code):
        raise Http404
    return get_object_or_404(Area, pk=code)


@requires(VIEW_HOUSEHOLDS)
def villages(request: Request) -> HttpResponse:
    """Villages of the user's areas with what the register counts in them."""
    moment, wanted = Moment.of(request.GET), _wanted(request)
    asked = moment.asked()
    begins = moment.too_early(asked)
    found = [] if begins else queries.villages(request.user, asked, wanted)
    context = {
        "villages": found,
        "towns": area_names({row.area.code[: Level.TOWN.digits] for row in found}),
        "communities": sum(row.area.is_community for row in found),
        "heads": _heads(wanted.sort),
        "households_in_all": sum(row.households for row in found),
        "persons_in_all": sum(row.persons for row in found),
        "begins": begins,
        "notices": [*moment.ignored, *filter(None, [_wrong_area(request)])],
        "asked": asked,
        "wanted": wanted,
        "may_export": request.user.can(EXPORT_REGISTER),
        "heading": _("Poor villages") if "poor" in wanted.kinds else _("Villages"),
    }
    return render(request, "registry/villages/list.html", context)


@requires(EXPORT_REGISTER)
@require_POST
def export(request: Request) -> FileResponse:
    """The villages of the list with their numbers as a workbook."""
    asked, wanted = Moment.of(request.GET).asked(), _wanted(request)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    found = queries.villages(request.user, asked, wanted, EXPORT_REGISTER)
    lists.export_villages(found, file, query=request.GET.urlencode(), by=request.user)
    file.seek(0)
    area = wanted.area or "-".join(request.user.scope.areas_for(EXPORT_REGISTER))
    name = f"{_('villages')}-{area[:FILE_AREA]}-{asked.year}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@requires(VIEW_HOUSEHOLDS)
def village(request: Request, code: str) -> HttpResponse:
    """One village: its register, its reports by year."""
    found = _village(request, code, VIEW_HOUSEHOLDS)
    moment = Moment.of(request.GET)
    asked = moment.asked()
    page = queries.village_page(found, asked, path(code))
    households = f"{reverse('registry:households')}?area={code}&year={asked.year}"
    context = {
        "village": found,
        "begins": moment.too_early(asked),
        "notices": moment.ignored,
        "page": page,
        "asked": asked,
        "households": households,
        "table": HouseholdTable(
            registered_in(request.user, code, asked),
            chosen(SHOWN_OF_HOUSEHOLDS),
            asked,
            sort=request.GET.getlist("sort"),
            page=request.GET.get("page"),
            size=HOUSEHOLDS_ON_A_PAGE,
        ),
        "tallies": [
            (_("Poor households by main cause"), _links(page.causes, "cause", households)),
            (_("Poor households by attribute"), _links(page.attributes, "attribute", households)),
        ],
        "reported": any(report.year == asked.year for report in page.reports),
        "chart": queries.year_chart(page) if page.by_year or page.reports else None,
        "facts": [(report, _facts(report)) for report in page.reports],
        "may_edit": request.user.can(EDIT_HOUSEHOLDS, code),
        "heading": found.short_name,
        "crumbs": [(_("Villages"), reverse("registry:villages"))]
        + [
            (a.short_name, f"{reverse('registry:villages')}?area={a.code}") for a in page.areas if a.level == Level.TOWN
        ],
    }
    return render(request, "registry/villages/page.html", context)


@requires(EDIT_HOUSEHOLDS)
def village_year(request: Request, code: str, year: int) -> HttpResponse:
    """What the village reports for a year: a form that records or corrects it."""
    found = _village(request, code, EDIT_HOUSEHOLDS)
    if not 1990 <= year <= timezone.localdate().year:
        raise Http404
    row = VillageYear.objects.filter(area=found, year=year).first()
    form = VillageYearForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data.get("version")
        try:
            edits.save_village_year(found, year, form.values(), by=request.user, version=version)
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as conflict:
            form = form.rebased(conflict)
        else:
            return redirect(saved(request, reverse("registry:village", args=[code])))
    context = {
        "form": form,
        "village": found,
        "conflict": form.conflict,
        "conflicts": _named(form.changed_by_others()),
        "standing": _facts(row or VillageYear(**queries.standing_before(code, year)), STANDING),
        "to_fix": asked_finding(request),
        "heading": _("%(village)s, report of %(year)s") % {"village": found.short_name, "year": year},
        "crumbs": [(found.short_name, reverse("registry:village", args=[code]))],
    }
    return render(request, "registry/villages/year.html", context)


def _wanted(request: Request) -> queries.Wanted:
    """What the address asks for of the list of villages."""
    asked = request.GET
    return queries.Wanted(
        area=area if is_area_code(area := asked.get("area", "")) else "",
        text=line(asked.get("q", "")),
        kinds=tuple(kind for kind in queries.KINDS if asked.get(kind) == "yes"),
        sort=asked.get("sort", ""),
    )


def _heads(sort: str) -> list[tuple[str, str, str]]:
    """Label, order (asc, desc or empty) and what a click sorts by, of each number; the first click shows the most."""
    labels = (
        _("Households"),
        _("Persons"),
        _("Poor households"),
        _("Poor persons"),
        _("Incidence"),
        _("Income per person (yuan)"),
    )
    orders = {name: "asc" if sort == name else "desc" if sort == f"-{name}" else "" for name in queries.SORTED_BY}
    return [
        (label, orders[name], name if orders[name] == "desc" else f"-{name}")
        for label, name in zip(labels, queries.SORTED_BY, strict=True)
    ]


def _wrong_area(request: Request) -> str:
    return of_area(request.user, request.GET.get("area", ""), VIEW_HOUSEHOLDS)


def _links(counter: Any, code_list: str, households: str) -> list[tuple[str, int, str]]:
    """Label, number and list of households behind it, the most frequent first."""
    return [
        (
            dictionary.label(code_list, code) or str(_("not stated")),
            count,
            f"{households}&status=registered&{code_list}={code or NOT_STATED[0]}",
        )
        for code, count in counter.most_common()
    ]


def _named(conflicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What others changed, with their names."""
    names = names_of({each["by"] for each in conflicts})
    return [each | {"by": names.get(each["by"], "")} for each in conflicts]


def _facts(report: VillageYear, only: tuple[str, ...] = ()) -> list[tuple[str, Any, str | Promise]]:
    """The filled fields of a report: label, value, unit."""
    found = []
    for field in VillageYear._meta.concrete_fields:
        value = getattr(report, field.attname)
        if field.name in ("id", "area", "year", "created_at") or value in (None, "", []):
            continue
        if only and field.name not in only:
            continue
        unit = VILLAGE_UNITS.get(field.name, "")
        found.append((str(field.verbose_name), "、".join(value) if isinstance(value, list) else value, unit))
    return found
