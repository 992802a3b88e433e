"""My work, and the cases of a round: found, filtered, sent on together, taken home as a workbook."""

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import decide
from jingzhun.identification.actions.lists import export_cases
from jingzhun.identification.models import Round
from jingzhun.identification.queries import beside
from jingzhun.identification.queries import cases as queries
from jingzhun.identification.queries.happened import HAPPENED
from jingzhun.identification.queries.overlooked import overlooked
from jingzhun.identification.queries.reminders import reminded, villages_waiting
from jingzhun.identification.queries.rounds import may_enter
from jingzhun.identification.tables import CaseTable
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.procedure.actions import CaseMoved, NotAllowed, NotYours
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.publicity.queries.objections import to_settle
from jingzhun.registry.views.marking import numbers_marked, to_list
from jingzhun.registry.views.paging import paged
from jingzhun.registry.workbook.book import XLSX

from .finding import asked_round
from .where import keys_of

PAGE = 50
MOST = 500  # cases that may be ticked at once


@requires(VIEW_CASES)
@numbers_marked
def work(request: Request) -> HttpResponse:
    """What waits for the user: their steps with counts, then the cases."""
    found = asked_round(request)
    if found is None:
        return render(request, "identification/work/none.html", {"may_apply": request.user.can(WORK_IN_VILLAGE)})
    mine = queries.work_of(request.user, found)
    steps = request.GET.getlist("step") or mine.steps
    state = request.GET.get("state") or State.OPEN
    asked = queries.asked_for(request.GET.dict() | {"state": state}, found, steps)
    context = {"work": mine, "soon": sum(tile.soon for tile in mine.tiles), **_listing(request, asked)}
    context["reminded"] = reminded(request.user, found)
    context["villages_waiting"] = villages_waiting(request.user, found)
    context["overlooked"] = [] if found.closed_at else overlooked(request.user, found)
    context |= _beside(request, found, context["rounds"])
    context["overdue"] = sum(tile.overdue for tile in mine.tiles)
    return render(request, "identification/work/page.html", context)


@requires(VIEW_CASES)
def asked(request: Request, screen: str) -> HttpResponse:
    """What a list's form asks for, as the list's address."""
    return to_list(request, reverse(screen))


@requires(VIEW_CASES)
@numbers_marked
def listed(request: Request) -> HttpResponse:
    """The cases of a round: the list behind every number."""
    found = asked_round(request)
    if found is None:
        return render(request, "identification/work/none.html", {"may_apply": request.user.can(WORK_IN_VILLAGE)})
    asked = queries.asked_for(request.GET.dict(), found, request.GET.getlist("step"))
    return render(request, "identification/work/cases.html", _listing(request, asked))


@requires(VIEW_CASES)
@require_POST
@numbers_marked
def exported(request: Request) -> FileResponse | HttpResponse:
    """The filtered cases as a workbook."""
    found = asked_round(request)
    if found is None:
        return redirect("identification:cases")
    asked = queries.asked_for(request.GET.dict(), found, request.GET.getlist("step"))
    file = TemporaryFile()  # noqa: SIM115 - the response closes it, and with that it is gone
    rows = queries.with_names(queries.cases(request.user, asked))
    export_cases(rows, file, query=asked.query, by=request.user)
    file.seek(0)
    name = f"{_('cases')}-{found.year}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@requires(VIEW_CASES)
@require_POST
def sent_on(request: Request) -> HttpResponse:
    """Send the ticked cases on; those held back are listed with what they miss."""
    seen = keys_of(request.POST.getlist("case"), MOST)
    back = _back(request)
    mine = Case.objects.visible_to(request.user, VIEW_CASES).filter(pk__in=seen)
    keys = list(mine.values_list("pk", flat=True))
    if not keys:
        messages.error(request, _("Tick at least one case."))
        return redirect(back)
    try:
        moved = decide.send_on(keys, by=request.user, seen=seen)
    except NotYours as refused:
        raise PermissionDenied from refused
    except (CaseMoved, NotAllowed) as refused:
        messages.warning(request, str(refused))
        return redirect(back)
    if not moved.blocked:
        messages.success(request, _("%(count)s cases were sent on.") % {"count": len(moved.cases)})
        return redirect(back)
    held = queries.with_names(Case.objects.filter(pk__in=moved.blocked)).order_by("area_code", "subject")
    context = {
        "sent": len(moved.cases),
        "held": [(case, moved.blocked[case.pk]) for case in held],
        "back": back,
        "come_back": back,
        "crumbs": [(_("My work"), reverse("identification:work"))],
    }
    return render(request, "identification/work/sent.html", context)


def _beside(request: Request, found: Round, rounds: list[Round]) -> dict[str, Any]:
    """What waits for the user beside the cases of the round shown."""
    user, most = request.user, beside.MOST
    others = [each for each in rounds if each.closed_at is None and each.pk != found.pk]
    return {
        "to_settle": to_settle(user)[:most],
        "to_look_into": beside.objections_to_look_into(user)[:most],
        "boards": beside.boards_without_photo(user)[:most],
        "other_rounds": beside.waiting_by_round(user, others) if others else [],
        "to_divide": beside.quota_to_divide(user, found),
    }


def _listing(request: Request, asked: queries.Asked) -> dict[str, Any]:
    """The table of cases with its filter."""
    found = queries.cases(request.user, asked)
    table = CaseTable(queries.with_names(found), user=request.user)
    paged(table, request, PAGE)
    whole = queries.cases(request.user, queries.Asked(asked.round))
    villages = queries.villages_with_cases(whole)
    return {
        "asked": asked,
        "area": queries.other_area(asked, villages),
        "round": asked.round,
        "rounds": queries.rounds_to_choose(request.user),
        "table": table,
        "steps": queries.step_choices(),
        "happened": HAPPENED.items(),
        "states": queries.state_choices(),
        "villages": villages,
        "may_apply": request.user.can(WORK_IN_VILLAGE) and may_enter(asked.round),
        "today": timezone.localdate(),
    }


def _back(request: Request) -> str:
    """The list from which the cases were ticked."""
    asked = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if safe else reverse("identification:work")
