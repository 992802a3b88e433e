"""Poor villages: the list of a round, nominating one, its page with what each step needs."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.identification.actions import villages as actions
from jingzhun.identification.actions.bulk import decide_many
from jingzhun.identification.actions.decide import take
from jingzhun.identification.actions.lists import export_nominations
from jingzhun.identification.forms.reviews import VerdictForm
from jingzhun.identification.forms.villages import NominateForm, ResolutionForm, StatementForm
from jingzhun.identification.models import Nomination
from jingzhun.identification.queries import nominations as queries
from jingzhun.identification.queries import panels
from jingzhun.identification.queries.places import Where
from jingzhun.identification.queries.procedure import not_set
from jingzhun.parameters.queries import NoParameter
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.procedure.queries import appeal_until, choices, obstacles, timeline
from jingzhun.procedure.rules import DONE, Decision, State, Step
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.book import XLSX

from .where import asked_village, crumbs, in_round, told


@in_round(VIEW_CASES)
def listed(request: Request, where: Where) -> HttpResponse:
    """The nominations of a round with their state, and what can be done next."""
    user = request.user
    found = queries.nominations(user, where)
    rows, step, sort = _asked(request, where)
    context = {
        "where": where,
        "rows": rows,
        "step": step,
        "steps": queries.step_counts(user, where),
        "listed": found.filter(case__step=DONE).count(),
        "done": step == DONE,
        "is_list": step == DONE or where.round.closed_at is not None,
        "heads": _heads(sort),
        "to_nominate": queries.to_nominate(user, where, WORK_IN_VILLAGE)[:300] if user.can(WORK_IN_VILLAGE) else [],
        "sees_panel": user.can(VIEW_CASES, where.round.area_id),
        "panel": panels.of_round(user, where.round),
        "may_approve": user.can(AUDIT_IN_TOWN) or user.can(REVIEW_IN_COUNTY),
        "posts": bool(queries.notice_steps(user, where.area)),
        "crumbs": crumbs(request, where, reverse("identification:villages")),
    }
    return render(request, "identification/villages/list.html", context)


@in_round(VIEW_CASES)
@require_POST
def exported(request: Request, where: Where) -> HttpResponse:
    """The list as it is shown, as a workbook."""
    rows, step, sort = _asked(request, where)
    file = BytesIO()
    asked = {"round": str(where.round.pk), "area": where.area.code, "step": step, "sort": sort}
    query = urlencode([(name, value) for name, value in asked.items() if value])
    export_nominations(rows, file, query=query, by=request.user)
    name = f"{_('poor villages')}-{where.round.year}-{timezone.localdate():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)


def _asked(request: Request, where: Where) -> tuple[QuerySet[Nomination], str, str]:
    """The nominations asked for in their order, with the step and the order."""
    step, sort = (request.GET.get(name, "").replace("\0", "") for name in ("step", "sort"))
    found = queries.ordered(queries.nominations(request.user, where), sort)
    return found.filter(case__step=step) if step else found, step, sort


def _heads(sort: str) -> dict[str, tuple[str, str]]:
    """By column: how it is ordered (asc, desc or nothing), and what a click sorts by; a rank's first click is up."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    heads = {}
    for each in queries.SORTED_BY:
        first, then = (each, f"-{each}") if each in ("rank", "village") else (f"-{each}", each)
        heads[each] = (("desc" if down else "asc") if each == name else "", then if sort == first else first)
    return heads


