"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from jingzhun.people.rules import ROLE_LABELS

from .navigation import menu_of

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, theme and roles of the user; the demo's logins where the demo setting is on."""
    scope = getattr(request, "scope", None)
    theme = request.COOKIES.get("theme", "light")
    return {
        "menu": menu_of(scope.permissions) if scope else [],
        "theme": theme if theme in THEMES else "light",
        "role_labels": [ROLE_LABELS[role] for role in scope.roles] if scope else [],
        "demo_logins": settings.DEMO_LOGINS if settings.DEMO else (),
    }
