"""Every request carries its user's scope; every view is closed unless it says whom it is for."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from .rules import Scope

# Views of packages that serve only the account of the user who is logged in, or no data at all.
ACCOUNT_VIEWS = ("allauth.account.", "allauth.mfa.", "django.views.i18n", "django.contrib.staticfiles.")


class ScopeMiddleware:
    """Sets `request.scope`; refuses views without a declared permission; sees to first passwords and two-step login."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = request.user.scope if request.user.is_authenticated else Scope()  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if _of_a_package(view) or not getattr(view, "login_required", True):
            return None
        if any("\0" in str(part) for part in kwargs.values()):
            raise Http404  # no record's name contains it, and the database could not even compare
        if not hasattr(view, "permission"):
            raise PermissionDenied("this view does not say whom it is for")
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("account_change_password")
        if request.user.is_authenticated and _must_set_up_mfa(request):
            return redirect("mfa_activate_totp")
        if view.permission is not None and not request.scope.allows(view.permission):  # type: ignore[attr-defined]
            raise PermissionDenied
        return None


def _of_a_package(view: Callable[..., Any]) -> bool:
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    return f"{module}.".startswith(ACCOUNT_VIEWS)


def _must_set_up_mfa(request: HttpRequest) -> bool:
    return (
        request.scope.mfa_required  # type: ignore[attr-defined]
        and not settings.DEMO
        and not is_mfa_enabled(request.user)
    )
