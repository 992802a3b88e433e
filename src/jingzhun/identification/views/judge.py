"""A judge's own phone: the code from the slip opens a short session without a login, in which villages are scored."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import codes
from jingzhun.identification.actions import panel as actions
from jingzhun.identification.forms.panel import CodeForm, ScoreForm
from jingzhun.identification.models import Judge, Panel
from jingzhun.identification.queries import panels as queries
from jingzhun.parameters.queries import value
from jingzhun.people.access import client_address, public
from jingzhun.procedure.actions import NotAllowed
from jingzhun.registry.rules.refusals import Refused

COOKIE, SALT, MINUTES = "panel", "identification.panel.judge", "judge_session_minutes"


@public
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the code of the slip."""
    if request.method != "POST" and _judge(request) and "code" not in request.GET:
        return redirect("judging:villages")
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    if request.method == "POST" and form.is_valid():
        try:
            found = codes.judge_with(form.cleaned_data["code"], client_address(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            if found is not None:
                return _let_in(found)
            form.add_error("code", _("This code is not known. Compare it with your slip, sign by sign."))
    return render(request, "identification/panel/judge/enter.html", {"form": form})


@public
@never_cache
def villages(request: HttpRequest) -> HttpResponse:
    """The villages to be scored, with a mark on those that are."""
    judge = _judge(request)
    if judge is None:
        return redirect("judging:enter")
    ballots = queries.ballots(judge) if judge.panel.state == Panel.State.SCORING else []
    todo = [each for each in ballots if not each.barred]
    context = {
        "judge": judge,
        "ballots": ballots,
        "done": sum(each.scored for each in todo),
        "todo": len(todo),
        "absent": judge.presence == Judge.Presence.ABSENT,
    }
    return render(request, "identification/panel/judge/villages.html", context)


@public
@never_cache
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Score one village; it can be changed until the meeting is closed."""
    judge = _judge(request)
    if judge is None:
        return redirect("judging:enter")
    ballots = queries.ballots(judge)
    ballot = next((each for each in ballots if each.nomination.pk == pk), None)
    if ballot is None or judge.panel.state != Panel.State.SCORING:
        return redirect("judging:villages")
    criteria = queries.criteria_of(judge.panel)
    given = queries.given(judge, pk)
    form = ScoreForm(request.POST or None, initial=given, criteria=criteria, language=get_language() or "")
    if request.method == "POST" and form.is_valid() and _scored(request, judge, ballot, form):
        following = next((each for each in queries.ballots(judge) if not (each.scored or each.barred)), None)
        return redirect("judging:score", following.nomination.pk) if following else redirect("judging:villages")
    position = [each.nomination.pk for each in ballots].index(pk) + 1
    context = {"judge": judge, "ballot": ballot, "form": form, "position": position, "of": len(ballots)}
    context["sheet"] = next((each for each in queries.sheets(judge.panel) if each.nomination.pk == pk), None)
    return render(request, "identification/panel/judge/score.html", context)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session on this phone."""
    response = redirect("judging:enter")
    response.delete_cookie(COOKIE, path=reverse("judging:enter"))
    return response


def _scored(request: HttpRequest, judge: Judge, ballot: queries.Ballot, form: Any) -> bool:
    try:
        actions.score(judge, ballot.nomination, form.points(), comment=form.cleaned_data["comment"])
    except Refused as refused:
        form.refuse(refused)
        return False
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return False
    told = {"village": ballot.nomination.area.short_name}
    messages.success(request, _("%(village)s is scored. You can change it until the meeting is closed.") % told)
    return True


def _let_in(judge: Judge) -> HttpResponse:
    """A session on this phone that ends by itself, and with the judge's code."""
    minutes = int(value(MINUTES, judge.panel.area_id, timezone.localdate()))
    until = timezone.now() + timedelta(minutes=minutes)
    ticket = {"judge": judge.pk, "code": bytes(judge.code).hex(), "until": until.timestamp()}
    response = redirect("judging:villages")
    response.set_cookie(
        COOKIE,
        signing.dumps(ticket, salt=SALT),
        max_age=minutes * 60,
        path=reverse("judging:enter"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _judge(request: HttpRequest) -> Judge | None:
    """The judge of the phone's session; None without one, or when it is over."""
    try:
        ticket = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    if ticket["until"] < timezone.now().timestamp():
        return None
    return queries.judge_by_key(ticket["judge"], ticket["code"])
