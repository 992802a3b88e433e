"""The county's review meeting: prepared, judges invited, scored under seal, closed, ranked."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import panel as actions
from jingzhun.identification.forms.panel import InviteForm, PanelForm
from jingzhun.identification.models import Judge, Panel
from jingzhun.identification.printing.panel import panel_agenda
from jingzhun.identification.printing.paper import qr_svg
from jingzhun.identification.queries import panels as queries
from jingzhun.identification.queries.places import Where
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.procedure.actions import NotAllowed, NotYours
from jingzhun.publicity.codes import grouped
from jingzhun.registry.rules.refusals import Refused

from .where import in_round, told


@in_round(VIEW_CASES)
def of_round(request: Request, where: Where) -> HttpResponse:
    """The round's latest sitting; a form that calls one where there is none yet, or villages came after the last."""
    found = queries.of_round(request.user, where.round)
    if found and not ("again" in request.GET and queries.waiting_for_another(found)):
        return redirect("identification:panel", found.pk)
    may_call = request.user.can(REVIEW_IN_COUNTY, where.round.area_id)
    form = PanelForm(request.POST or None)
    if request.method == "POST":
        if not may_call:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = actions.prepare_panel(where.round, by=request.user, **form.cleaned_data)
            except Refused as refused:
                form.refuse(refused)
            else:
                return redirect("identification:panel", made.pk)
    context = {"where": where, "form": form, "may_call": may_call, "crumbs": _crumbs(where.round.pk)}
    return render(request, "identification/panel/new.html", context)


@requires(VIEW_CASES)
def page(request: Request, pk: int) -> HttpResponse:
    """The meeting as it stands: who judges, who is still out, the ranking once it is closed."""
    return render(request, "identification/panel/page.html", _page(request, _find(request, pk)))


@requires(REVIEW_IN_COUNTY)
@require_POST
def invite(request: Request, pk: int) -> HttpResponse:
    """Invite judges; their codes are on the answer to this request and nowhere else."""
    found = _find(request, pk, REVIEW_IN_COUNTY)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            made = actions.invite(found, form.invited(), by=request.user)
        except Refused as refused:
            form.add_error("judges", str(next(iter(refused.messages.values()))[0]))
        except (NotAllowed, NotYours) as refused:
            form.add_error(None, str(refused))
        else:
            return _slips(request, found, made)
    return render(request, "identification/panel/page.html", _page(request, found, form))


@requires(REVIEW_IN_COUNTY)
@require_POST
def begin(request: Request, pk: int) -> HttpResponse:
    """Fix the criteria and open the judges' phones."""
    found = _find(request, pk, REVIEW_IN_COUNTY)
    back = reverse("identification:panel", args=[pk])
    return told(request, lambda: _said(actions.begin_scoring(found, by=request.user), _("Scoring has begun.")), back)


@requires(REVIEW_IN_COUNTY)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Open all scores together, count and rank."""
    found = _find(request, pk, REVIEW_IN_COUNTY)
    back = reverse("identification:panel", args=[pk])
    return told(request, lambda: _said(actions.close_panel(found, by=request.user), _("The meeting is closed.")), back)


@requires(REVIEW_IN_COUNTY)
@require_POST
def judge(request: Request, pk: int) -> HttpResponse:
    """A judge is absent, is there after all, or may not score some villages."""
    found = _find_judge(request, pk)
    what, by = request.POST.get("what", ""), request.user

    def act() -> str:
        if what == "absent":
            actions.mark_absent(found, request.POST.get("why", "")[:200], by=by)
        elif what == "present":
            actions.mark_present(found, by=by)
        elif what == "conflicts":
            actions.record_conflicts(found, request.POST.getlist("villages")[:2_000], by=by)
        else:
            raise Http404
        return _("Written down.")

    return told(request, act, f"{reverse('identification:panel', args=[found.panel_id])}#judges")


@requires(REVIEW_IN_COUNTY)
@require_POST
def new_code(request: Request, pk: int) -> HttpResponse:
    """Another code for a judge whose slip is lost; it is on the answer to this request and nowhere else."""
    found = _find_judge(request, pk)
    try:
        made = actions.renew_code(found, by=request.user)
    except NotAllowed as refused:
        messages.warning(request, str(refused))
        return redirect("identification:panel", found.panel_id)
    return _slips(request, found.panel, [made])


@requires(VIEW_CASES)
def present(request: Request, pk: int) -> HttpResponse:
    """The villages one by one, in type that a hall can read."""
    found = _find(request, pk)
    context = {"panel": found, "sheets": queries.sheets(found), "back": reverse("identification:panel", args=[pk])}
    return render(request, "identification/panel/present.html", context)


@requires(VIEW_CASES)
def agenda(request: Request, pk: int) -> HttpResponse:
    """The agenda on paper."""
    found = _find(request, pk)
    paper = panel_agenda(found, queries.sheets(found), queries.criteria_of(found), queries.seats(found))
    name = content_disposition_header(False, f"{_('agenda')}-{found.held_on}.pdf") or ""
    return HttpResponse(paper, content_type="application/pdf", headers={"Content-Disposition": name})


def _find(request: Request, pk: int, permission: str = VIEW_CASES) -> Panel:
    found = queries.find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def _find_judge(request: Request, pk: int) -> Judge:
    panels = Panel.objects.visible_to(request.user, REVIEW_IN_COUNTY)
    return get_object_or_404(Judge.objects.select_related("panel"), pk=pk, panel__in=panels)


def _slips(request: Request, panel: Panel, made: Sequence[tuple[Judge, str]]) -> HttpResponse:
    """Slips to be printed and cut, with codes that stand nowhere else."""
    address = request.build_absolute_uri(reverse("judging:enter"))
    slips = [(judge, grouped(code), qr_svg(f"{address}?code={code}")) for judge, code in made]
    context = {"panel": panel, "slips": slips, "address": address, "crumbs": _crumbs(panel.round_id, panel),
               "come_back": reverse("identification:panel", args=[panel.pk])}  # fmt: skip
    response = render(request, "identification/panel/slips.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _said(_done: Any, words: str) -> str:
    return words


def _crumbs(round_: int, panel: Panel | None = None) -> list[tuple[str, str]]:
    found = [(_("Poor villages"), f"{reverse('identification:villages')}?round={round_}")]
    return [*found, (_("Review meeting"), reverse("identification:panel", args=[panel.pk]))] if panel else found


def _page(request: Request, found: Panel, form: InviteForm | None = None) -> dict[str, Any]:
    seats = queries.seats(found)
    closed = found.state == Panel.State.CLOSED
    return {
        "panel": found,
        "seats": seats,
        "out": sum(seat.out for seat in seats),
        "wanted": sum(seat.wanted for seat in seats),
        "sheets": queries.sheets(found),
        "criteria": queries.criteria_of(found),
        "ranking": queries.ranking(found) if closed else [],
        "waiting": queries.waiting_for_another(found),
        "leads": request.user.can(REVIEW_IN_COUNTY, found.area_id),
        "form": form or InviteForm(),
        "come_back": reverse("identification:panel", args=[found.pk]),
        "heading": _("Review meeting of %(day)s") % {"day": found.held_on.isoformat()},
        "crumbs": _crumbs(found.round_id),
    }
