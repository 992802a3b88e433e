"""The page of one household."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, RUN_CHECKS, SEE_PERSONAL, VIEW_HOUSEHOLDS
from jingzhun.registry.actions import edits
from jingzhun.registry.models import Household
from jingzhun.registry.moments import Moment
from jingzhun.registry.queries.checks import is_under_way, of_household
from jingzhun.registry.queries.households import by_number
from jingzhun.registry.queries.pages import household_page, income_chart, survey_table
from jingzhun.registry.queries.timeline import timeline as happenings

from .banner import asked_finding

SURVEYS_SHOWN = 6


def find(request: Request, number: str, permission: str = VIEW_HOUSEHOLDS) -> Household:
    """The household of a number in the user's areas. Raises Http404, for others' households alike."""
    household = by_number(request.user, number, permission)
    if household is None:
        raise Http404
    return household


@requires(VIEW_HOUSEHOLDS)
def household(request: Request, number: str) -> HttpResponse:
    """One household, today or on the day of `on`; a former number leads to the present one."""
    found = find(request, number)
    if found.number != number:
        return redirect("registry:household", found.number, permanent=True)
    return _page(request, found)


@requires(SEE_PERSONAL)
def reveal(request: Request, number: str) -> HttpResponse:
    """The page with its personal numbers unmasked, once; the look stands in the journal. Asked for again without the
    button (a reload, another language), it is the household's page with its numbers masked.
    """
    if request.method != "POST":
        return redirect("registry:household", number)
    found = find(request, number, SEE_PERSONAL)
    response = _page(request, found, edits.reveal(found, by=request.user))
    response["Cache-Control"] = "no-store"
    return response


@requires(VIEW_HOUSEHOLDS)
def timeline(request: Request, number: str) -> HttpResponse:
    """Everything that happened to the household: a part of its page, or a page of its own."""
    found = find(request, number)
    whole = not request.htmx  # type: ignore[attr-defined]
    context = {
        "household": found,
        "happenings": happenings(found),
        "may_edit": request.user.can(EDIT_HOUSEHOLDS, found.village_code),
        "crumbs": crumbs(found),
        "heading": _("Timeline"),
    }
    template = "registry/households/timeline_page.html" if whole else "registry/households/timeline.html"
    return render(request, template, context)


def crumbs(found: Household) -> list[tuple[str, str]]:
    """The way to a page below the household's own."""
    own = (found.number, reverse("registry:household", args=[found.number]))
    return [(_("Households"), reverse("registry:households")), own]


def _page(request: Request, found: Household, shown: dict[str, dict[str, str]] | None = None) -> HttpResponse:
    moment = Moment.of(request.GET)
    page = household_page(found, moment.on)
    surveys = page.surveys[:SURVEYS_SHOWN]
    findings = [] if page.is_past else of_household(found, request.user)
    context: dict[str, Any] = {
        "page": page,
        "notices": moment.ignored,
        "household": page.household,
        "come_back": reverse("registry:household", args=[found.number]) if shown else "",
        "shown": shown or {},
        "surveys": surveys,
        "sections": survey_table(surveys),
        "findings": findings,
        "accepted": sum(finding.accepted_at is not None for finding, _told in findings),
        "may_check": request.user.can(RUN_CHECKS, found.village_code),
        "to_fix": asked_finding(request),
        "checking": not page.is_past and is_under_way(found),
        "chart": income_chart(page.surveys, page.lines) if page.surveys else None,
        "may_edit": request.user.can(EDIT_HOUSEHOLDS, found.village_code) and not page.is_past and not found.closed_on,
        "may_see_personal": request.user.can(SEE_PERSONAL, found.village_code),
        "heading": page.head.name if page.head else found.number,
        "crumbs": [(_("Households"), reverse("registry:households"))]
        + [(area.short_name, f"{reverse('registry:households')}?area={area.code}") for area in page.place],
    }
    return render(request, "registry/households/page.html", context)
