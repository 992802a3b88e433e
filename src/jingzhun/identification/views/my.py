"""A household's own page on a phone: entered with a one-time code, open while it is used, without a login."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import applications, codes, decide
from jingzhun.identification.actions.applications import VILLAGER
from jingzhun.identification.forms.applications import (
    CodeForm,
    OwnAppealForm,
    OwnApplicationForm,
    OwnPhoneForm,
    OwnWithdrawalForm,
)
from jingzhun.identification.models import FiledBy
from jingzhun.identification.queries.my import OwnPage, own_page
from jingzhun.parameters.queries import values
from jingzhun.people.access import client_address, public
from jingzhun.procedure.actions import CaseMoved, NotAllowed
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

COOKIE, SALT, PATH = "household", "identification.my", "/public/my/"
MINUTES, FORM_MINUTES = "household_visit_minutes", "household_form_minutes"
LONGEST = 1_000
View = Callable[[HttpRequest, OwnPage, bool], HttpResponse]


@dataclass(frozen=True)
class Visit:
    """A household with its page open, or `late`: closed by itself, so that only a form is still shown again."""

    household: Household
    late: bool


def own(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the household that entered its code; without one, to the door. Nothing of it is kept by a browser.

    Each click keeps the page open. The view learns whether a form was sent in time, to be acted on.
    """

    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        visit, posted = _visit(request), request.method == "POST"
        if visit is None or (visit.late and not posted):
            return _to_the_door(request)
        if visit.late:
            messages.warning(request, _("The page had closed by itself. What you wrote is still here: send it again."))
        return _open(view(request, own_page(visit.household), posted and not visit.late), visit.household)

    return public(seen)


@public
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the code."""
    if (visit := _visit(request)) and not visit.late:
        return _private(redirect("my:page"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            household = codes.use_code(form.cleaned_data["code"], client_address(request))
        except Refused as refused:
            form.refuse(refused)
            return _private(render(request, "identification/my/enter.html", {"form": form}, status=429))
        if household is not None:
            return _open(redirect("my:page"), household)
        form.add_error("code", _("This code is not valid, has been used, or has run out. The village gives a new one."))
    return _private(render(request, "identification/my/enter.html", {"form": form}))


@own
def page(request: HttpRequest, mine: OwnPage, sent: bool) -> HttpResponse:
    """The household's own application."""
    return _page(request, mine)


@own
def apply(request: HttpRequest, mine: OwnPage, sent: bool) -> HttpResponse:
    """The household applies itself in a running round."""
    if mine.round is None:
        return redirect("my:page")
    form = OwnApplicationForm(request.POST or None)
    if sent and form.is_valid():
        data = form.cleaned_data
        filing = applications.Filing(
            mine.household, FiledBy.HOUSEHOLD, timezone.localdate(), data["reason"], contact=data["phone"]
        )
        try:
            applications.apply(mine.round, filing, by=VILLAGER)
        except Refused as refused:
            form.refuse(refused.renamed(contact="phone"))
        else:
            messages.success(request, _("Your application has come to the village."))
            return redirect("my:page")
    return render(request, "identification/my/apply.html", {"form": form, "mine": mine})


@own
def appeal(request: HttpRequest, mine: OwnPage, sent: bool) -> HttpResponse:
    """The household asks the level above to look at a refusal again."""
    if mine.current is None or not mine.current.may_appeal:
        return redirect("my:page")
    form, case = OwnAppealForm(request.POST or None), mine.current.application.case
    if sent and form.is_valid():
        try:
            decide.appeal(case, form.cleaned_data["why"], by=VILLAGER, seen=case.version)
        except (NotAllowed, CaseMoved) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your appeal has gone to the level above."))
            return redirect("my:page")
    return render(request, "identification/my/appeal.html", {"form": form, "mine": mine})


@own
def withdraw(request: HttpRequest, mine: OwnPage, sent: bool) -> HttpResponse:
    """The household takes its application back."""
    if mine.current is None or mine.current.state != State.OPEN:
        return redirect("my:page")
    form, case = OwnWithdrawalForm(request.POST or None), mine.current.application.case
    if sent and form.is_valid():
        try:
            decide.withdraw(case, form.cleaned_data["why"], by=VILLAGER, seen=case.version)
        except (NotAllowed, CaseMoved) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your application is taken back."))
            return redirect("my:page")
    return render(request, "identification/my/withdraw.html", {"form": form, "mine": mine})


@own
def phone(request: HttpRequest, mine: OwnPage, sent: bool) -> HttpResponse:
    """The household says by which phone it can be reached."""
    form = OwnPhoneForm(request.POST or None)
    if mine.current is None or request.method != "POST":
        return redirect("my:page")
    if sent and form.is_valid():
        try:
            codes.set_contact(mine.current.application, form.cleaned_data["phone"], by=VILLAGER)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Thank you. Your phone is written down."))
            return redirect("my:page")
    return _page(request, mine, form)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this phone."""
    response = redirect("my:enter")
    response.delete_cookie(COOKIE, path=PATH)
    return _private(response)


def _page(request: HttpRequest, mine: OwnPage, form: OwnPhoneForm | None = None) -> HttpResponse:
    return render(request, "identification/my/page.html", {"mine": mine, "form": form or OwnPhoneForm()})


def _open(response: HttpResponse, household: Household) -> HttpResponse:
    """Keep the household's page open from now on; the browser keeps the ticket as long as a form may come late."""
    open_for, form_for = _minutes(household)
    until = timezone.now() + timedelta(minutes=open_for)
    ticket = signing.dumps({"household": household.pk, "until": until.timestamp()}, salt=SALT)
    response.set_cookie(
        COOKIE,
        ticket,
        max_age=(open_for + form_for) * 60,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return _private(response)


def _visit(request: HttpRequest) -> Visit | None:
    """Whose page the ticket opens, if its time is not over, or was over only lately."""
    try:
        told: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    household = Household.objects.filter(pk=told["household"], closed_on=None).select_related("area").first()
    if household is None:
        return None
    over_since = timezone.now().timestamp() - told["until"]
    if over_since > _minutes(household)[1] * 60:
        return None
    return Visit(household, late=over_since > 0)


def _minutes(household: Household) -> tuple[int, int]:
    """How long the page stays open without a click, and how long after that a form is still shown again."""
    found = values([MINUTES, FORM_MINUTES], household.village_code, timezone.localdate())
    return int(found[MINUTES]), int(found[FORM_MINUTES])


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """Where the code is entered; with what was written on a form that came too late, to be copied."""
    if COOKIE in request.COOKIES:
        messages.info(
            request, _("The page has closed by itself. A code opens it once: the village gives you a new one.")
        )
    else:
        messages.info(request, _("Enter your code. If it was used already, the village gives you a new one."))
    written = request.POST.get("why") or request.POST.get("reason") or ""
    if not written.strip():
        return _private(redirect("my:enter"))
    context = {"form": CodeForm(), "written": written[:LONGEST]}
    return _private(render(request, "identification/my/enter.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
