"""The printable official form of a household."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import SEE_PERSONAL, VIEW_HOUSEHOLDS
from jingzhun.registry.actions import edits
from jingzhun.registry.printing.household_form import household_form
from jingzhun.registry.queries.pages import household_page

from .household import find


@requires(VIEW_HOUSEHOLDS)
def form(request: Request, number: str) -> HttpResponse:
    """The form with masked numbers; by POST with `personal`, for whoever may see them, with the whole numbers."""
    personal = request.method == "POST" and request.POST.get("personal") == "yes"
    found = find(request, number)
    if found.number != number:
        return redirect("registry:household-form", found.number)
    if personal:
        if not request.user.can(SEE_PERSONAL, found.village_code):
            raise PermissionDenied
        edits.tell_printed(found, by=request.user)
    response = HttpResponse(household_form(household_page(found), personal=personal), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
