"""Access of views: closed by default, opened by naming the permission they need."""

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
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


def client_address(request: HttpRequest, bits: int = 64) -> str:
    """The Internet address that a request comes from, beyond our own proxies.

    Of IPv6 it is the network of so many bits: one line's smallest by default; whoever has a line has many of them,
    yet no more than a network of 48.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        passed = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = passed[-settings.PROXIES] if len(passed) >= settings.PROXIES else address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network((found, bits), strict=False)) if found.version == 6 else str(found)
