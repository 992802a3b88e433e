"""Town audit and county review: how far the villages are, the table of one, opinions and decisions for many."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import reviews as actions
from jingzhun.identification.actions.bulk import decide_many
from jingzhun.identification.forms.reviews import OpinionForm, VerdictForm
from jingzhun.identification.queries import reviews as queries
from jingzhun.identification.queries.places import Where
from jingzhun.identification.queries.reviews import Look
from jingzhun.identification.rules import NAME
from jingzhun.people.access import Request
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.actions import CaseMoved, Moved, NotAllowed, NotYours
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import DECISION_LABELS, Step

from .where import crumbs, faults_told, in_round, keys_of, told


@in_round(VIEW_CASES)
def page(request: Request, where: Where) -> HttpResponse:
    """Villages with their progress; for a village the table of its cases."""
    look = queries.look_of(request.user, request.GET.get("level", ""))
    if where.is_village:
        return render(request, "identification/reviews/table.html", _table(request, where, look))
    before, beyond = queries.around(look)
    context = _frame(request, where, look) | {"before": ",".join(before), "beyond": ",".join(beyond)}
    context["rows"] = queries.progress(request.user, where, look)
    return render(request, "identification/reviews/villages.html", context)


@in_round(VIEW_CASES)
@require_POST
def record(request: Request, where: Where) -> HttpResponse:
    """Write down an opinion on each ticked household: its own, or one for all."""
    look = queries.look_of(request.user, request.GET.get("level", ""))
    found = queries.applications_of(request.user, where, look, list(keys_of(request.POST.getlist("case"))))
    form = OpinionForm(request.POST)
    if not found or not form.is_valid():
        messages.error(request, faults_told(form) if found else _("Tick at least one household."))
        return _again(request, where, look)

    def act() -> str:
        actions.record_reviews(look.level, form.opinions(found, request.POST), by=request.user)
        return _("%(count)s opinions are written down.") % {"count": len(found)}

    return told(request, act, _back(where, look), again=lambda: _again(request, where, look))


@in_round(VIEW_CASES)
@require_POST
def decide(request: Request, where: Where) -> HttpResponse:
    """Send the ticked households on, send them back or refuse them; who is held back is listed with the reason."""
    look = queries.look_of(request.user, request.GET.get("level", ""))
    seen = keys_of(request.POST.getlist("case"))
    mine = set(where.cases(request.user).filter(pk__in=seen).values_list("pk", flat=True))
    form = VerdictForm(request.POST, back=_steps_back(look))
    if not mine or not form.is_valid():
        messages.error(request, faults_told(form) if mine else _("Tick at least one household."))
        return _again(request, where, look)
    verdict = form.verdict()
    try:
        moved = decide_many({key: seen[key] for key in mine}, verdict, by=request.user)
    except NotYours as refused:
        raise PermissionDenied from refused
    except (CaseMoved, NotAllowed) as refused:
        messages.warning(request, str(refused))
        return _again(request, where, look)
    label = DECISION_LABELS[verdict.decision]
    messages.success(request, _("%(count)s households: %(decision)s.") % {"count": len(moved.cases), "decision": label})
    if not moved.blocked:
        return redirect(_back(where, look))
    return render(request, "identification/reviews/held.html", _held(request, where, look, moved))


def _again(request: Request, where: Where, look: Look) -> HttpResponse:
    """The table with what was ticked and typed: nothing was written."""
    if not where.is_village:
        return redirect(_back(where, look))
    return render(request, "identification/reviews/table.html", _table(request, where, look))


def _table(request: Request, where: Where, look: Look) -> dict[str, Any]:
    table = queries.table_of(request.user, where, look)
    ticked = keys_of(request.POST.getlist("case"))
    rows = []
    for row in table.rows:
        key = row.case.pk
        typed = {"ticked": key in ticked, "opinion": request.POST.get(f"opinion-{key}", "")}
        rows.append((row, table.missing.get(key, []), typed))
    return _frame(request, where, look) | {
        "rows": rows,
        "ready": sum(not missing for _row, missing, _typed in rows),
        "share": table.share,
        "back_to": _steps_back(look),
        "decides": request.user.can(look.permission, where.area.code),
        "opinion": OpinionForm(request.POST or None, initial={"agrees": "yes"}),
        "verdict": VerdictForm(request.POST or None, back=_steps_back(look)),
    }


def _frame(request: Request, where: Where, look: Look) -> dict[str, Any]:
    address = reverse("identification:reviews")
    return {
        "where": where,
        "look": look,
        "looks": queries.LOOKS.values(),
        "keep": {"level": look.level},
        "come_back": f"{address}?{request.GET.urlencode()}",
        "heading": f"{look.at.label}: {where.area.short_name}",
        "crumbs": [(label, f"{url}&level={look.level}") for label, url in crumbs(request, where, address)],
    }


def _held(request: Request, where: Where, look: Look, moved: Moved) -> dict[str, Any]:
    names = queries.names_of(list(moved.blocked))
    cases = Case.objects.filter(pk__in=moved.blocked).order_by("subject")
    held = [(case, names.get(case.pk) or case.subject, moved.blocked[case.pk]) for case in cases]
    return _frame(request, where, look) | {"held": held, "moved": len(moved.cases), "back": _back(where, look)}


def _steps_back(look: Look) -> list[Step]:
    """The steps to go back to, the nearest first."""
    return [procedure(NAME).step(name) for name in reversed(look.at.back)]


def _back(where: Where, look: Look) -> str:
    return f"{reverse('identification:reviews')}?{where.query}&level={look.level}"
