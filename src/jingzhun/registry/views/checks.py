"""Quality checks: all rules with their counts, one rule with its offenders, and the run."""

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, RUN_CHECKS, VIEW_HOUSEHOLDS
from jingzhun.registry.actions.check_exports import export_findings
from jingzhun.registry.actions.checks import ask_for_run, give_up_if_abandoned
from jingzhun.registry.checks import RULES, Rule, Severity
from jingzhun.registry.checks.rulebook import groups
from jingzhun.registry.models import CheckRun
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries import checks as queries
from jingzhun.registry.queries.check_charts import LABELS, area_chart, trend_chart
from jingzhun.registry.queries.checks import Chosen
from jingzhun.registry.tables_checks import FindingTable
from jingzhun.registry.unread import of_area, of_choice
from jingzhun.registry.workbook.book import XLSX

from .paging import paged

PER_PAGE = 50


def chosen(request: Request) -> Chosen:
    """The area and year of the address. Raises Http404 for an area that is not the user's."""
    year = Moment.of({"year": request.GET.get("year", "")}).year
    found = queries.choose(request.user, request.GET.get("area", ""), year)
    if found is None:
        raise Http404
    return found


@requires(RUN_CHECKS)
def checks(request: Request) -> HttpResponse:
    """Rules with their counts in an area, charts by area and day, the last run."""
    where = chosen(request)
    severity = request.GET.get("severity", "")
    severity = severity if severity in set(Severity) else ""
    counts = queries.summary(where)
    shown = [row for row in counts if severity in ("", row.rule.severity)]
    address = f"{reverse('registry:checks')}?{urlencode({'year': where.year, 'area': ''})}"
    done, on_its_way = queries.latest_runs(where)
    on_its_way = give_up_if_abandoned(on_its_way) if on_its_way else None
    resolved = request.GET.get("state", "") == "resolved"
    context = {
        "where": where,
        "notices": _unread(request),
        "areas": queries.choices(request.user, where),
        "severity": severity,
        "resolved": resolved,
        "severities": _severities(counts, where),
        "fixed": sum(row.fixed for row in counts),
        "fixed_url": f"{reverse('registry:checks')}?{where.query}&state=resolved",
        "found": [row for row in shown if (row.fixed if resolved else row.open or row.accepted)],
        "clean": [row for row in shown if not row.open and not row.accepted],
        "groups": groups(),
        "by_area": area_chart(queries.by_area(where), address),
        "trend": trend_chart(queries.trend(where)),
        "done": done,
        "on_its_way": on_its_way,
        "at_work": bool(on_its_way and on_its_way.state != "failed"),
        "heading": _("Quality checks"),
    }
    return render(request, "registry/checks/list.html", context)


@requires(RUN_CHECKS)
def check(request: Request, code: str) -> HttpResponse:
    """One rule: what it says, what to do, and who offends against it."""
    rule, where = _rule(code), chosen(request)
    state = request.GET.get("state", "open")
    state = state if state in queries.STATES else "open"
    found = queries.findings(where, code, state)
    table = FindingTable(found, where=where, state=state)
    paged(table, request, PER_PAGE)
    table.villages = queries.villages_of(list(table.page.object_list.data))
    address = f"{reverse('registry:check', args=[code])}?{urlencode({'year': where.year, 'area': ''})}"
    context = {
        "rule": rule,
        "where": where,
        "notices": _unread(request),
        "areas": queries.choices(request.user, where),
        "group": groups()[rule.group],
        "state": state,
        "tabs": _tabs(where, code),
        "table": table,
        "first": found.first() if state == "open" else None,
        "may_edit": request.user.can(EDIT_HOUSEHOLDS),
        "by_area": area_chart(queries.by_area(where, code), address),
        "heading": str(rule.title),
        "crumbs": [(_("Quality checks"), f"{reverse('registry:checks')}?{where.query}")],
    }
    return render(request, "registry/checks/rule.html", context)


@requires(RUN_CHECKS)
@require_POST
def export(request: Request, code: str) -> HttpResponse:
    """The findings of one rule as a workbook."""
    rule, where = _rule(code), chosen(request)
    found = queries.findings(where, code, request.GET.get("state", "open"))
    target = io.BytesIO()
    export_findings(
        found,
        rule,
        target,
        area_code=where.area.code,
        villages=queries.village_names(found),
        may_see=lambda village: request.user.can(VIEW_HOUSEHOLDS, village),
        by=request.user,
    )
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    name = f"{code}-{where.area.code}-{where.year}-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(RUN_CHECKS)
@require_POST
def run(request: Request) -> HttpResponse:
    """Ask for a run over the area; the worker carries it out."""
    where = chosen(request)
    ask_for_run(where.area, where.year, by=request.user)
    messages.info(request, _("The check is on its way; this page shows how far it is."))
    return redirect(f"{reverse('registry:checks')}?{where.query}")


@requires(RUN_CHECKS)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far a run is: part of the page while it lasts, the whole page anew when it is done."""
    found = give_up_if_abandoned(get_object_or_404(CheckRun.objects.visible_to(request.user, RUN_CHECKS), pk=pk))
    response = render(request, "registry/checks/progress.html", {"run": found})
    if found.state == "done":
        response["HX-Redirect"] = f"{reverse('registry:checks')}?area={found.area_code}&year={found.year}"
    return response


def _rule(code: str) -> Rule:
    if code not in RULES:
        raise Http404
    return RULES[code]


def _unread(request: Request) -> list[str]:
    """What the address asks for and cannot be followed."""
    told = [*Moment.of({"year": request.GET.get("year", "")}).ignored]
    told.append(of_area(request.user, request.GET.get("area", ""), RUN_CHECKS))
    known: dict[str, tuple[str, set[str]]] = {
        "severity": (_("Severity"), set(Severity)),
        "state": (_("State"), set(queries.STATES)),
    }
    for name, (label, values) in known.items():
        if (value := request.GET.get(name, "")) and value not in values:
            told.append(of_choice(label, value))
    return list(filter(None, told))


def _severities(counts: list[queries.RuleCount], where: Chosen) -> list[dict[str, Any]]:
    """Each severity with its open findings and the address of its list."""
    tones = {Severity.ERROR: "poor", Severity.WARNING: "warn", Severity.HINT: ""}
    icons = {Severity.ERROR: "circle-x", Severity.WARNING: "alert-triangle", Severity.HINT: "info-circle"}
    return [
        {
            "code": severity,
            "label": LABELS[severity],
            "open": sum(row.open for row in counts if row.rule.severity == severity),
            "tone": tones[severity],
            "icon": icons[severity],
            "url": f"{reverse('registry:checks')}?{where.query}&severity={severity}",
        }
        for severity in Severity
    ]


def _tabs(where: Chosen, code: str) -> list[tuple[str, str, int]]:
    """States with their labels and numbers."""
    row = next(row for row in queries.summary(where) if row.rule.code == code)
    return [
        ("open", _("open"), row.open),
        ("accepted", _("accepted"), row.accepted),
        ("resolved", _("fixed"), row.fixed),
    ]
