"""What the actions of supervision share: numbers of the year, the journal, who decides."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.models import User
from jingzhun.registry.rules.refusals import Refused


def tell(
    action: str, kind: str, number: str, area: str, told: dict[str, Any], by: User | System, at: datetime | None,
    why: str = "", permission: str = "",
) -> None:  # fmt: skip
    """Record a decision of supervision."""
    record(Decision(action, kind, number, area, why=why, values=told, permission=permission), by=by, at=at)


def next_number(model: type[Model], area: str, letter: str, at: datetime | None) -> str:
    """The next number of a county's year, as 610426-D2015-0007; the county's row is held meanwhile."""
    county = area[: Level.COUNTY.digits]
    Area.objects.select_for_update(no_key=True).get(pk=county)
    start = f"{county}-{letter}{timezone.localdate(at).year}-"
    rows = model._default_manager.filter(number__startswith=start).order_by("-number")
    last = rows.values_list("number", flat=True).first()
    return f"{start}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


def user_of(by: User | System) -> User | None:
    return by if isinstance(by, User) else None


def said(text: str, name: str) -> str:
    """What was said, without what is around it. Raises Refused for nothing."""
    if not text.strip():
        raise Refused.because(_("This must be said."), name)
    return text.strip()
