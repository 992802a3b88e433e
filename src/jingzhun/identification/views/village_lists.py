"""Poor villages, many at once: notices of a village, a town, the county; the leaders' approval; sending on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import villages as actions
from jingzhun.identification.actions.bulk import decide_many
from jingzhun.identification.actions.village_notices import post_village_notice, village_rows
from jingzhun.identification.forms.villages import ApprovalForm, VillageNoticeForm
from jingzhun.identification.models import LeaderApproval
from jingzhun.identification.queries import nominations as queries
from jingzhun.identification.queries.places import Where
from jingzhun.identification.queries.procedure import not_set
from jingzhun.identification.village_rules import NAME
from jingzhun.parameters.queries import NoParameter
from jingzhun.people.access import Request
from jingzhun.people.rules import AUDIT_IN_TOWN, PUBLISH_NOTICES, REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.procedure.actions import CaseMoved, NotAllowed, NotYours, Verdict
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import Decision
from jingzhun.publicity.rules import KINDS, PUBLIC_FIELDS, NotOfThisLevel, NotPublic
from jingzhun.registry.rules.refusals import Refused

from .where import crumbs, in_round, keys_of, told


@in_round(PUBLISH_NOTICES)
def post(request: Request, where: Where) -> HttpResponse:
    """The notice of a village, of a town's villages, or the county's announcement: seen as it will hang, and posted."""
    steps = queries.notice_steps(request.user, where.area)
    if not steps:
        raise PermissionDenied
    step = steps[0]
    waiting = queries.waiting_for_notice(where.area, where.round, step)
    form = VillageNoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = post_village_notice(
                where.round, where.area, step.name, data["opens_on"], place=data["place"], by=request.user
            )
        except (NotYours, NotOfThisLevel) as refused:
            raise PermissionDenied from refused
        except Refused as refused:
            form.refuse(refused)
        except (NotAllowed, NotPublic) as refused:
            form.add_error(None, str(refused))
        except NoParameter as refused:
            form.add_error(None, not_set(refused))
        else:
            messages.success(request, _("The notice is open until %(day)s.") % {"day": made.closes_on.isoformat()})
            return redirect(f"{reverse('identification:village-notice')}?{where.query}")
    kind = KINDS[step.notice]
    context = {
        "where": where,
        "step": step,
        "form": form,
        "heads": [PUBLIC_FIELDS[name] for name in kind.columns],
        "rows": [[item.shown.get(name, "") for name in kind.columns] for item in village_rows(waiting, kind.name)],
        "notices": queries.notices(request.user, where, PUBLISH_NOTICES)[:200],
        "crumbs": [(_("Poor villages"), f"{reverse('identification:villages')}?{where.query}")],
    }
    return render(request, "identification/villages/notice.html", context)


@in_round(VIEW_CASES)
def approvals(request: Request, where: Where) -> HttpResponse:
    """Villages that wait for the leaders in charge; one decision for many."""
    levels = [
        level
        for level, permission in ((LeaderApproval.Level.COUNTY, REVIEW_IN_COUNTY),
                                  (LeaderApproval.Level.TOWN, AUDIT_IN_TOWN))
        if request.user.can(permission)
    ]  # fmt: skip
    form = ApprovalForm(
        request.POST or None, among=[each for each, _given in queries.to_approve(request.user, where)], levels=levels
    )
    if request.method == "POST":
        if not levels:
            raise PermissionDenied
        if form.is_valid():
            data = form.cleaned_data

            def act() -> str:
                made = actions.approve_as_leader(
                    list(data["nominations"]), data["level"], data["leader"], agrees=data["agrees"] == "yes",
                    opinion=data["opinion"], by=request.user,
                )  # fmt: skip
                return _("Decided on %(count)s villages.") % {"count": len(made)}

            back = f"{reverse('identification:village-approvals')}?{where.query}"
            return told(request, act, back, again=lambda: _approvals(request, where, form, levels))
    return _approvals(request, where, form, levels)


def _approvals(request: Request, where: Where, form: ApprovalForm, levels: list[LeaderApproval.Level]) -> HttpResponse:
    context = {
        "where": where,
        "rows": queries.to_approve(request.user, where),
        "form": form,
        "ticked": request.POST.getlist("nominations"),
        "levels": levels,
        "sends": request.user.can(REVIEW_IN_COUNTY, where.round.area_id),
        "crumbs": crumbs(request, where, reverse("identification:village-approvals")),
    }
    return render(request, "identification/villages/approvals.html", context)


@in_round(VIEW_CASES)
@require_POST
def send_on(request: Request, where: Where) -> HttpResponse:
    """Send the ticked villages on; who is held back is told with the reason."""
    seen = keys_of(request.POST.getlist("case"))
    found = Case.objects.visible_to(request.user, VIEW_CASES).in_areas((where.area.code,))
    mine = dict(found.filter(procedure=NAME, pk__in=seen).values_list("pk", "subject"))
    back = f"{reverse('identification:villages')}?{where.query}"
    if not mine:
        messages.error(request, _("Tick at least one village."))
        return redirect(back)
    try:
        moved = decide_many({key: seen[key] for key in mine}, Verdict(Decision.APPROVE), by=request.user)
    except NotYours as refused:
        raise PermissionDenied from refused
    except (CaseMoved, NotAllowed) as refused:
        messages.warning(request, str(refused))
        return redirect(back)
    if moved.cases:
        messages.success(request, _("%(count)s villages were sent on.") % {"count": len(moved.cases)})
    if not moved.blocked:
        return redirect(back)
    context = {"held": queries.names_of_held(moved), "back": back, "come_back": back}
    return render(request, "identification/villages/held.html", context)
