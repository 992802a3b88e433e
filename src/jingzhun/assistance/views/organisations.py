"""Organisations that help: what each pledged and gave, its teams; pledges, arrivals, teams sent and withdrawn."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.actions import organisations as actions
from jingzhun.assistance.forms.organisations import ArrivalForm, PledgeForm, TeamForm
from jingzhun.assistance.forms.postings import EndForm
from jingzhun.assistance.models import Pledge, Team
from jingzhun.assistance.queries import organisations as queries
from jingzhun.identification.forms.base import Form
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.models import Organisation
from jingzhun.people.rules import ARRANGE_HELP, VIEW_ASSISTANCE

from .county import county_of
from .where import filled


@requires(VIEW_ASSISTANCE)
def organisations(request: Request) -> HttpResponse:
    """Who helps the county, what was pledged, what arrived."""
    county = county_of(request, VIEW_ASSISTANCE)
    level, text = line(request.GET.get("level", "")), line(request.GET.get("q", ""))[:60]
    level = level if level in dict(Organisation.LEVELS) else ""
    years = queries.by_year(county.pk)
    context = {
        "rows": queries.giving(county.pk, level, text),
        "years": years,
        "most": max((sum(sums[:2]) for _year, *sums in years), default=0),
        "level": level,
        "levels": Organisation.LEVELS,
        "q": text,
        "may_arrange": request.user.can(ARRANGE_HELP),
        "heading": _("Organisations that help"),
    }
    return render(request, "assistance/organisations.html", context)


@requires(VIEW_ASSISTANCE)
def organisation(request: Request, pk: int) -> HttpResponse:
    """One organisation's help in the county."""
    county = county_of(request, VIEW_ASSISTANCE)
    found = get_object_or_404(Organisation, pk=pk)
    context = {
        "organisation": found,
        "numbers": queries.numbers_of(found, county.pk),
        "pledges": queries.pledges_of(found, county.pk),
        "teams": queries.teams_of(found, county.pk),
        "may_arrange": request.user.can(ARRANGE_HELP),
        "crumbs": [(_("Organisations that help"), reverse("assistance:organisations"))],
    }
    return render(request, "assistance/organisation.html", context)


def _page_of(organisation: Organisation) -> str:
    return reverse("assistance:organisation", args=[organisation.pk])


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Organisations that help"), reverse("assistance:organisations")), *more]


def _filled(
    request: Request, form: Form, act: Callable[[dict[str, Any]], object], heading: str, done: str,
    organisation: Organisation | None = None, told: str = "",
) -> HttpResponse:  # fmt: skip
    """A form of its own page; what it holds is carried out."""
    back = _page_of(organisation) if organisation else reverse("assistance:organisations")
    crumbs = _crumbs((organisation.name, back)) if organisation else _crumbs()
    return filled(request, form, act, heading, done, back, crumbs, told=told)


@requires(ARRANGE_HELP)
def pledge(request: Request) -> HttpResponse:
    """Take a pledge."""
    county = county_of(request, ARRANGE_HELP)
    asked = line(request.GET.get("organisation", ""))
    found = Organisation.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    form = PledgeForm(request.POST or None, initial={"year": timezone.localdate().year, "organisation": found})

    def act(data: dict[str, Any]) -> None:
        actions.pledge_many([actions.Pledged(county=county, **data)], by=request.user)

    return _filled(request, form, act, _("Take a pledge"), _("The pledge is taken."), found)


def _pledge(request: Request, pk: int) -> Pledge:
    """A pledge to the user's county. Raises Http404."""
    return get_object_or_404(
        Pledge.objects.visible_to(request.user, ARRANGE_HELP).select_related("organisation"), pk=pk
    )


@requires(ARRANGE_HELP)
def arrival(request: Request, pk: int) -> HttpResponse:
    """Note what arrived of a pledge."""
    found = _pledge(request, pk)
    form = ArrivalForm(request.POST or None, county=found.county_id, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.arrive_many([actions.Arrived(pledge=found, **data)], by=request.user)

    told = f"{found.year} · {found.amount} · {found.purpose}"
    heading, done = _("Note an arrival"), _("The arrival is noted.")
    return _filled(request, form, act, heading, done, found.organisation, told)


@requires(ARRANGE_HELP)
def withdraw_pledge(request: Request, pk: int) -> HttpResponse:
    """Withdraw what has not arrived of a pledge."""
    found = _pledge(request, pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.withdraw_pledge(found, data["day"], data["why"], by=request.user)

    told = f"{found.year} · {found.amount} · {found.purpose}"
    heading, done = _("Withdraw the pledge"), _("The pledge is withdrawn.")
    return _filled(request, form, act, heading, done, found.organisation, told)


@requires(ARRANGE_HELP)
def send_team(request: Request, pk: int) -> HttpResponse:
    """Send an organisation's team to a village."""
    county, found = county_of(request, ARRANGE_HELP), get_object_or_404(Organisation, pk=pk)
    form = TeamForm(request.POST or None, county=county.pk, initial={"since": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.send_teams([(found, data["area"], data["since"])], by=request.user)

    return _filled(request, form, act, _("Send a team"), _("The team is sent."), found)


@requires(ARRANGE_HELP)
def withdraw_team(request: Request, pk: int) -> HttpResponse:
    """Withdraw a team."""
    teams = Team.objects.visible_to(request.user, ARRANGE_HELP).select_related("organisation", "area")
    found = get_object_or_404(teams, pk=pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.withdraw_team(found, data["day"], data["why"], by=request.user)

    heading, done = _("Withdraw the team"), _("The team is withdrawn.")
    return _filled(request, form, act, heading, done, found.organisation, found.area.short_name)
