"""Access of views: closed by default, opened by naming the permission they need."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest

from .models import User
from .rules import Scope


class Request(HttpRequest):
    """A request as the views behind a login see it: its user is one of ours, and their scope is at hand."""

    user: User
    scope: Scope


def requires(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view to users who hold a permission somewhere; the view's queries narrow it to their areas."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def anyone_logged_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view to every user with a login: it shows nothing but their own account."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view to everybody, without a login."""
    view.permission = None  # type: ignore[attr-defined]
    return login_not_required(view)
