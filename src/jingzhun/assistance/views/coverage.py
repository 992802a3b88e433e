"""The coverage board, postings, organisations."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.assistance.actions import organisations as actions
from jingzhun.assistance.actions import postings as posting_actions
from jingzhun.assistance.forms.postings import EndForm, PledgeForm, PostingForm
from jingzhun.assistance.models import Posting
from jingzhun.assistance.queries import coverage as queries
from jingzhun.assistance.queries.organisations import by_year, giving
from jingzhun.assistance.queries.postings import listed
from jingzhun.assistance.queries.postings import postings as in_areas
from jingzhun.assistance.rules.postings import Lack
from jingzhun.assistance.telling import LACKS
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.models import Organisation
from jingzhun.people.rules import ARRANGE_HELP, VIEW_ASSISTANCE

from .county import areas_of, county_of
from .where import carry_out

PER_PAGE = 50


def _day(request: Request) -> date:
    try:
        return parse_date(line(request.GET.get("on", ""))[:10]) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


@requires(VIEW_ASSISTANCE)
def board(request: Request) -> HttpResponse:
    """Villages, households and workstations: full, or what is missing."""
    day, area = _day(request), areas_of(request, VIEW_ASSISTANCE)
    found = queries.board(area, day)
    lacks = line(request.GET.get("lacks", ""))
    rows = [*found.towns, *found.villages]
    if lacks in [each.value for each in Lack]:
        rows = [place for place in rows if lacks in place.lacks]
    elif lacks == "helper":
        rows = [place for place in rows if place.unhelped]
    context = {
        "board": found,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode({"on": day.isoformat(), "lacks": lacks}),
        "day": day,
        "lacks": lacks,
        "tiles": [(lack.value, LACKS[lack], found.lacking(lack)) for lack in Lack],
        "unhelped": found.households - found.helped,
        "may_arrange": request.user.can(ARRANGE_HELP),
        "heading": _("Coverage"),
    }
    return render(request, "assistance/board.html", context)


@requires(VIEW_ASSISTANCE)
def postings(request: Request) -> HttpResponse:
    """Who is posted where, since when, until when."""
    kind, ended = line(request.GET.get("kind", "")), request.GET.get("ended") == "yes"
    rows = listed(request.user, kind, ended=ended)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "ended": ended,
        "kinds": Posting.Kind.choices,
        "query": f"kind={kind}&ended={'yes' if ended else ''}",
        "may_arrange": request.user.can(ARRANGE_HELP),
        "heading": _("Postings"),
    }
    return render(request, "assistance/postings.html", context)


@requires(ARRANGE_HELP)
def post(request: Request) -> HttpResponse:
    """Post somebody, or hand a posting over."""
    county = county_of(request, ARRANGE_HELP)
    initial = {"since": timezone.localdate(), "area": line(request.GET.get("area", ""))[:12],
               "kind": line(request.GET.get("kind", ""))}  # fmt: skip
    form = PostingForm(request.POST or None, county=county, initial=initial)
    if request.method == "POST" and form.is_valid():
        rows = [form.posted()]
        back = reverse("assistance:postings")
        if done := carry_out(
            request, form, lambda: posting_actions.post_many(rows, by=request.user), _("The posting holds."), back
        ):
            return done
    context = {"form": form, "heading": _("Post somebody"), "button": _("Post"), "back": reverse("assistance:board")}
    return render(request, "assistance/form.html", context)


@requires(ARRANGE_HELP)
def end(request: Request, pk: int) -> HttpResponse:
    """End a posting."""
    found = get_object_or_404(in_areas(request.user, ARRANGE_HELP), pk=pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})
    back = reverse("assistance:postings")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            posting_actions.end_posting(found, data["day"], data["why"], by=request.user)

        if done := carry_out(request, form, act, _("The posting has ended."), back):
            return done
    heading = f"{found.cadre} {found.get_kind_display()} {found.area.short_name}"
    return render(request, "assistance/form.html", {"form": form, "heading": heading, "button": _("End"), "back": back})


@requires(VIEW_ASSISTANCE)
def organisations(request: Request) -> HttpResponse:
    """Who helps the county, what was pledged, what arrived."""
    county = county_of(request, VIEW_ASSISTANCE)
    level, text = line(request.GET.get("level", "")), line(request.GET.get("q", ""))[:60]
    level = level if level in dict(Organisation.LEVELS) else ""
    years = by_year(county.pk)
    context = {
        "rows": giving(county.pk, level, text),
        "years": years,
        "most": max((sum(sums[:2]) for _year, *sums in years), default=0),
        "level": level,
        "levels": Organisation.LEVELS,
        "q": text,
        "may_arrange": request.user.can(ARRANGE_HELP),
        "heading": _("Organisations that help"),
    }
    return render(request, "assistance/organisations.html", context)


@requires(ARRANGE_HELP)
def pledge(request: Request) -> HttpResponse:
    """Take a pledge."""
    county = county_of(request, ARRANGE_HELP)
    form = PledgeForm(request.POST or None, initial={"year": timezone.localdate().year})
    back = reverse("assistance:organisations")
    if request.method == "POST" and form.is_valid():
        rows = [actions.Pledged(county=county, **form.cleaned_data)]

        def act() -> None:
            actions.pledge_many(rows, by=request.user)

        if done := carry_out(request, form, act, _("The pledge is taken."), back):
            return done
    context = {"form": form, "heading": _("Take a pledge"), "button": _("Take the pledge"), "back": back}
    return render(request, "assistance/form.html", context)
