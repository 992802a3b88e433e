"""A case in words: what speaks for or against it, and everything that was decided on it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jingzhun.people.rules import ROLE_LABELS, Role
from jingzhun.procedure.models import Passage
from jingzhun.procedure.rules import DECISION_LABELS, DONE, Decision
from jingzhun.registry import dictionary

from .models import Attachment, Visit
from .queries.case_page import CasePage
from .rules import Facts, doubtful_causes

ICONS = {
    Decision.OPEN: ("file-text", ""),
    Decision.APPROVE: ("arrow-right", "green"),
    Decision.RETURN: ("arrow-back-up", "orange"),
    Decision.REFUSE: ("ban", "red"),
    Decision.WITHDRAW: ("x", ""),
    Decision.APPEAL: ("gavel", "orange"),
    Decision.REOPEN: ("refresh", "blue"),
    Decision.UPHOLD: ("ban", "red"),
}


@dataclass(frozen=True)
class Happening:
    """One decision, for web/timeline.html."""

    day: date
    icon: str
    tone: str
    title: str
    by: str
    text: str


def happenings(page: CasePage) -> list[Happening]:
    """Everything decided on a case, the latest first: who, in which role, when, why, how long it had waited."""
    return [_happening(page, passage) for passage in reversed(page.passages)]


def _happening(page: CasePage, passage: Passage) -> Happening:
    icon, tone = ICONS[Decision(passage.decision)]
    lines = [passage.note] if passage.note else []
    if passage.waited is not None and passage.decision in (Decision.APPROVE, Decision.RETURN, Decision.REFUSE):
        lines.append(_("In the step for %(time)s.") % {"time": span(passage.waited)})
    by = f"{actor_of(passage)} · {timezone.localtime(passage.at):%H:%M}"
    return Happening(timezone.localdate(passage.at), icon, tone, title_of(page, passage), by, "\n".join(lines))


def title_of(page: CasePage, passage: Passage) -> str:
    """`Home visit → Village evaluation: sent on`."""
    table, label = page.case.table, str(DECISION_LABELS[Decision(passage.decision)])
    if not passage.from_step:
        return _("Application filed")
    here = str(table.step(passage.from_step).label)
    if passage.to_step == passage.from_step:
        return f"{here}: {label}"
    there = _("On the register") if passage.to_step == DONE else str(table.step(passage.to_step).label)
    return f"{here} → {there}: {label}"


def actor_of(passage: Passage) -> str:
    """Who decided: a name with its role, the household itself, or the clock."""
    if passage.by:
        role = ROLE_LABELS.get(Role(passage.role)) if passage.role in set(Role) else ""
        return f"{passage.by.full_name} ({role})" if role else passage.by.full_name
    return _("the household itself") if passage.role == "villager" else _("the clock")


def span(time: timedelta) -> str:
    """A span of time in whole days or hours."""
    if time.days:
        return ngettext("%(n)d day", "%(n)d days", time.days) % {"n": time.days}
    hours = time.seconds // 3600
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@dataclass(frozen=True)
class Seen:
    """A visit with its pictures, its causes in words, and those that the register does not bear out."""

    visit: Visit
    causes: list[str]
    doubtful: list[str]
    photos: list[Attachment]
    signatures: list[Attachment]


def evidence_of(page: CasePage, facts: Facts) -> dict[str, Any]:
    """What was gathered of a case so far."""
    return {
        "visits": [_seen(visit, facts) for visit in page.visits],
        "wishes": page.wishes,
        "ballots": page.ballots,
        "notices": page.notices,
        "reviews": page.reviews,
        "flags": page.flags,
        "objections": page.objections,
    }


def _seen(visit: Visit, facts: Facts) -> Seen:
    causes = [cause for cause in visit.causes if cause]
    pictures = list(visit.attachments.all())
    return Seen(
        visit,
        [dictionary.label("cause", cause) for cause in causes],
        [dictionary.label("cause", cause) for cause in doubtful_causes(visit.causes, facts)],
        [each for each in pictures if each.kind == Attachment.Kind.PHOTO],
        [each for each in pictures if each.kind == Attachment.Kind.SIGNATURE],
    )
