"""What everybody may ask for now, and how: brought by the apps above.

The public website cannot ask them, they stand above it. Each brings its invitation when it starts; the website draws
all of them, and names the page of one's own on every page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Invitation:
    """A way to ask for something. `running` gives what is open in a county today; `template` draws it, as `running`.

    `label` and `page`: the words and the address's name of the page of one's own, where its state is seen.
    """

    name: str
    template: str
    running: Callable[[str], Sequence[Any]]
    label: str | Promise
    page: str


_invitations: dict[str, Invitation] = {}


def bring(invitation: Invitation) -> None:
    """Make an invitation known; called once from the owning app's AppConfig.ready()."""
    known = _invitations.setdefault(invitation.name, invitation)
    if known is not invitation:
        raise ValueError(f"there is an invitation {invitation.name!r} already")


def invitations() -> list[Invitation]:
    return list(_invitations.values())


def invitations_in(county_code: str) -> list[tuple[str, Sequence[Any]]]:
    """Template of each invitation with what is open in a county today, in the order in which the apps brought them."""
    return [(each.template, each.running(county_code)) for each in _invitations.values()]
