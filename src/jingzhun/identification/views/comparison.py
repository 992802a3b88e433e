"""The village's judgement beside the numbers; and what is to be looked at a second time."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions.applications import Filing, apply
from jingzhun.identification.actions.bulk import decide_many
from jingzhun.identification.links import address
from jingzhun.identification.models import FiledBy
from jingzhun.identification.queries import comparison as queries
from jingzhun.identification.queries.evidence import Evidence
from jingzhun.identification.queries.places import Where
from jingzhun.people.access import Request
from jingzhun.people.rules import VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.procedure.actions import Verdict
from jingzhun.procedure.rules import Decision
from jingzhun.registry.models import Household

from .where import crumbs, in_round, keys_of, told

PAGE = 50
VISIT = "home_visit"  # where somebody looks again


@in_round(VIEW_CASES)
def page(request: Request, where: Where) -> HttpResponse:
    """Counts by place, both lists of disagreement, and for a village the two rankings side by side."""
    return _page(request, where, request.GET, {})


def _page(request: Request, where: Where, asked: QueryDict, typed: dict[str, Any]) -> HttpResponse:
    """The screen; `typed`: what was written beside a household when it was refused."""
    which = asked.get("list", queries.NOT_NOMINATED)
    which = which if which in queries.LISTS else queries.NOT_NOMINATED
    found = queries.keys(where, which)
    listed = Paginator(found, PAGE).get_page(asked.get("page"))
    rows = queries.page_of(where, which, list(listed.object_list), request.user)
    beside = queries.beside(request.user, where) if where.is_village else []
    places = queries.places(where)
    context = {
        "where": where,
        "places": places,
        "households": sum(each.households for each in places),
        "without_income": sum(each.without_income for each in places),
        "measure": queries.measure_of(where.round),
        "which": which,
        "tabs": [(queries.NOT_NOMINATED, _("poor by the numbers but not nominated")),
                 (queries.NOT_POOR, _("nominated but not poor by the numbers")),
                 (queries.POOR, _("all poor by the numbers")), (queries.UNKNOWN, _("nominated, income unknown"))],
        "page": listed,
        "rows": [(each, _may_return(request, each.row)) for each in rows],
        "beside": beside,
        "chart": queries.chart_of(beside, _address),
        "may_apply": request.user.can(WORK_IN_VILLAGE) and where.round.takes_applications(timezone.localdate()),
        "typed": typed,
        "keep": {"list": which},
        "come_back": f"{reverse('identification:comparison')}?{where.query}&list={which}",
        "crumbs": crumbs(request, where, reverse("identification:comparison")),
    }  # fmt: skip
    return render(request, "identification/comparison/page.html", context)


@in_round(VIEW_CASES)
@require_POST
def look_again(request: Request, where: Where) -> HttpResponse:
    """Have a household looked at again: a nominated one goes back to the visit, another one is applied for."""
    back = f"{reverse('identification:comparison')}?{where.query}&list={request.POST.get('list', '')[:20]}"
    why = request.POST.get("why", "").strip()[:200]

    def again() -> HttpResponse:
        beside = (request.POST.get("case", "").partition(":")[0], request.POST.get("household", ""))
        return _page(request, where, request.POST, {"case": beside[0], "household": beside[1], "why": why})

    if seen := keys_of(request.POST.getlist("case")):
        mine = set(where.cases(request.user).filter(pk__in=seen).values_list("pk", flat=True))
        if not mine:
            raise Http404

        def send_back() -> str:
            verdict = Verdict(Decision.RETURN, why, VISIT)
            moved = decide_many({key: seen[key] for key in mine}, verdict, by=request.user)
            return _("%(count)s households are visited again.") % {"count": len(moved.cases)}

        return told(request, send_back, back, again)
    households = Household.objects.visible_to(request.user, VIEW_CASES).in_areas((where.area.code,))
    household = get_object_or_404(households, number=request.POST.get("household", "")[:17])
    if not request.user.can(WORK_IN_VILLAGE, household.village_code):
        raise PermissionDenied

    def file() -> str:
        filing = Filing(household, FiledBy.ON_BEHALF, timezone.localdate(), on_behalf_why=why)
        apply(where.round, filing, by=request.user)
        return _("An application was opened on behalf of the household; it goes its way like any other.")

    return told(request, file, back, again)


def _may_return(request: Request, row: Evidence | None) -> bool:
    """Whether the user may send the case back to the visit from where it stands."""
    step = row.case.at if row and row.case.state == "open" else None
    return bool(step and VISIT in step.back and request.user.can(step.permission, row.case.area_code))  # type: ignore[union-attr]


def _address(row: Any) -> str:
    return address("identification:case", row.case.pk) or reverse("registry:household", args=[row.case.subject])
