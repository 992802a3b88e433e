"""The screens of users and their roles."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import line

from . import actions, queries
from .access import Request, requires
from .forms import RoleForm, UserForm
from .models import RoleAssignment, User
from .rules import MANAGE_PEOPLE


def _areas(request: Request) -> tuple[str, ...]:
    return request.scope.areas_for(MANAGE_PEOPLE)


def _person(request: Request, username: str) -> User:
    """A user on the administrator's list. Raises Http404."""
    return get_object_or_404(queries.users_in(_areas(request)), username=username.replace("\0", ""))


def _in_charge(request: Request, user: User) -> bool:
    return user != request.user and queries.in_charge(request.user, user)


@requires(MANAGE_PEOPLE)
def users(request: Request) -> HttpResponse:
    """Everybody with a role in the administrator's area."""
    text = line(request.GET.get("q", ""))
    return render(request, "people/users.html", {"users": queries.users_in(_areas(request), text), "q": text})


@requires(MANAGE_PEOPLE)
def add_user(request: Request) -> HttpResponse:
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = actions.add_user(data["username"], data["full_name"], data["password"], by=request.user)
        messages.success(request, _("The user was added. Now give a role."))
        return redirect("people:user", user.username)
    return render(request, "people/user_add.html", {"form": form})


@requires(MANAGE_PEOPLE)
def user(request: Request, username: str) -> HttpResponse:
    """One user: roles in force and past, a form to give one more."""
    found = _person(request, username)
    form = RoleForm(request.POST or None, areas=_areas(request), initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign_role(found, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("The role was given."))
            return redirect("people:user", username)
    context = {"person": found, "form": form, "today": timezone.localdate(), "in_charge": _in_charge(request, found)}
    return render(request, "people/user.html", context)


@requires(MANAGE_PEOPLE)
@require_POST
def end_role(request: Request, pk: int) -> HttpResponse:
    assignment = get_object_or_404(RoleAssignment, pk=pk, area__in=queries.areas_in(_areas(request)))
    actions.end_role(assignment, by=request.user)
    messages.success(request, _("The role has ended."))
    return redirect("people:user", assignment.user.username)


@requires(MANAGE_PEOPLE)
@require_POST
def switch(request: Request, username: str) -> HttpResponse:
    """Switch a user's login off, or on again: whichever the button said."""
    found = _person(request, username)
    try:
        actions.switch_user(found, active=request.POST.get("active") == "yes", by=request.user)
    except actions.NotYours as refused:
        messages.error(request, str(refused))
    return redirect("people:user", username)
