"""Requests of programs: no cookie counts, no answer is kept anywhere, and every refusal is JSON."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

PREFIX = "/api/"


class ApiRequests:
    """Stands before the sessions, so that a browser that is logged in opens nothing here without a key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or request.path_info == PREFIX:  # the page for people
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/json"):
            response = _in_json(response)
        response["Cache-Control"] = "no-store"
        return response


def _in_json(page: HttpResponse) -> JsonResponse:
    """What the house would tell people on a page."""
    known = {
        404: _("There is nothing at this address."),
        405: _("This address does not take this method."),
    }
    failed = page.status_code >= 500
    other = _("Something failed here. Try again later.") if failed else _("The request cannot be understood.")
    text = known.get(page.status_code, other)
    told = {"detail": text, "errors": []}
    response = JsonResponse(told, status=page.status_code, json_dumps_params={"ensure_ascii": False})
    if allowed := page.get("Allow"):
        response["Allow"] = allowed
    return response
