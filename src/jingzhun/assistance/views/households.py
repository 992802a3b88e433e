"""The help of one household: its page; visits, needs, measures and plans that are told there."""

import uuid

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.actions.phone import reveal_phone
from jingzhun.assistance.actions.visits import hear, log_visit
from jingzhun.assistance.forms.households import NeedForm, VisitForm
from jingzhun.assistance.models import HouseholdPlan, MeasurePaper, Need, VisitPhoto
from jingzhun.assistance.queries.household_page import help_of, in_short, place_of, sent_lately
from jingzhun.assistance.queries.mine import seen_by
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import HELP_OWN, SEE_HELP

from .where import carry_out, crumbs, form_page, head_of, helped_household, page_of, seen_household


@requires(SEE_HELP)
def household(request: Request, number: str) -> HttpResponse:
    """Everything about a household's help."""
    found = seen_household(request, number)
    context = {"help": help_of(request.user, found, timezone.localdate()), "crumbs": crumbs(request)}
    return render(request, "assistance/household.html", context)


@requires(HELP_OWN)
def phone(request: Request, number: str) -> HttpResponse:
    """The page with the household's phone number, once; asked for again without the button it is the page itself."""
    if request.method != "POST":
        return redirect("assistance:household", number)
    found = helped_household(request, number)
    shown = reveal_phone(found, by=request.user)
    context = {"help": help_of(request.user, found, timezone.localdate()), "crumbs": crumbs(request), "phone": shown}
    response = render(request, "assistance/household.html", context)
    response["Cache-Control"] = "no-store"
    return response


@requires(SEE_HELP)
def panel(request: Request, number: str) -> HttpResponse:
    """The help in short, on the household's page of the register."""
    found = seen_household(request, number)
    return render(request, "assistance/panel.html", in_short(found, timezone.localdate()))


@requires(HELP_OWN)
def visit(request: Request, number: str) -> HttpResponse:
    """Log a visit."""
    found = helped_household(request, number)
    initial = {"on": timezone.localdate(), "sent_as": uuid.uuid4(), "need_routed": Need.Routed.TOWN}
    form = VisitForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        photos = form.pictures()
        seen = form.seen(found, request.user)
        done = carry_out(
            request, form, lambda: log_visit(seen, photos, by=request.user), _("The visit is logged."), page_of(found)
        )
        if done:
            return done
    context = {"household": found, "form": form, "heading": _("Log a visit"), "head": head_of(found),
               "place": place_of(found), "arrived": sent_lately(found, request.user),
               "family": found.members.filter(left_on=None).values_list("name", flat=True),
               "back": page_of(found), "crumbs": crumbs(request, found)}  # fmt: skip
    return render(request, "assistance/visit_form.html", context)


@requires(HELP_OWN)
def need(request: Request, number: str) -> HttpResponse:
    """Take a need."""
    found = helped_household(request, number)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = [(found, form.heard(), None)]
        done = carry_out(request, form, lambda: hear(rows, by=request.user), _("The need is taken."), page_of(found))
        if done:
            return done
    return form_page(request, found, form, _("Take a need"), _("Take the need"))


@requires(SEE_HELP)
def visit_photo(request: Request, pk: int) -> FileResponse:
    """A picture taken at a visit."""
    found = get_object_or_404(VisitPhoto, pk=pk, visit__household__in=seen_by(request.user).values("pk"))
    return _picture(found.file)


@requires(SEE_HELP)
def paper(request: Request, pk: int) -> FileResponse:
    """A picture of a delivery or a signature."""
    found = get_object_or_404(MeasurePaper, pk=pk, measure__household__in=seen_by(request.user).values("pk"))
    return _picture(found.file)


@requires(SEE_HELP)
def plan_paper(request: Request, pk: int) -> FileResponse:
    """The signature under a plan."""
    rows = HouseholdPlan.objects.filter(household__in=seen_by(request.user).values("pk"))
    return _picture(get_object_or_404(rows.exclude(paper=""), pk=pk).paper)


def _picture(file: object) -> FileResponse:
    try:
        return FileResponse(file.open("rb"), content_type="image/jpeg")  # type: ignore[attr-defined]
    except FileNotFoundError as error:
        raise Http404 from error
