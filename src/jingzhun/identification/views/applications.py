"""Applications: taken down by the village, for one household or for several; and the household's one-time code."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import applications as actions
from jingzhun.identification.actions.codes import issue_code
from jingzhun.identification.forms.applications import ApplicationForm, ManyApplicationsForm
from jingzhun.identification.models import FiledBy, Round
from jingzhun.identification.printing.slips import code_slip
from jingzhun.identification.queries import applications as queries
from jingzhun.identification.queries.overlooked import overlooked
from jingzhun.identification.queries.rounds import entered_until, may_enter
from jingzhun.parameters.queries import poverty_line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.procedure.actions import NotYours
from jingzhun.publicity.models import Objection
from jingzhun.registry.models import Household, Member
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.rules.search import is_mark
from jingzhun.registry.views.marking import numbers_marked, to_list

from .finding import household_of

PAGE = 50


@requires(WORK_IN_VILLAGE)
def one(request: Request, number: str) -> HttpResponse:
    """Take down a household's application."""
    household = household_of(request, number, WORK_IN_VILLAGE)
    round_ = _round(request, household.village_code)
    if round_ is None:
        return _no_round(request)
    missing = _missing(request, round_)
    if not missing and not may_enter(round_):
        return _over(request, round_)
    form = ApplicationForm(request.POST or None, round_=round_)
    if request.method == "POST" and form.is_valid():
        filing = actions.Filing(household=household, answers=missing, **form.cleaned_data)
        try:
            made = actions.apply(round_, filing, by=request.user)
        except NotYours as refused:
            raise PermissionDenied from refused
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The application is taken down. Accept it to bring it to the home visit."))
            return redirect("identification:case", made.case_id)
    head = Member.objects.filter(household=household, relation="head", left_on=None).first()
    context = {
        "form": form,
        "household": household,
        "round": round_,
        "heading": _("Application: %(name)s") % {"name": head.name if head else household.number},
        "crumbs": [(household.number, reverse("registry:household", args=[household.number]))],
    }
    return render(request, "identification/applications/one.html", context)


@requires(WORK_IN_VILLAGE)
def asked(request: Request) -> HttpResponse:
    """What the search for households asks for, as the address of the list."""
    return to_list(request, reverse("identification:applications-new"))


@requires(WORK_IN_VILLAGE)
@numbers_marked
def several(request: Request) -> HttpResponse:
    """Find households of the village that have not applied, tick several, take down their applications at once."""
    areas = queries.villages_to_work_in(request.user)
    village = next((area for area in areas if area.code == request.GET.get("village", "")), areas[0] if areas else None)
    round_ = _round(request, village.code) if village else None
    if village is None or round_ is None:
        return _no_round(request)
    missing = _missing(request, round_)
    if not missing and not may_enter(round_):
        return _over(request, round_)
    text = request.GET.get("q", "").strip()[:60]
    found = queries.candidates(request.user, round_, village.code, text)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    form = _many(request, round_, found)
    if request.method == "POST" and form.is_valid() and (made := _take_down(request, round_, found, form, missing)):
        messages.success(request, _("%(count)s applications are taken down.") % {"count": made})
        return redirect(f"{reverse('identification:work')}?round={round_.pk}&step=application")
    context = {
        "form": form,
        "page": page,
        "villages": areas,
        "village": village,
        "round": round_,
        "q": text,
        "marked": text if is_mark(text) else "",
        "missing": missing,
        "line": poverty_line(round_.area_id, round_.income_year),
        "ticked": set(request.POST.getlist("household")),
        "crumbs": [(_("My work"), f"{reverse('identification:work')}?round={round_.pk}")],
    }
    return render(request, "identification/applications/several.html", context)


@requires(WORK_IN_VILLAGE)
@require_POST
def code(request: Request, number: str) -> HttpResponse:
    """A slip with a fresh one-time code for a household, to be printed; the code is shown this once."""
    household = household_of(request, number, WORK_IN_VILLAGE)
    try:
        plain, made = issue_code(household, by=request.user)
    except NotYours as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        messages.error(request, " ".join(str(text) for texts in refused.messages.values() for text in texts))
        return redirect("registry:household", number)
    link = request.build_absolute_uri(reverse("my:enter"))
    response = HttpResponse(code_slip(household, plain, made, link), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="code.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _many(request: Request, round_: Round, found: "queries.QuerySet[Household]") -> ManyApplicationsForm:
    if request.method != "POST":
        return ManyApplicationsForm(round_=round_)
    numbers = [number for number in request.POST.getlist("household") if number.isascii() and number.isdigit()]
    known = found.filter(number__in=numbers[:PAGE]).values_list("number", flat=True)
    return ManyApplicationsForm(request.POST, round_=round_, numbers=known)


def _take_down(
    request: Request,
    round_: Round,
    found: "queries.QuerySet[Household]",
    form: ManyApplicationsForm,
    missing: Objection | None,
) -> int | None:
    """Number of applications taken down; None where the form now says what is wrong."""
    data = form.cleaned_data
    households = found.filter(number__in=data["household"])
    filings = [
        actions.Filing(each, FiledBy.CLERK, data["filed_on"], data["reason"], answers=missing) for each in households
    ]
    try:
        return len(actions.apply_many(round_, filings, by=request.user))
    except NotYours as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        form.refuse(refused)
        return None


def _missing(request: Request, round_: Round) -> Objection | None:
    """The upheld objection that somebody is missing, for which the application is taken down."""
    return overlooked(request.user, round_).filter(number=request.GET.get("missing", "")[:20]).first()


def _round(request: Request, area_code: str) -> Round | None:
    """The round asked for, else the running one, else the latest that is not closed. Raises Http404."""
    if key := request.GET.get("round", ""):
        asked = next((each for each in queries.rounds_of_county(area_code) if str(each.pk) == key), None)
        if asked is None:
            raise Http404
        return asked
    found, running = queries.open_rounds(area_code), queries.running_rounds(area_code)
    return next(iter(running or found), None)


def _over(request: Request, round_: Round) -> HttpResponse:
    """The round takes no applications: closed, not begun, or over with the days in which papers were entered."""
    context = {"round": round_, "until": entered_until(round_), "begins": timezone.localdate() < round_.opens_on}
    return render(request, "identification/applications/over.html", context)


def _no_round(request: Request) -> HttpResponse:
    return render(request, "identification/work/none.html", {"may_apply": True, "may": VIEW_CASES})
