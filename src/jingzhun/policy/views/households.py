"""Policies of one household: the panel on its page, and the page with every clause."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS, HAND_IN_LISTS, VIEW_POLICIES
from jingzhun.policy.actions.receipts import BY_SOURCE
from jingzhun.policy.queries.household import policies_of
from jingzhun.registry.models import Household
from jingzhun.registry.moments import Moment


def visible(request: Request, number: str) -> Household:
    """A household whose policies the user may see. Raises Http404."""
    found = Household.objects.visible_to(request.user, VIEW_POLICIES).select_related("area")
    return get_object_or_404(found.defer("phone", "account"), number=number)


@requires(VIEW_POLICIES)
def page(request: Request, number: str) -> HttpResponse:
    """Every policy with yes, no or unknown, clause by clause, and what was received."""
    household = visible(request, number)
    shown = policies_of(household, Moment.of({"year": request.GET.get("year", "")}).year)
    head = household.members.filter(relation="head", left_on=None).values_list("name", flat=True).first()
    takes_back = {
        source for source, allowed in BY_SOURCE.items()
        if any(request.user.can(each, household.village_code) for each in allowed)
    }  # fmt: skip
    context = {
        "household": household,
        "page": shown,
        "may_edit": request.user.can(EDIT_HOUSEHOLDS, household.village_code),
        "may_hand_in": request.user.can(HAND_IN_LISTS, household.village_code),
        "takes_back": takes_back,
        "heading": _("Entitlements of %(name)s") % {"name": head or number},
        "crumbs": [(head or number, reverse("registry:household", args=[number]))],
    }
    return render(request, "policy/entitlement_household.html", context)


@requires(VIEW_POLICIES)
def panel(request: Request, number: str) -> HttpResponse:
    """The part of the household's page: fetched once it is seen, so that the page itself asks nothing more."""
    household = visible(request, number)
    context = {"household": household, "page": policies_of(household)}
    return render(request, "policy/entitlement_panel.html", context)
