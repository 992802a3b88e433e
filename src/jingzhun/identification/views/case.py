"""The page of one case, and what is decided on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.identification.actions import decide
from jingzhun.identification.actions.applications import see_contact
from jingzhun.identification.forms.decision import DecisionForm
from jingzhun.identification.models import Application, Attachment
from jingzhun.identification.printing.letters import refusal_letter
from jingzhun.identification.queries.case_page import CasePage, case_page
from jingzhun.identification.queries.facts import facts_of
from jingzhun.identification.telling import evidence_of, happenings
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import SEE_PERSONAL, VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.procedure.actions import Blocked, CaseMoved, NotAllowed, NotYours, Verdict
from jingzhun.procedure.rules import Decision, Step
from jingzhun.registry.rules.ids import mask_phone
from jingzhun.registry.rules.refusals import Refused

from .finding import application_of


@requires(VIEW_CASES)
def case(request: Request, pk: int) -> HttpResponse:
    """One application: where it stands, what it misses, what speaks for it, what was decided."""
    return _page(request, application_of(request, pk))


@requires(VIEW_CASES)
@require_POST
def decided(request: Request, pk: int) -> HttpResponse:
    """Take a decision on the version of the case that was on the screen."""
    application = application_of(request, pk)
    table, step = application.case.table, application.case.at
    form = DecisionForm(request.POST, request.FILES, back=[table.step(name) for name in step.back] if step else [])
    if not form.is_valid():
        return _page(request, application, form)
    data = form.cleaned_data
    try:
        _decide(application, Decision(data["decision"]), form, request)
    except NotYours as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        form.refuse(refused)
        return _page(request, application_of(request, pk), form)
    except (CaseMoved, NotAllowed, Blocked) as refused:
        form.add_error(None, str(refused))
        return _page(request, application_of(request, pk), form)
    messages.success(request, _said(application_of(request, pk), Decision(data["decision"])))
    return redirect("identification:case", pk)


@requires(SEE_PERSONAL)
def contact(request: Request, pk: int) -> HttpResponse:
    """The page with the household's phone, once; the look stands in the journal. Asked for again, it is masked."""
    if request.method != "POST":
        return redirect("identification:case", pk)
    application = application_of(request, pk, SEE_PERSONAL)
    response = _page(request, application, contact=see_contact(application, by=request.user))
    response["Cache-Control"] = "no-store"
    return response


@requires(VIEW_CASES)
def letter(request: Request, pk: int) -> HttpResponse:
    """The letter that tells a household why it was refused, and until when it may appeal."""
    page = case_page(request.user, application_of(request, pk))
    if page.refusal is None or not page.is_refused:
        raise Http404
    response = HttpResponse(refusal_letter(page), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.application.household.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@requires(VIEW_CASES)
def attachment(request: Request, pk: int) -> HttpResponse | FileResponse:
    """A picture that is evidence, shown only to whoever may see the case."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user, VIEW_CASES), pk=pk)
    try:
        response = FileResponse(found.file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _decide(application: Application, decision: Decision, form: DecisionForm, request: Request) -> None:
    case, data, why = application.case, form.cleaned_data, form.cleaned_data["why"]
    said: dict[str, Any] = {"by": request.user, "seen": data["version"]}
    if decision == Decision.APPROVE:
        decide.send_on_one(case, **said)
    elif decision == Decision.RETURN:
        decide.send_back(case, data["to"], why, **said)
    elif decision == Decision.REFUSE:
        decide.refuse(case, why, **said)
    elif decision == Decision.WITHDRAW:
        decide.withdraw_for(application, form.wish(), **said)
    elif decision == Decision.OPEN:
        raise NotAllowed(_("This cannot be decided here."))
    else:
        decide.take(case, Verdict(decision, why), **said)


def _sent_on(step: Step) -> str:
    """Where the case went; a notice is not posted by that."""
    text = _("Sent on. The notice “%(step)s” is still to be posted.") if step.notice else _("Sent on. Next: %(step)s.")
    return text % {"step": step.label}


def _said(application: Application, decision: Decision) -> str:
    """What is told after a decision, with what follows from it."""
    case = application.case
    step = case.at
    if decision == Decision.APPROVE:
        return _sent_on(step) if step else _("The household is on the register.")
    if decision == Decision.RETURN and step:
        return _("Sent back: %(step)s.") % {"step": step.label}
    if decision == Decision.REFUSE:
        return _("Refused. Hand the letter to the household: it tells why, and until when it may appeal.")
    if decision == Decision.WITHDRAW:
        return _("Withdrawn.")
    if decision == Decision.APPEAL:
        return _("The appeal is with the level above.")
    if decision == Decision.REOPEN:
        return _("The appeal was granted; the case is open again.")
    return _("The refusal was upheld.")


def _unsaid(page: CasePage, form: DecisionForm | None) -> str:
    """The reason that was typed for a decision which nobody can take here any more, since the case moved on."""
    typed = form.data.get("decision", "") if form else ""
    return form.data.get("why", "") if form and typed not in page.choices else ""


def _page(
    request: Request, application: Application, form: DecisionForm | None = None, contact: str = ""
) -> HttpResponse:
    """The page as it stands now; after a refused decision with what was typed."""
    page = case_page(request.user, application)
    context = {
        "page": page,
        "case": page.case,
        "application": application,
        "household": application.household,
        "form": form or DecisionForm(initial={"version": page.case.version}, back=page.back),
        "faults": form.faults(page.choices) if form else [],
        "open_form": form.data.get("decision", "") if form else "",
        "unsaid": _unsaid(page, form),
        "contact": contact or mask_phone(application.contact),
        "may_see_contact": not contact and request.user.can(SEE_PERSONAL, page.case.area_code),
        "can": {decision.value: decision in page.choices for decision in Decision},
        "evidence": evidence_of(page, facts_of(application.household, timezone.localdate())),
        "happenings": happenings(page),
        "may_work": request.user.can(WORK_IN_VILLAGE, application.household.village_code),
        "today": timezone.localdate(),
        "come_back": reverse("identification:case", args=[page.case.pk]),
        "heading": page.head.name if page.head else application.household.number,
        "crumbs": [
            (_("Cases"), f"{reverse('identification:cases')}?round={application.round_id}"),
            *(
                (area.short_name, f"{reverse('identification:cases')}?round={application.round_id}&area={area.code}")
                for area in page.place
            ),
        ],
    }
    return render(request, "identification/cases/page.html", context)
