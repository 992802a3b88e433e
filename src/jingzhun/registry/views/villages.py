"""Villages: the list, the page of one, and what it reports for a year."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.areas.rules import Level
from jingzhun.methods.typed import is_digits, line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, VIEW_HOUSEHOLDS
from jingzhun.registry import dictionary
from jingzhun.registry.actions import edits
from jingzhun.registry.actions.saving import ChangedMeanwhile
from jingzhun.registry.filters import Moment
from jingzhun.registry.forms import VillageYearForm
from jingzhun.registry.models import VillageYear
from jingzhun.registry.queries import villages as queries
from jingzhun.registry.rules.refusals import Refused


def _village(request: Request, code: str, permission: str) -> Area:
    """The village of a code in the user's areas. Raises Http404."""
    if not is_digits(code) or len(code) != Level.VILLAGE.digits or not request.user.can(permission, code):
        raise Http404
    return get_object_or_404(Area, pk=code)


@requires(VIEW_HOUSEHOLDS)
def villages(request: Request) -> HttpResponse:
    """Villages of the user's areas with what the register counts in them."""
    moment = Moment.of(request.GET)
    asked, text = moment.asked(), line(request.GET.get("q", ""))
    area = request.GET.get("area", "")
    found = _of_kind(queries.villages(request.user, asked, area, text), request.GET)
    sort = request.GET.get("sort", "")
    context = {
        "villages": _sorted(found, sort),
        "asked": asked,
        "q": text,
        "area": area,
        "sort": sort,
        "kinds": [name for name in ("poor", "rural") if request.GET.get(name) == "yes"],
        "heading": _("Poor villages") if request.GET.get("poor") == "yes" else _("Villages"),
    }
    return render(request, "registry/villages/list.html", context)


@requires(VIEW_HOUSEHOLDS)
def village(request: Request, code: str) -> HttpResponse:
    """One village: its register, its reports by year."""
    found = _village(request, code, VIEW_HOUSEHOLDS)
    asked = Moment.of(request.GET).asked()
    page = queries.village_page(found, asked, path(code))
    households = f"{reverse('registry:households')}?area={code}&year={asked.year}"
    context = {
        "village": found,
        "page": page,
        "asked": asked,
        "households": households,
        "tallies": [
            (_("Poor households by main cause"), _links(page.causes, "cause", households)),
            (_("Poor households by attribute"), _links(page.attributes, "attribute", households)),
        ],
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
    if not 1990 <= year <= 2100:
        raise Http404
    row = VillageYear.objects.filter(area=found, year=year).first()
    form = VillageYearForm(request.POST or None, row=row)
    conflict = None
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data.get("version")
        try:
            edits.save_village_year(found, year, form.values(), by=request.user, version=version)
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as meanwhile:
            conflict = meanwhile
            form = VillageYearForm(row=meanwhile.row)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Saved."))
            return redirect("registry:village", code)
    context = {
        "form": form,
        "village": found,
        "conflict": conflict,
        "heading": _("%(village)s, report of %(year)s") % {"village": found.short_name, "year": year},
        "crumbs": [(found.short_name, reverse("registry:village", args=[code]))],
    }
    return render(request, "registry/villages/year.html", context)


def _of_kind(found: list[queries.VillageCounts], wanted: Mapping[str, str]) -> list[queries.VillageCounts]:
    """`poor=yes`: the poor villages only; `rural=yes`: without the communities."""
    if wanted.get("poor") == "yes":
        found = [row for row in found if row.poor_village]
    return [row for row in found if not row.area.is_community] if wanted.get("rural") == "yes" else found


def _sorted(found: list[queries.VillageCounts], sort: str) -> list[queries.VillageCounts]:
    name = sort.lstrip("-")
    if name not in ("households", "persons", "poor_households", "poor_persons", "incidence", "income"):
        return found
    return sorted(found, key=lambda row: getattr(row, name) or 0, reverse=sort.startswith("-"))


def _links(counter: Any, code_list: str, households: str) -> list[tuple[str, int, str]]:
    """Label, number and list of households behind it, the most frequent first."""
    return [
        (
            dictionary.label(code_list, code) or str(_("not stated")),
            count,
            f"{households}&status=registered&{code_list}={code}" if code else "",
        )
        for code, count in counter.most_common()
    ]


def _facts(report: VillageYear) -> list[tuple[str, Any]]:
    """The filled fields of a report, labelled."""
    found = []
    for field in VillageYear._meta.concrete_fields:
        value = getattr(report, field.attname)
        if field.name in ("id", "area", "year", "created_at") or value in (None, "", []):
            continue
        found.append((str(field.verbose_name), "、".join(value) if isinstance(value, list) else value))
    return found
