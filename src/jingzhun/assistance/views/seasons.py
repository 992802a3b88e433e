"""The county's farming year as a picture of twelve months, with the measures that wait for each work."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import seasons as actions
from jingzhun.assistance.forms.postings import EndForm
from jingzhun.assistance.forms.seasons import SeasonForm
from jingzhun.assistance.models import Season
from jingzhun.assistance.queries import seasons as queries
from jingzhun.assistance.queries.lists import ANY
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ARRANGE_HELP, SEE_HELP, VIEW_ASSISTANCE

from .county import county_of
from .where import carry_out

TILES = (("waiting", "open"), ("soon", "soon"), ("late", "late"))  # and the state of the list that opens


@requires(VIEW_ASSISTANCE)
def calendar(request: Request) -> HttpResponse:
    """Works by product, month by month; today marked."""
    county, today = county_of(request, VIEW_ASSISTANCE), timezone.localdate()
    lines = queries.calendar(request.user, county, today)
    context = {
        "products": [(of[0].season, of) for of in _by_product(lines)],
        "months": range(1, 13),
        "today": queries.place_in_year(today),
        "days": queries.YEAR_DAYS,
        "warning": queries.warning_days(county.pk, today),
        "late": sum(line.late for line in lines),
        "soon": sum(line.soon for line in lines),
        "waiting": sum(line.waiting for line in lines),
        **(
            {f"all_{name}": f"{reverse('assistance:measures')}?season={ANY}&state={state}" for name, state in TILES}
            if request.user.can(SEE_HELP)
            else {}
        ),
        "may_arrange": request.user.can(ARRANGE_HELP),
        "opens": request.user.can(SEE_HELP),
        "heading": _("Farming year"),
    }
    return render(request, "assistance/seasons.html", context)


def _by_product(lines: list[queries.Line]) -> list[list[queries.Line]]:
    return [list(of) for _product, of in groupby(lines, key=lambda line: line.season.product)]


@requires(ARRANGE_HELP)
@require_POST
def take_over(request: Request) -> HttpResponse:
    """Take over the usual year of the plateau."""
    number = actions.load_usual_year(county_of(request, ARRANGE_HELP), by=request.user)
    text = ngettext("%(number)s work is added.", "%(number)s works are added.", number)
    messages.success(request, text % {"number": number})
    return redirect("assistance:seasons")


def _season(request: Request, pk: int) -> Season:
    return get_object_or_404(Season.objects.visible_to(request.user, ARRANGE_HELP), pk=pk)


@requires(ARRANGE_HELP)
def add(request: Request) -> HttpResponse:
    """Add a work."""
    county, form = county_of(request, ARRANGE_HELP), SeasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.told()
        if done := carry_out(
            request, form, lambda: actions.add_season(county, told, by=request.user), _("The work is added."), _there()
        ):
            return done
    return _page(request, form, _("Add a work"))


@requires(ARRANGE_HELP)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a work; what waits for it is due earlier if it must be."""
    found = _season(request, pk)
    form = SeasonForm(request.POST or None, initial=SeasonForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        told = form.told()
        if done := carry_out(
            request, form, lambda: actions.change_season(found, told, by=request.user), _("The work is changed."),
            _there(),
        ):  # fmt: skip
            return done
    return _page(request, form, _("Change a work"))


@requires(ARRANGE_HELP)
def end(request: Request, pk: int) -> HttpResponse:
    """End a work."""
    found, form = _season(request, pk), EndForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.end_season(found, data["day"], data["why"], by=request.user)

        if done := carry_out(request, form, act, _("The work has ended."), _there()):
            return done
    return _page(request, form, _("End “%(work)s”") % {"work": found})


def _there() -> str:
    return reverse("assistance:seasons")


def _page(request: Request, form: object, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": _("Save"), "back": _there(),
               "crumbs": [(_("Farming year"), _there())]}  # fmt: skip
    return render(request, "assistance/form.html", context)
