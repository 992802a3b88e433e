"""Panels on a household's page: what the apps above the register know of the household.

The register cannot ask them, they stand above it. Each brings its panel when it starts; the page draws all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jingzhun.people.models import User

from .models import Household


@dataclass(frozen=True)
class Panel:
    """A part of the page. `context` gives what `template` draws; None where there is nothing for this user."""

    name: str
    template: str
    context: Callable[[User, Household], dict[str, Any] | None]


_panels: dict[str, Panel] = {}


def bring(panel: Panel) -> None:
    """Make a panel known; called once from the owning app's AppConfig.ready()."""
    known = _panels.setdefault(panel.name, panel)
    if known is not panel:
        raise ValueError(f"there is a panel {panel.name!r} already")


def panels_of(user: User, household: Household) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each panel that has something to show, in the order in which the apps brought them."""
    shown = ((panel.template, panel.context(user, household)) for panel in _panels.values())
    return [(template, context) for template, context in shown if context is not None]
