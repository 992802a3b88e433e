"""Village evaluation: the agenda, the record of a meeting with its votes, the signing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import meetings as actions
from jingzhun.identification.actions import visits
from jingzhun.identification.forms.meetings import MeetingForm, PictureForm, Votes, read_votes
from jingzhun.identification.models import Meeting
from jingzhun.identification.printing.agenda import agenda_pdf
from jingzhun.identification.queries import meetings as queries
from jingzhun.identification.queries.places import Where
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.registry.rules.refusals import Refused

from .where import asked_village, crumbs, in_round, told


@in_round(VIEW_CASES)
def listed(request: Request, where: Where) -> HttpResponse:
    """Villages where households wait for a vote, and the meetings so far."""
    context = {
        "where": where,
        "waiting": queries.waiting_by_village(request.user, where),
        "meetings": queries.meetings(request.user, where)[:500],
        "may_record": request.user.can(WORK_IN_VILLAGE),
        "crumbs": crumbs(request, where, reverse("identification:meetings")),
    }
    return render(request, "identification/meetings/list.html", context)


@in_round(VIEW_CASES)
def agenda(request: Request, where: Where) -> HttpResponse:
    """What the meeting of a village decides on."""
    village = asked_village(where)
    rows = queries.agenda(where.round, village)
    context = {
        "where": where,
        "rows": rows,
        "doubts": queries.open_doubts(rows),
        "begun": queries.unsigned_of(where.round, village),
        "may_record": request.user.can(WORK_IN_VILLAGE, village.code),
        "crumbs": crumbs(request, where, reverse("identification:meetings")),
    }
    return render(request, "identification/meetings/agenda.html", context)


@in_round(VIEW_CASES)
def agenda_paper(request: Request, where: Where) -> HttpResponse:
    """Agenda, sign-in sheet and ballots on paper."""
    village = asked_village(where)
    paper = agenda_pdf(where.round, village, queries.agenda(where.round, village))
    name = content_disposition_header(False, f"{village.short_name}-{where.round.year}.pdf") or ""
    return HttpResponse(paper, content_type="application/pdf", headers={"Content-Disposition": name})


@in_round(WORK_IN_VILLAGE)
def new(request: Request, where: Where) -> HttpResponse:
    """Begin the record of a meeting."""
    village = asked_village(where)
    form = MeetingForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.hold_meeting(where.round, village, form.called(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("identification:meeting", made.pk)
    context = {"where": where, "form": form, "begun": queries.unsigned_of(where.round, village), "law": _law(village)}
    context |= {"crumbs": [(_("Village evaluation"), f"{reverse('identification:meetings')}?{where.query}")]}
    return render(request, "identification/meetings/new.html", context)


@requires(VIEW_CASES)
def meeting(request: Request, pk: int) -> HttpResponse:
    """A meeting: its record while it is written, its results once the minutes are signed."""
    found = _meeting(request, pk)
    return render(request, "identification/meetings/page.html", _page(request, found))


@requires(WORK_IN_VILLAGE)
@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct who came."""
    found = _meeting(request, pk, WORK_IN_VILLAGE)
    form = MeetingForm.of(found, request.POST)
    if form.is_valid():
        try:
            actions.correct_meeting(found, form.called(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("identification:meeting", pk)
    return render(request, "identification/meetings/page.html", _page(request, found, form=form))


@requires(WORK_IN_VILLAGE)
@require_POST
def votes(request: Request, pk: int) -> HttpResponse:
    """Keep the grid of votes: all rows, or none where one does not add up."""
    found = _meeting(request, pk, WORK_IN_VILLAGE)
    keys = [line.row.application.pk for line in queries.record_of(found).lines]
    read = read_votes(request.POST, keys, found.present)
    if read.wrong:
        messages.error(request, _("Nothing was saved yet: %(count)s rows do not add up.") % {"count": len(read.wrong)})
        return render(request, "identification/meetings/page.html", _page(request, found, read=read))

    def again() -> HttpResponse:
        return render(request, "identification/meetings/page.html", _page(request, _meeting(request, pk), read=read))

    back = reverse("identification:meeting", args=[pk])
    return told(request, lambda: _save_votes(request, found, read), back, again=again)


@requires(WORK_IN_VILLAGE)
@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    """Add a picture of the minutes, the sign-in sheet or the room."""
    found = _meeting(request, pk, WORK_IN_VILLAGE)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            visits.attach(found, data["file"], data["kind"], data["taken_on"], size=data["file"].size, by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The picture was added."))
            return redirect(f"{reverse('identification:meeting', args=[pk])}#pictures")
    return render(request, "identification/meetings/page.html", _page(request, found, picture=form))


@requires(WORK_IN_VILLAGE)
@require_POST
def sign(request: Request, pk: int) -> HttpResponse:
    """Sign the minutes: the votes hold from now on."""
    found = _meeting(request, pk, WORK_IN_VILLAGE)

    def act() -> str:
        actions.sign_minutes(found, by=request.user, seen=request.POST.get("seen", ""))
        return _("The minutes are signed. The households that were carried can be sent on.")

    return told(request, act, reverse("identification:meeting", args=[pk]))


def _meeting(request: Request, pk: int, permission: str = VIEW_CASES) -> Meeting:
    found = queries.find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def _save_votes(request: Request, meeting: Meeting, read: Votes) -> str:
    actions.enter_votes(meeting, read.tallies, by=request.user, remarks=read.remarks, struck=read.emptied)
    return _("%(count)s votes are entered.") % {"count": len(read.tallies)}


def _law(village: Any) -> queries.Law:
    return queries.law_of(village.code, timezone.localdate())


def _page(
    request: Request, found: Meeting, form: Any = None, picture: Any = None, read: Votes | None = None
) -> dict[str, Any]:
    record = queries.record_of(found)
    writes = not found.signed_at and request.user.can(WORK_IN_VILLAGE, found.area_id)
    return {
        "meeting": found,
        "record": record,
        "grid": [(line, *_typed(line, read)) for line in record.lines],
        "form": form or MeetingForm.of(found),
        "picture": picture or PictureForm(),
        "pictures": found.attachments.order_by("pk"),
        "writes": writes,
        "come_back": reverse("identification:meeting", args=[found.pk]),
        "seen": actions.votes_seen(found) if writes else "",
        "heading": _("Village evaluation of %(village)s, %(day)s")
        % {"village": found.area.short_name, "day": found.held_on.isoformat()},
        "crumbs": [
            (
                _("Village evaluation"),
                f"{reverse('identification:meetings')}?round={found.round_id}&area={found.area_id}",
            )
        ],
    }


def _typed(line: queries.Line, read: Votes | None) -> tuple[dict[str, Any], str]:
    """What stands in a row of the grid, and what is wrong with it."""
    key = line.row.application.pk
    if read:
        return read.typed.get(key, {}), read.wrong.get(key, "")
    vote = line.vote
    if vote is None:
        return {}, ""
    names = ("in_favour", "against", "abstained", "recused", "remark")
    return {name: getattr(vote, name) for name in names}, ""
