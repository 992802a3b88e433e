"""Postings: the list, one of them with its days and absences, posting, handing over and ending; a month's days."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.assistance.actions import postings as actions
from jingzhun.assistance.forms.postings import AbsenceForm, EndForm, PostingForm, PresenceForm
from jingzhun.assistance.models import Posting
from jingzhun.assistance.queries import postings as queries
from jingzhun.assistance.queries.coverage import terms_of
from jingzhun.assistance.rules.postings import first_of
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ARRANGE_HELP, ASSIST, VIEW_ASSISTANCE

from .county import areas_of, asked_area, county_of
from .where import carry_out

PER_PAGE = 50


@requires(VIEW_ASSISTANCE)
def postings(request: Request) -> HttpResponse:
    """Who is posted where, since when, until when."""
    kind, ended = line(request.GET.get("kind", "")), request.GET.get("ended") == "yes"
    area, own = asked_area(request, VIEW_ASSISTANCE), areas_of(request, VIEW_ASSISTANCE)
    over = timezone.localdate() if request.GET.get("over") == "yes" and not ended else None
    rows = queries.listed(request.user, kind, area, ended=ended, over=over)
    places = Area.objects.filter(within(own, "code"), level__in=("town", "village"), valid_until=None)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "ended": ended,
        "over": bool(over),
        "today": timezone.localdate(),
        "area": area,
        "places": places.order_by("code"),
        "kinds": Posting.Kind.choices,
        "query": urlencode(
            {"kind": kind, "area": area, "ended": "yes" if ended else "", "over": "yes" if over else ""}
        ),
        "may_arrange": request.user.can(ARRANGE_HELP),
        "may_note": request.user.can(ASSIST),
        "heading": _("Postings"),
    }
    return render(request, "assistance/postings.html", context)


def _posting(request: Request, pk: int, permission: str) -> Posting:
    """A posting in the user's areas. Raises Http404."""
    return get_object_or_404(queries.postings(request.user, permission), pk=pk)


def _page_of(posting: Posting) -> str:
    return reverse("assistance:posting", args=[posting.pk])


def _heading(posting: Posting) -> str:
    return f"{posting.cadre.name} · {posting.get_kind_display()} · {posting.area.short_name}"


@requires(VIEW_ASSISTANCE)
def posting(request: Request, pk: int) -> HttpResponse:
    """One posting: its term, before and after, the days in the village by month, absences."""
    found = _posting(request, pk, VIEW_ASSISTANCE)
    least = terms_of(county_of(request, VIEW_ASSISTANCE).pk, found.until or timezone.localdate()).presence_days
    context = {
        "posting": found,
        "heading": _heading(found),
        "after": queries.postings(request.user).filter(handed_to=found).first(),
        "next": queries.postings(request.user).filter(after=found).first(),
        "days": [(each, each.days < least) for each in queries.days_kept(found)],
        "least": least,
        "absences": queries.absences(found),
        "may_arrange": request.user.can(ARRANGE_HELP, found.area_id),
        "may_note": request.user.can(ASSIST, found.area_id),
        "crumbs": [(_("Postings"), reverse("assistance:postings"))],
    }
    return render(request, "assistance/posting.html", context)


@requires(ARRANGE_HELP)
def post(request: Request) -> HttpResponse:
    """Post somebody, or hand a posting over."""
    county = county_of(request, ARRANGE_HELP)
    asked = request.GET
    initial = {"since": timezone.localdate(), "area": line(asked.get("area", ""))[:12],
               "kind": line(asked.get("kind", "")), "number": line(asked.get("number", ""))[:20],
               "take_over": asked.get("take_over") == "yes"}  # fmt: skip
    form = PostingForm(request.POST or None, county=county, initial=initial)
    back = reverse("assistance:postings")
    if request.method == "POST" and form.is_valid():
        rows = [form.posted()]
        place = reverse("assistance:place", args=[rows[0].area.pk])
        if done := carry_out(
            request, form, lambda: actions.post_many(rows, by=request.user), _("The posting holds."), place
        ):
            return done
    context = {"form": form, "heading": _("Post somebody"), "button": _("Post somebody"), "back": back,
               "crumbs": [(_("Postings"), back)]}  # fmt: skip
    return render(request, "assistance/form.html", context)


@requires(ARRANGE_HELP)
def end(request: Request, pk: int) -> HttpResponse:
    """End a posting."""
    found = _posting(request, pk, ARRANGE_HELP)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.end_posting(found, data["day"], data["why"], by=request.user)

        if done := carry_out(request, form, act, _("The posting has ended."), _page_of(found)):
            return done
    return _form_page(request, found, form, _("End the posting"))


@requires(ASSIST)
def absence(request: Request, pk: int) -> HttpResponse:
    """Note days on which somebody posted is away."""
    found, today = _posting(request, pk, ASSIST), timezone.localdate()
    form = AbsenceForm(request.POST or None, initial={"first_on": today, "last_on": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.note_absence(found, data["first_on"], data["last_on"], data["reason"], by=request.user)

        if done := carry_out(request, form, act, _("The absence is noted."), _page_of(found)):
            return done
    return _form_page(request, found, form, _("Note an absence"))


def _form_page(request: Request, found: Posting, form: object, button: str) -> HttpResponse:
    crumbs = [(_("Postings"), reverse("assistance:postings")), (_heading(found), _page_of(found))]
    context = {"form": form, "heading": button, "button": button, "back": _page_of(found), "crumbs": crumbs}
    return render(request, "assistance/form.html", context)


@requires(ASSIST)
def presence(request: Request) -> HttpResponse:
    """How many days of a month the people posted were in the villages: all of a village in one form."""
    month = _month(request)
    rows = queries.to_note(request.user, month)
    area = asked_area(request, ASSIST)
    rows = rows.filter(within(area, "area_id")) if area else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    held = list(page)
    form = PresenceForm(request.POST or None, postings=held, month=month)
    back = f"{reverse('assistance:presence')}?{urlencode({'month': f'{month:%Y-%m}', 'area': area})}"
    if request.method == "POST" and form.is_valid():
        told = form.told()
        if done := carry_out(
            request, form, lambda: actions.note_presence(told, month, by=request.user), _("The days are noted."), back
        ):
            return done
    context = {
        "form": form,
        "page": page,
        "rows": [(each, form[form.name_of(each)]) for each in held],
        "month": month,
        "before": month - timedelta(days=1),
        "after": first_of(month + timedelta(days=31)),
        "this_month": first_of(timezone.localdate()),
        "query": urlencode({"month": f"{month:%Y-%m}", "area": area}),
        "heading": _("Days in the village"),
        "crumbs": [(_("Postings"), reverse("assistance:postings"))],
    }
    return render(request, "assistance/presence.html", context)


def _month(request: Request) -> date:
    """The month that the address names (2015-03), else the last one that is over."""
    today = timezone.localdate()
    asked = line(request.GET.get("month", ""))[:7]
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return first_of(first_of(today) - timedelta(days=1))
