"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from jingzhun.people.rules import ROLE_LABELS

from .navigation import entry_at, menu_of, tabs_of

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, theme and roles of the user; the demo's logins where the demo setting is on.

    `theme` is empty for whoever never chose one: their device decides.
    """
    scope = getattr(request, "scope", None)
    theme = request.COOKIES.get("theme", "")
    menu = menu_of(scope.permissions) if scope else []
    searches = any(entry.url_name == "registry:households" for entry in menu)
    return {
        "menu": menu,
        "short_menu": tabs_of(menu),
        "here": entry_at(request.path, menu),
        "search_url": reverse("registry:find") if searches else "",
        "theme": theme if theme in THEMES else "",
        "role_labels": [ROLE_LABELS[role] for role in scope.roles] if scope else [],
        "demo_logins": settings.DEMO_LOGINS if settings.DEMO else (),
    }
