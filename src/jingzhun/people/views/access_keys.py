"""Access keys of a user: made, shown once, revoked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.people import queries
from jingzhun.people.access import Request, requires
from jingzhun.people.actions import NotYours
from jingzhun.people.actions.access_keys import make_key, revoke_key
from jingzhun.people.forms import AccessKeyForm
from jingzhun.people.models import AccessKey, User
from jingzhun.people.rules import LONGEST_KEY, MANAGE_PEOPLE


@requires(MANAGE_PEOPLE)
def add(request: Request, pk: int) -> HttpResponse:
    """A form for a key; then the key itself, which nobody sees again."""
    found = get_object_or_404(queries.users_in(request.scope.areas_for(MANAGE_PEOPLE)), pk=pk)
    if found == request.user or not queries.in_charge(request.user, found):
        raise PermissionDenied
    form = AccessKeyForm(request.POST or None, initial={"expires_on": timezone.localdate() + LONGEST_KEY})
    context = {"person": found, "form": form, "heading": _("Make an access key"), "crumbs": _crumbs(found)}
    if request.method == "POST" and form.is_valid():
        try:
            key, text = make_key(found, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            context |= {"key": key, "text": text, "heading": _("The access key")}
            response = render(request, "people/access_key_made.html", context)
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "people/access_key_add.html", context)


@requires(MANAGE_PEOPLE)
def revoke(request: Request, pk: int) -> HttpResponse:
    """Asks once more, then takes a key away."""
    theirs = queries.users_in(request.scope.areas_for(MANAGE_PEOPLE))
    key = get_object_or_404(AccessKey.objects.select_related("user"), pk=pk, user__in=theirs)
    if request.method == "POST":
        try:
            if revoke_key(key, by=request.user):
                messages.success(request, _("The access key is revoked."))
        except NotYours as refused:
            messages.error(request, str(refused))
        return redirect("people:user", key.user_id)
    context = {"key": key, "person": key.user, "heading": _("Revoke an access key"), "crumbs": _crumbs(key.user)}
    return render(request, "people/access_key_revoke.html", context)


def _crumbs(person: User) -> list[tuple[str, str]]:
    return [(_("Users"), reverse("people:users")), (person.full_name, reverse("people:user", args=[person.pk]))]
