"""What the screens of assistance share: the household that an address names, and what came of an action."""

from collections.abc import Callable
from typing import Any, overload

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.assistance.queries.mine import helped_by, seen_by
from jingzhun.identification.forms.base import Form
from jingzhun.parameters.queries import NoParameter
from jingzhun.people.access import Request
from jingzhun.people.rules import VIEW_ASSISTANCE
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused


def seen_household(request: Request, number: str) -> Household:
    """A household whose help the user may read. Raises Http404."""
    return get_object_or_404(seen_by(request.user).select_related("area"), number=number)


def helped_household(request: Request, number: str) -> Household:
    """A household that the user may help. Raises Http404."""
    return get_object_or_404(helped_by(request.user).select_related("area"), number=number)


def page_of(household: Household) -> str:
    """The address of the household's help."""
    return reverse("assistance:household", args=[household.number])


def crumbs(request: Request, household: Household | None = None) -> list[tuple[str, str]]:
    """The way back: the own households, or the area's list; and the household's page."""
    if request.user.can(VIEW_ASSISTANCE):
        found = [(_("Help of households"), reverse("assistance:households"))]
    else:
        found = [(_("My households"), reverse("assistance:mine"))]
    return [*found, (head_of(household), page_of(household))] if household else found


def head_of(household: Household) -> str:
    """The name of the head, else the number."""
    head = household.members.filter(left_on=None, relation="head").first()
    return head.name if head else household.number


@overload
def carry_out(request: Request, form: None, act: Callable[[], Any], done: str | Promise, back: str) -> HttpResponse: ...
@overload
def carry_out(
    request: Request, form: Form, act: Callable[[], Any], done: str | Promise, back: str
) -> HttpResponse | None: ...
def carry_out(
    request: Request, form: Form | None, act: Callable[[], Any], done: str | Promise, back: str
) -> HttpResponse | None:
    """Do something and lead back; None where the form says why it was refused. Raises PermissionDenied."""
    try:
        act()
    except NotYours as refused:
        raise PermissionDenied from refused
    except (Refused, NoParameter) as refused:
        if form is not None:
            form.refuse(refused if isinstance(refused, Refused) else Refused.because(str(refused)))
            return None
        messages.error(request, _told(refused))
    else:
        messages.success(request, str(done))
    return redirect(back)


def filled(
    request: Request, form: Form, act: Callable[[dict[str, Any]], object], heading: str, done: str, back: str,
    crumbs: list[tuple[str, str]], *, template: str = "assistance/form.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """A form on a page of its own; what it holds is carried out."""
    if (
        request.method == "POST"
        and form.is_valid()
        and (went := carry_out(request, form, lambda: act(form.cleaned_data), done, back))
    ):
        return went
    context = {"form": form, "heading": heading, "button": heading, "back": back, "crumbs": crumbs}
    return render(request, template, context | more)


def _told(refused: Exception) -> str:
    if isinstance(refused, Refused):
        return " ".join(str(text) for texts in refused.messages.values() for text in texts)
    return str(refused)


def form_page(
    request: Request, household: Household, form: Form, heading: str, button: str, **more: Any
) -> HttpResponse:
    """A form about a household, alone on its page."""
    context = {
        "household": household,
        "form": form,
        "heading": heading,
        "button": button,
        "back": page_of(household),
        "crumbs": crumbs(request, household),
    }
    return render(request, "assistance/form.html", context | more)
