"""A household's own page on a phone: entered with a one-time code, left after half an hour, without a login."""

from collections.abc import Callable
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
from jingzhun.parameters.queries import value
from jingzhun.people.access import client_address, public
from jingzhun.procedure.actions import CaseMoved, NotAllowed
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

COOKIE, SALT, PATH = "household", "identification.my", "/public/my/"
MINUTES = "household_visit_minutes"
View = Callable[[HttpRequest, OwnPage], HttpResponse]


def own(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the household that entered its code; without one, to the door. Nothing of it is kept by a browser."""

    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        household = _household(request)
        if household is None:
            return _to_the_door(request)
        return _private(view(request, own_page(household)))

    return public(seen)


@public
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the code."""
    if _household(request) is not None:
        return _private(redirect("my:page"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            household = codes.use_code(form.cleaned_data["code"], client_address(request))
        except Refused as refused:
            form.refuse(refused)
            return _private(render(request, "identification/my/enter.html", {"form": form}, status=429))
        if household is not None:
            return _let_in(household)
        form.add_error("code", _("This code is not valid, has been used, or has run out. The village gives a new one."))
    return _private(render(request, "identification/my/enter.html", {"form": form}))


@own
def page(request: HttpRequest, mine: OwnPage) -> HttpResponse:
    """The household's own application."""
    return _page(request, mine)


@own
def apply(request: HttpRequest, mine: OwnPage) -> HttpResponse:
    """The household applies itself in a running round."""
    if mine.round is None:
        return redirect("my:page")
    form = OwnApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
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
def appeal(request: HttpRequest, mine: OwnPage) -> HttpResponse:
    """The household asks the level above to look at a refusal again."""
    if mine.current is None or not mine.current.may_appeal:
        return redirect("my:page")
    form, case = OwnAppealForm(request.POST or None), mine.current.application.case
    if request.method == "POST" and form.is_valid():
        try:
            decide.appeal(case, form.cleaned_data["why"], by=VILLAGER, seen=case.version)
        except (NotAllowed, CaseMoved) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your appeal has gone to the level above."))
            return redirect("my:page")
    return render(request, "identification/my/appeal.html", {"form": form, "mine": mine})


@own
def withdraw(request: HttpRequest, mine: OwnPage) -> HttpResponse:
    """The household takes its application back."""
    if mine.current is None or mine.current.state != State.OPEN:
        return redirect("my:page")
    form, case = OwnWithdrawalForm(request.POST or None), mine.current.application.case
    if request.method == "POST" and form.is_valid():
        try:
            decide.withdraw(case, form.cleaned_data["why"], by=VILLAGER, seen=case.version)
        except (NotAllowed, CaseMoved) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your application is taken back."))
            return redirect("my:page")
    return render(request, "identification/my/withdraw.html", {"form": form, "mine": mine})


@own
def phone(request: HttpRequest, mine: OwnPage) -> HttpResponse:
    """The household says by which phone it can be reached."""
    form = OwnPhoneForm(request.POST or None)
    if mine.current is None or request.method != "POST":
        return redirect("my:page")
    if form.is_valid():
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


def _let_in(household: Household) -> HttpResponse:
    minutes = int(value(MINUTES, household.village_code, timezone.localdate()))
    until = timezone.now() + timedelta(minutes=minutes)
    ticket = signing.dumps({"household": household.pk, "until": until.timestamp()}, salt=SALT)
    response = redirect("my:page")
    response.set_cookie(
        COOKIE,
        ticket,
        max_age=minutes * 60,
        path="/public/my/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return _private(response)


def _household(request: HttpRequest) -> Household | None:
    """The household of a ticket that has not run out."""
    try:
        told: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    if told["until"] < timezone.now().timestamp():
        return None
    return Household.objects.filter(pk=told["household"], closed_on=None).select_related("area").first()


def _to_the_door(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Enter your code again; the page closes by itself after a while."))
    return _private(redirect("my:enter"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
