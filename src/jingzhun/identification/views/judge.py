"""A judge's own phone: the code from the slip opens a short session without a login, in which villages are scored."""

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

from jingzhun.identification.actions import panel as actions
from jingzhun.identification.forms.panel import CodeForm, ScoreForm
from jingzhun.identification.models import Judge, Panel
from jingzhun.identification.queries import panels as queries
from jingzhun.people.access import client_address, public
from jingzhun.procedure.actions import NotAllowed
from jingzhun.publicity.actions.limits import attempt
from jingzhun.registry.rules.refusals import Refused

COOKIE, SALT, LASTS = "panel", "identification.panel", 10 * 3600  # seconds: a day's meeting
TEN_MINUTES = 600


@public
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the code of the slip."""
    if request.method != "POST" and _judge(request) and "code" not in request.GET:
        return redirect("judging:villages")
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error("code", _("Too many attempts from here. Try again in ten minutes."))
        elif found := queries.judge_of(form.cleaned_data["code"]):
            response = redirect("judging:villages")
            response.set_cookie(
                COOKIE,
                signing.dumps(found.pk, salt=SALT),
                max_age=LASTS,
                path=reverse("judging:enter"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            return response
        else:
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


def _judge(request: HttpRequest) -> Judge | None:
    """The judge of the phone's session; None without one, or when it is over."""
    try:
        key = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return queries.judge_by_key(key)


def _may_try(request: HttpRequest) -> bool:
    """Whether this address has tries left; none where no meeting was ever called."""
    allowed = queries.tries_allowed(timezone.localdate())
    return attempt("panel", client_address(request), limit=allowed, seconds=TEN_MINUTES)
