"""Entitlements of an area: the overview, the work lists, and the batch behind them."""

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.methods.shares import rounded
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import HAND_IN_LISTS, VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.actions.batch import ask_for_run, is_at_work
from jingzhun.policy.actions.entitlement_lists import export_entitlements
from jingzhun.policy.actions.reference import load_reference
from jingzhun.policy.dictionary import facts
from jingzhun.policy.models import EntitlementRun
from jingzhun.policy.queries import worklists as queries
from jingzhun.policy.queries.worklists import Asked, Where
from jingzhun.policy.tables_entitlements import EntitlementTable
from jingzhun.policy.wording import number, title_of
from jingzhun.registry.dictionary import choices
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries.asked import asked_for
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.unread import of_area
from jingzhun.registry.views.paging import paged
from jingzhun.registry.workbook.book import XLSX

PER_PAGE = 50


def chosen(request: Request) -> Where:
    """The area and year of the address. Raises Http404 for an area that is not the user's."""
    year = Moment.of({"year": request.GET.get("year", "")}).year
    found = queries.choose(request.user, request.GET.get("area", ""), year)
    if found is None:
        raise Http404
    return found


@requires(VIEW_POLICIES)
def overview(request: Request) -> HttpResponse:
    """Who is entitled to what in an area, who misses it, and since when this is known."""
    where = chosen(request)
    versions = queries.titles(where)
    counted = queries.count(where, versions)
    done = queries.last_run(where)
    writes = request.user.can(WRITE_POLICIES, where.county)
    context = {
        "where": where,
        "notices": _notices(request),
        "areas": queries.areas_to_choose(request.user, where),
        "total": counted.total,
        "policies": _policies(where, versions, counted),
        "places": _places(where, counted),
        "done": done,
        "on_its_way": _on_its_way(where, done) if request.user.can(VIEW_POLICIES, where.county) else None,
        "missed_yuan": number(rounded(counted.total.missed_value, 0)),
        "may_run": writes and len(where.area.code) >= Level.COUNTY.digits,
        "may_hand_in": request.user.can(HAND_IN_LISTS, where.county),
        "has_policies": bool(versions),
        "list": f"{reverse('policy:entitlement-list')}?{where.query}",
    }
    return render(request, "policy/entitlement_overview.html", context)


@requires(VIEW_POLICIES)
def listed(request: Request) -> HttpResponse:
    """One work list: missed, undue, unknown or all that are entitled."""
    where, asked = chosen(request), Asked.of(request.GET.dict())
    versions = queries.titles(where)
    table = EntitlementTable(queries.listed(request.user, where, asked, versions), show=asked.show, year=where.year)
    paged(table, request, PER_PAGE)
    named = {version.policy.code: title_of(version) for version in versions.values()}
    context = {
        "where": where,
        "asked": asked,
        "notices": _notices(request),
        "areas": queries.areas_to_choose(request.user, where),
        "table": table,
        "tabs": _tabs(),
        "policies": sorted(named.items(), key=lambda each: each[1]),
        "causes": choices("cause"),
        "facts": [(fact.name, fact.label) for fact in facts().values()],
        "heading": str(dict(_tabs())[asked.show]),
        "crumbs": [(_("Entitlements"), f"{reverse('policy:entitlements')}?{where.query}")],
    }
    return render(request, "policy/entitlement_list.html", context)


@requires(VIEW_POLICIES)
@require_POST
def export(request: Request) -> HttpResponse:
    """The list as a workbook."""
    where, asked = chosen(request), Asked.of(request.GET.dict())
    found = queries.listed(request.user, where, asked, queries.titles(where))
    target = io.BytesIO()
    told = {"show": asked.show, "policy": asked.policy, "cause": asked.cause, "fact": asked.fact, "year": where.year}
    query = urlencode({name: value for name, value in told.items() if value})
    export_entitlements(found, target, area_code=where.area.code, query=query, by=request.user)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    name = f"entitlements-{asked.show}-{where.area.code}-{where.year}-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(WRITE_POLICIES)
@require_POST
def run(request: Request) -> HttpResponse:
    """Ask for the batch of the county; the worker carries it out."""
    where = chosen(request)
    county = get_object_or_404(Area, pk=where.county, level=Level.COUNTY)
    if not request.user.can(WRITE_POLICIES, county.code):
        raise PermissionDenied
    ask_for_run(county, asked_for(where.year).day, by=request.user)
    messages.info(request, _("The entitlements are being worked out; this page shows how far they are."))
    return redirect(f"{reverse('policy:entitlements')}?{where.query}")


@requires(WRITE_POLICIES)
@require_POST
def reference(request: Request) -> HttpResponse:
    """Load the reference set of policies into the county."""
    where = chosen(request)
    county = get_object_or_404(Area, pk=where.county, level=Level.COUNTY)
    if not request.user.can(WRITE_POLICIES, county.code):
        raise PermissionDenied
    loaded = load_reference(county, by=request.user)
    messages.success(request, _("%(count)s policies were published.") % {"count": len(loaded)})
    return redirect(f"{reverse('policy:entitlements')}?{where.query}")


@requires(VIEW_POLICIES)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far a batch is: part of the page while it lasts, the whole page anew when it has ended."""
    found = get_object_or_404(EntitlementRun.objects.visible_to(request.user, VIEW_POLICIES), pk=pk)
    context = {"run": found, "at_work": is_at_work(found)}
    response = render(request, "policy/entitlement_progress.html", context)
    if found.finished_at:
        query = urlencode({"area": found.area_id, "year": found.year})
        response["HX-Redirect"] = f"{reverse('policy:entitlements')}?{query}"
    return response


def _on_its_way(where: Where, done: EntitlementRun | None) -> EntitlementRun | None:
    """The newest batch that was asked for since the last that ended."""
    newest = EntitlementRun.objects.filter(area_id=where.county, year=where.year, finished_at=None).first()
    if newest is None or (done and done.started_at > newest.started_at):
        return None
    newest.at_work = is_at_work(newest)
    return newest


def _policies(where: Where, versions: dict[int, Any], counted: queries.Counted) -> list[dict[str, Any]]:
    """Each policy with its counts; the most missed first."""
    rows = [
        {"version": versions[key], "title": title_of(versions[key]), "count": told,
         "url": _list(where, policy=versions[key].policy.code)}
        for key, told in counted.policies.items() if key in versions
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["count"].missed, row["title"]))


def _places(where: Where, counted: queries.Counted) -> list[dict[str, Any]]:
    """Each place below the area with its counts."""
    if list(counted.places) in ([], [where.area.code]):
        return []
    named = area_names(set(counted.places))
    return [
        {"name": named.get(code, code), "count": told, "url": _list(where, area=code),
         "below": f"{reverse('policy:entitlements')}?{urlencode({'area': code, 'year': where.year})}"}
        for code, told in sorted(counted.places.items())
    ]  # fmt: skip


def _list(where: Where, **asked: str) -> str:
    query = urlencode({"area": where.area.code, "year": where.year} | asked)
    return f"{reverse('policy:entitlement-list')}?{query}"


def _tabs() -> list[tuple[str, str]]:
    return [
        (queries.MISSED, _("Missed entitlements")),
        (queries.UNDUE, _("Undue receipts")),
        (queries.UNKNOWN, _("Unknown")),
        (queries.ENTITLED, _("Entitled")),
    ]


def _notices(request: Request) -> list[str]:
    """What the address asks for and cannot be followed."""
    told = [*Moment.of({"year": request.GET.get("year", "")}).ignored]
    told.append(of_area(request.user, request.GET.get("area", ""), VIEW_POLICIES))
    return list(filter(None, told))
