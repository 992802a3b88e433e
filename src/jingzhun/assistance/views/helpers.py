"""A household's helpers, given and taken away one by one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.actions.helpers import give_helper
from jingzhun.assistance.actions.pairing import end_pairings
from jingzhun.assistance.forms.pairing import GiveForm
from jingzhun.assistance.forms.postings import EndForm
from jingzhun.assistance.models import Pairing
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.registry.models import Household

from .county import county_of
from .where import carry_out, form_page, page_of


@requires(ARRANGE_HELP)
def give(request: Request, number: str) -> HttpResponse:
    """A helper in charge, or one beside who is."""
    rows = Household.objects.visible_to(request.user, ARRANGE_HELP).select_related("area")
    household = get_object_or_404(rows, number=number)
    helped = Pairing.objects.filter(household=household, place=1, until=None).exists()
    initial = {"since": timezone.localdate(), "in_charge": not helped}
    form = GiveForm(request.POST or None, county=county_of(request, ARRANGE_HELP), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            give_helper(household, data["number"], data["since"], in_charge=data["in_charge"], why=data["why"],
                        by=request.user)  # fmt: skip

        if done := carry_out(request, form, act, _("The household has this helper now."), page_of(household)):
            return done
    return form_page(request, household, form, _("Give a helper"), _("Give a helper"))


@requires(ARRANGE_HELP)
def end(request: Request, pk: int) -> HttpResponse:
    """A pairing ends, for a reason."""
    rows = Pairing.objects.visible_to(request.user, ARRANGE_HELP).filter(until=None)
    found = get_object_or_404(rows.select_related("household__area", "cadre"), pk=pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})
    back = reverse("assistance:cadre", args=[found.cadre_id])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            end_pairings(Pairing.objects.filter(pk=found.pk), data["day"], data["why"], by=request.user)

        if done := carry_out(request, form, act, _("The pairing has ended."), back):
            return done
    heading = _("%(name)s helps no more") % {"name": found.cadre.name}
    return form_page(request, found.household, form, heading, _("End the pairing"), back=back)
