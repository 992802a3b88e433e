"""One finding: to the place where it is fixed, on to the next, accepted with a reason."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import is_digits
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import RUN_CHECKS, VIEW_HOUSEHOLDS
from jingzhun.registry.actions.checks import NotAccepted, accept_finding, reopen_finding
from jingzhun.registry.checks import RULES, rule
from jingzhun.registry.checks.telling import tell
from jingzhun.registry.forms.checks import AcceptForm, ReopenForm
from jingzhun.registry.models import CheckFinding
from jingzhun.registry.queries import checks as queries

from .banner import fix_url

AREA = "checks_area"  # of the list that the user works through; kept in the session


@requires(RUN_CHECKS)
def fix(request: Request, pk: int) -> HttpResponse:
    """To the form or page where the finding is fixed; from there one comes to the next."""
    finding = _finding(request, pk)
    _work_through(request)
    return redirect(fix_url(finding))


@requires(RUN_CHECKS)
def following(request: Request, pk: int) -> HttpResponse:
    """On to the next open finding by the same rule; without any, back to the rule."""
    finding = _finding(request, pk)
    area = request.session.get(AREA, "")
    after = queries.next_open(request.user, finding, area)
    if after is not None:
        return redirect(fix_url(after))
    messages.success(request, _("No finding of this rule is left here."))
    return redirect(_list_url(finding, area))


@requires(RUN_CHECKS)
def accept(request: Request, pk: int) -> HttpResponse:
    """The finding with its values, and the form that accepts it."""
    finding = _finding(request, pk)
    _work_through(request)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accept_finding(finding, form.cleaned_data["why"], by=request.user)
        except NotAccepted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Accepted. It stays in the list of accepted findings."))
            return redirect("registry:finding-next", pk)
    found = rule(finding.code)
    context = {
        "finding": finding,
        "rule": found,
        "form": form,
        "reopen": ReopenForm(),
        "told": tell(finding.value, queries.villages_of([finding]), lambda v: request.user.can(VIEW_HOUSEHOLDS, v)),
        "heading": str(found.title),
        "crumbs": [
            (_("Quality checks"), reverse("registry:checks")),
            (finding.code, _list_url(finding, request.session.get(AREA, ""))),
        ],
    }
    return render(request, "registry/checks/accept.html", context)


@requires(RUN_CHECKS)
@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take an acceptance back."""
    finding = _finding(request, pk)
    try:
        reopen_finding(finding, request.POST.get("why", "")[:500], by=request.user)
    except NotAccepted as refused:
        messages.error(request, str(refused))
        return redirect("registry:finding-accept", pk)
    messages.success(request, _("The finding is open again."))
    return redirect(_list_url(finding, request.session.get(AREA, "")))


def _work_through(request: Request) -> None:
    """Remember the area of the list that the link was in: the next finding is one of there."""
    area = request.GET.get("area", "")
    if is_digits(area):
        request.session[AREA] = area


def _finding(request: Request, pk: int) -> CheckFinding:
    """A finding in the user's areas. Raises Http404, for others' alike."""
    found = queries.finding_of(request.user, pk)
    if found is None or found.code not in RULES:
        raise Http404
    return found


def _list_url(finding: CheckFinding, area: str) -> str:
    where = f"&area={area}" if area else ""
    return f"{reverse('registry:check', args=[finding.code])}?year={finding.year}{where}"