@in_round(WORK_IN_VILLAGE)
def nominate(request: Request, where: Where) -> HttpResponse:
    """Nominate a village: its indicators of today against the province's values, and a statement."""
    village, day = asked_village(where), timezone.localdate()
    form = NominateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.nominate(where.round, village, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        except NoParameter as refused:
            form.add_error(None, not_set(refused))
        else:
            return redirect("identification:nomination", made.pk)
    context = {"where": where, "form": form, "village": village, "prospect": _prospect(where, village, day)}
    context["crumbs"] = [(_("Poor villages"), f"{reverse('identification:villages')}?{where.query}")]
    return render(request, "identification/villages/nominate.html", context)


@requires(VIEW_CASES)
def nomination(request: Request, pk: int) -> HttpResponse:
    """One village on its way to the list."""
    return _shown(request, pk)


@requires(WORK_IN_VILLAGE)
@require_POST
def resolution(request: Request, pk: int) -> HttpResponse:
    """Record the meeting of the two committees."""
    form = ResolutionForm(request.POST)

    def act(found: Nomination) -> None:
        actions.record_resolution(found, form.meeting(), by=request.user)

    return _recorded(request, pk, WORK_IN_VILLAGE, form, act, "resolution")


@requires(AUDIT_IN_TOWN)
@require_POST
def statement(request: Request, pk: int) -> HttpResponse:
    """Write down what the town found."""
    form = StatementForm(request.POST)

    def act(found: Nomination) -> None:
        text, agrees = form.told
        actions.state_for_town(found, text, agrees=agrees, by=request.user)

    return _recorded(request, pk, AUDIT_IN_TOWN, form, act, "statement")


@requires(VIEW_CASES)
@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Send the village on, send it back, or refuse it; withdraw it, appeal, decide on an appeal."""
    found = _find(request, pk)
    back = reverse("identification:nomination", args=[pk])
    form = VerdictForm(request.POST, back=_steps_back(found), whole=True)
    version = request.POST.get("version", "")
    if not form.is_valid() or not version.isascii() or not version.isdigit():
        return _shown(request, pk, verdict=form)

    def act() -> str:
        if form.verdict().decision not in (Decision.APPROVE, Decision.RETURN, Decision.REFUSE):
            take(found.case, form.verdict(), by=request.user, seen=int(version[:9]))
            return _("Done.")
        moved = decide_many({found.case_id: int(version[:9])}, form.verdict(), by=request.user)
        if moved.blocked:
            raise Refused({"": [each.message for each in moved.blocked[found.case_id]]})
        return _("Done.")

    return told(request, act, back, again=lambda: _shown(request, pk, verdict=form))


def _shown(request: Request, pk: int, **forms: Any) -> HttpResponse:
    """The village's page as it stands now, with what was typed."""
    return render(request, "identification/villages/page.html", _page(request, _find(request, pk), **forms))


def _find(request: Request, pk: int, permission: str = VIEW_CASES) -> Nomination:
    found = queries.find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def _prospect(where: Where, village: Area, day: date) -> queries.Prospect | None:
    """None where the province's values of the year are not set."""
    try:
        return queries.prospect(village.code, where.round, day)
    except NoParameter:
        return None


def _recorded(
    request: Request, pk: int, permission: str, form: Any, act: Callable[[Nomination], None], name: str
) -> HttpResponse:
    """Save what a form of the page holds, or show the page with what is wrong."""
    found = _find(request, pk, permission)
    if not form.is_valid():
        return _shown(request, pk, **{name: form})

    def do() -> str:
        act(found)
        return _("Written down.")

    back = reverse("identification:nomination", args=[pk])
    return told(request, do, back, again=lambda: _shown(request, pk, **{name: form}))


def _steps_back(nomination: Nomination) -> list[Step]:
    step = nomination.case.at
    return [nomination.case.table.step(name) for name in reversed(step.back)] if step else []


def _page(request: Request, found: Nomination, **forms: Any) -> dict[str, Any]:
    case, user = found.case, request.user
    step, allowed = case.at, choices(user, case)
    measures, tests = queries.frozen_tests(found)
    here = case.state == "open" and step is not None
    mine = here and user.can(step.permission, found.area_id)  # type: ignore[union-attr]
    return {
        "nomination": found,
        "measures": measures,
        "tests": tests,
        "step": step,
        "mine": mine and not step.by_clock,  # type: ignore[union-attr]
        "missing": obstacles(case),
        "resolutions": found.resolutions.order_by("-recorded_at"),
        "approvals": found.approvals.order_by("at"),
        "events": timeline(case),
        "back_to": _steps_back(found),
        "resolution": forms.get("resolution", ResolutionForm()) if mine and case.step == "nomination" else None,
        "statement": forms.get("statement", StatementForm()) if mine and case.step == "town_review" else None,
        "verdict": forms.get("verdict"),
        "can": {decision.value: decision in allowed for decision in Decision},
        "appeal_until": appeal_until(case) if case.state == State.REFUSED else None,
        "open_form": forms["verdict"].data.get("decision", "") if "verdict" in forms else "",
        "posts": mine and step.notice and step.level == Level.VILLAGE,  # type: ignore[union-attr]
        "result": found.result,
        "come_back": reverse("identification:nomination", args=[found.pk]),
        "heading": _("Poor village: %(village)s") % {"village": found.area.short_name},
        "crumbs": [(_("Poor villages"), f"{reverse('identification:villages')}?round={found.round_id}")],
    }
