"""The screens of users and their roles."""

import io
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.methods.typed import LARGEST_KEY, line, whole
from jingzhun.people import actions, queries
from jingzhun.people.access import Request, requires
from jingzhun.people.forms import OrganisationForm, PasswordForm, RoleForm, UserForm
from jingzhun.people.models import Organisation, RoleAssignment, User
from jingzhun.people.rules import MANAGE_PEOPLE
from jingzhun.people.workbook import XLSX

PER_PAGE = 50


def _areas(request: Request) -> tuple[str, ...]:
    return request.scope.areas_for(MANAGE_PEOPLE)


def _searched(request: Request) -> str:
    return line(request.GET.get("q", ""))


def _person(request: Request, pk: int) -> User:
    """A user on the administrator's list. Raises Http404."""
    return get_object_or_404(queries.users_in(_areas(request)), pk=pk)


def _organisation_asked(request: Request) -> Organisation | None:
    """The organisation whose people are asked for, one that may stand on the list; none for any other."""
    key = whole(request.GET.get("organisation", ""), 1, LARGEST_KEY)
    return queries.organisations_for(_areas(request)).filter(pk=key).first() if key else None


def _in_charge(request: Request, user: User) -> bool:
    return user != request.user and queries.in_charge(request.user, user)


@requires(MANAGE_PEOPLE)
def users(request: Request) -> HttpResponse:
    """Everybody with a role in the administrator's area."""
    text, organisation = _searched(request), _organisation_asked(request)
    listed = queries.users_in(_areas(request), text, organisation)
    found = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"q": text, "organisation": organisation.pk if organisation else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    context = {"users": found, "q": text, "organisation": organisation, "query": query}
    return render(request, "people/users.html", context)


@requires(MANAGE_PEOPLE)
@require_POST
def export(request: Request) -> FileResponse:
    """The listed users, of all pages, as a workbook."""
    target, asked = io.BytesIO(), _organisation_asked(request)
    actions.export_users(_areas(request), _searched(request), target, organisation=asked, by=request.user)
    return _file(target, _("users"))


def _file(target: io.BytesIO, name: str) -> FileResponse:
    target.seek(0)
    name = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


@requires(MANAGE_PEOPLE)
def add_user(request: Request) -> HttpResponse:
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = actions.add_user(data["username"], data["full_name"], data["password"], by=request.user)
        messages.success(request, _("The user was added. Now give a role."))
        return redirect("people:user", user.pk)
    return render(request, "people/user_add.html", {"form": form})


@requires(MANAGE_PEOPLE)
def user(request: Request, pk: int) -> HttpResponse:
    """One user: roles in force and past, a form to give one more."""
    found = _person(request, pk)
    form = RoleForm(request.POST or None, areas=_areas(request), initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign_role(found, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        except actions.NotYours as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The role was given."))
            return redirect("people:user", pk)
    context = {
        "person": found,
        "form": form,
        "today": timezone.localdate(),
        "own": found == request.user,
        "in_charge": _in_charge(request, found),
        "two_step": is_mfa_enabled(found),
        "keys": found.access_keys.select_related("made_by"),
    }
    return render(request, "people/user.html", context)


@requires(MANAGE_PEOPLE)
def end_role(request: Request, pk: int) -> HttpResponse:
    """Asks once more, then ends a role."""
    theirs = RoleAssignment.objects.select_related("user", "area", "organisation")
    assignment = get_object_or_404(theirs, pk=pk, area__in=queries.areas_in(_areas(request)))
    if request.method == "POST":
        try:
            if actions.end_role(assignment, by=request.user):
                messages.success(request, _("The role has ended."))
        except actions.NotYours as refused:
            messages.error(request, str(refused))
        return redirect("people:user", assignment.user_id)
    person = assignment.user
    crumbs = [(_("Users"), reverse("people:users")), (person.full_name, reverse("people:user", args=[person.pk]))]
    context = {"role": assignment, "person": person, "heading": _("End a role"), "crumbs": crumbs}
    return render(request, "people/end_role.html", context)


@requires(MANAGE_PEOPLE)
@require_POST
def switch(request: Request, pk: int) -> HttpResponse:
    """Switch a user's login off, or on again: whichever the button said."""
    found = _person(request, pk)
    try:
        actions.switch_user(found, active=request.POST.get("active") == "yes", by=request.user)
    except actions.NotYours as refused:
        messages.error(request, str(refused))
    return redirect("people:user", pk)


@requires(MANAGE_PEOPLE)
def reset_password(request: Request, pk: int) -> HttpResponse:
    """A new first password for somebody who forgot the old one."""
    found = _person(request, pk)
    if not _in_charge(request, found):
        raise PermissionDenied
    form = PasswordForm(request.POST or None, user=found)
    if request.method == "POST" and form.is_valid():
        actions.reset_password(found, form.cleaned_data["password"], by=request.user)
        messages.success(request, _("The new first password holds from now on."))
        return redirect("people:user", pk)
    crumbs = [(_("Users"), reverse("people:users")), (found.full_name, reverse("people:user", args=[pk]))]
    context = {"person": found, "form": form, "heading": _("Reset the password"), "crumbs": crumbs}
    return render(request, "people/password.html", context)


@requires(MANAGE_PEOPLE)
@require_POST
def reset_second_factor(request: Request, pk: int) -> HttpResponse:
    """Take two-step login from somebody who lost the phone."""
    found = _person(request, pk)
    try:
        actions.reset_second_factor(found, by=request.user)
    except actions.NotYours as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Two-step login was taken away; the user can set it up anew."))
    return redirect("people:user", pk)


@requires(MANAGE_PEOPLE)
def organisations(request: Request) -> HttpResponse:
    """Organisations whose people may have a role here; those of the own area can be corrected."""
    areas, text = _areas(request), _searched(request)
    listed = queries.with_people(queries.organisations_for(areas, text), areas)
    found = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    own = set(queries.own_organisations(areas).filter(pk__in=[each.pk for each in found]).values_list("pk", flat=True))
    query = urlencode({"q": text}) if text else ""
    context = {"organisations": found, "own": own, "q": text, "query": query}
    context |= {"heading": _("Organisations"), "crumbs": _crumbs()[:1]}
    return render(request, "people/organisations.html", context)


@requires(MANAGE_PEOPLE)
@require_POST
def export_organisations(request: Request) -> FileResponse:
    """The listed organisations, of all pages, as a workbook."""
    target = io.BytesIO()
    actions.export_organisations(_areas(request), _searched(request), target, by=request.user)
    return _file(target, _("organisations"))


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
