"""Home visits, recorded on the phone at the household's table."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.identification.actions.field_visits import MOST_PHOTOS, record_field_visit
from jingzhun.identification.causes import county_cause_of
from jingzhun.identification.forms.visit import VisitForm
from jingzhun.identification.models import Application, Visit
from jingzhun.identification.queries.case_page import purposes_of, visit_is_over, visits_at_all
from jingzhun.identification.queries.facts import facts_of
from jingzhun.identification.queries.standing import numbers_of
from jingzhun.identification.rules import Facts, doubtful_causes
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.actions import NotAllowed, NotYours
from jingzhun.procedure.rules import State
from jingzhun.registry import dictionary
from jingzhun.registry.rules.refusals import Refused

from .finding import application_of


@requires(VIEW_CASES)
def new(request: Request, pk: int) -> HttpResponse:
    """The form, and what becomes of it."""
    application = application_of(request, pk)
    purposes = purposes_of(request.user, application)
    if not purposes:
        return _not_now(request, application)
    facts = facts_of(application.household, timezone.localdate())
    form = VisitForm(
        request.POST or None,
        request.FILES or None,
        application=application,
        purposes=purposes,
        user=request.user,
        initial={"purpose": purposes[0]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            visit = record_field_visit(application, form.found(), form.pictures(), form.doubts(), by=request.user)
        except NotYours as refused:
            raise PermissionDenied from refused
        except NotAllowed as refused:
            form.add_error(None, str(refused))
        except Refused as refused:
            form.refuse(refused)
        else:
            _told(request, visit, facts)
            return redirect("identification:case", pk)
    return _page(request, application, form, facts)


def _not_now(request: Request, application: Application) -> HttpResponse:
    """Back to the case where its step asks for no visit of the user's. Raises PermissionDenied for who makes none."""
    case = application.case
    if not visits_at_all(request.user, case):
        raise PermissionDenied
    stands = case.at.label if case.at and case.state == State.OPEN else case.get_state_display()
    told = (
        _("No visit is recorded any more: the step is done. The case stands at: %(step)s.")
        if visit_is_over(request.user, case)
        else _("It is not time for your visit yet. The case stands at: %(step)s.")
    )
    messages.warning(request, told % {"step": stands})
    return redirect("identification:case", case.pk)


def _told(request: Request, visit: Visit, facts: Facts) -> None:
    messages.success(request, _("The visit is recorded."))
    if visit.purpose == "survey" and not visit.signed:
        messages.warning(request, _("The household has not signed yet: without its signature the case does not go on."))
    for cause in doubtful_causes(visit.causes, facts):
        messages.warning(request, doubt_text(cause, facts))


def doubt_text(cause: str, facts: Facts) -> str:
    """What in the register speaks against a cause."""
    label = dictionary.label("cause", cause)
    texts = {
        "illness": _("“%(cause)s” is named, but no member counts as ill in the register."),
        "disability": _("“%(cause)s” is named, but no member counts as disabled in the register."),
        "schooling": _("“%(cause)s” is named, but no member counts as being at school in the register."),
        "no_labour": _("“%(cause)s” is named, but %(able)s of %(members)s members can work."),
    }
    return texts[cause] % {"cause": label, "able": facts.able, "members": facts.members}


def _page(request: Request, application: Application, form: VisitForm, facts: Facts) -> HttpResponse:
    village = application.household.village_code
    day = timezone.localdate()
    causes = [cause for cause, _label in dictionary.choices("cause", day)]
    numbers = numbers_of([application.household_id], application.round)[application.household_id]
    head = application.household.members.filter(relation="head", left_on=None).values_list("name", flat=True).first()
    context = {
        "form": form,
        "application": application,
        "household": application.household,
        "numbers": numbers,
        "facts": facts,
        "doubts": {cause: doubt_text(cause, facts) for cause in doubtful_causes(causes, facts)},
        "groups": {
            cause: dictionary.label("county_cause", group)
            for cause in causes
            if (group := county_cause_of(cause, village, day))
        },
        "most_photos": MOST_PHOTOS,
        "head": head or application.household.number,
        "heading": _("Home visit: %(name)s") % {"name": head or application.household.number},
        "crumbs": [
            (_("Cases"), f"{reverse('identification:cases')}?round={application.round_id}"),
            (head or application.household.number, reverse("identification:case", args=[application.case_id])),
        ],
    }
    return render(request, "identification/visits/form.html", context)
