"""What waits for a user: each app brings what it knows of, one page and one morning message tell all of it.

The page stands above the apps and the message below them; neither can ask an app by name. Each app brings its source
when it starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from .models import User


@dataclass(frozen=True)
class Duty:
    """Something to be done: how many of it wait, how many of these are late, and the list of them."""

    title: str | Promise
    number: int
    url: str
    late: int = 0
    icon: str = "clipboard-list"


Source = Callable[[User, date], Iterable[Duty]]
_sources: dict[str, Source] = {}


def bring(name: str, source: Source) -> None:
    """Make a source known; called once from the owning app's AppConfig.ready()."""
    known = _sources.setdefault(name, source)
    if known is not source:
        raise ValueError(f"there is a source of duties {name!r} already")


def duties_of(user: User, today: date) -> list[Duty]:
    """What waits for a user on a day, where something is late first; a bounded number of queries."""
    found = [duty for source in _sources.values() for duty in source(user, today) if duty.number]
    return sorted(found, key=lambda duty: not duty.late)
