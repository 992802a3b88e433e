"""The screens of users and their roles."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import line

from . import actions, queries
from .access import Request, requires
from .forms import OrganisationForm, RoleForm, UserForm
from .models import Organisation, RoleAssignment, User
from .rules import MANAGE_PEOPLE

PER_PAGE = 50


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


@requires(MANAGE_PEOPLE)
def organisations(request: Request) -> HttpResponse:
    """Organisations whose people may have a role here; those of the own area can be corrected."""
    areas = _areas(request)
    found = Paginator(queries.with_people(queries.organisations_for(areas)), PER_PAGE).get_page(request.GET.get("page"))
    own = set(queries.own_organisations(areas).filter(pk__in=[each.pk for each in found]).values_list("pk", flat=True))
    context = {"organisations": found, "own": own, "heading": _("Organisations"), "crumbs": _crumbs()[:1]}
    return render(request, "people/organisations.html", context)


@requires(MANAGE_PEOPLE)
def add_organisation(request: Request) -> HttpResponse:
    return _organisation(request, None)


@requires(MANAGE_PEOPLE)
def organisation(request: Request, pk: int) -> HttpResponse:
    return _organisation(request, get_object_or_404(queries.own_organisations(_areas(request)), pk=pk))


def _organisation(request: Request, found: Organisation | None) -> HttpResponse:
    """The form of an organisation, a new one or one that is there."""
    areas = _areas(request)
    form = OrganisationForm(
        request.POST or None,
        instance=Organisation.objects.get(pk=found.pk) if found else None,  # a form writes on what it is given
        areas=areas,
        initial={} if found else {"area": areas[0], "level": "county"},
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "level", "area")}
        if found:
            actions.change_organisation(found, **given, by=request.user)
        else:
            actions.add_organisation(**given, by=request.user)
        messages.success(request, _("The organisation was saved."))
        return redirect("people:organisations")
    heading = found.name if found else _("Add an organisation")
    return render(request, "people/organisation.html", {"form": form, "heading": heading, "crumbs": _crumbs()})


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Users"), reverse("people:users")), (_("Organisations"), reverse("people:organisations"))]
