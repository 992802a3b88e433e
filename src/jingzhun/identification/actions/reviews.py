"""What town and county write down when they look at applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.database.copying import create_by_copy
from jingzhun.identification.models import Application, Review
from jingzhun.journal.actions import Decision, System, record_many
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.rules import State
from jingzhun.registry.actions.saving import digested
from jingzhun.registry.rules.refusals import Refused

STEPS = {Review.Level.TOWN: ("town_audit", AUDIT_IN_TOWN), Review.Level.COUNTY: ("county_review", REVIEW_IN_COUNTY)}


@dataclass(frozen=True)
class Opinion:
    """What was found when the papers were looked at; a visit to the household is recorded as a visit."""

    agrees: bool
    opinion: str


@transaction.atomic
def record_reviews(
    level: str,
    opinions: Sequence[tuple[Application, Opinion]],
    *,
    by: User | System,
    at: datetime | None = None,
) -> list[Review]:
    """Write down opinions on applications that stand at the level's step; all or none.

    Raises NotYours, NotAllowed, Refused.
    """
    when = at or timezone.now()
    for application, told in opinions:
        _require_possible(level, application, told, by)
    made = create_by_copy(
        [
            Review(
                application=application,
                level=level,
                agrees=told.agrees,
                opinion=told.opinion.strip(),
                recorded_at=when,
                by=by if isinstance(by, User) else None,
            )
            for application, told in opinions
        ]
    )
    record_many((_entry(review) for review in made), by=by, at=when)
    return made


def _require_possible(level: str, application: Application, told: Opinion, by: User | System) -> None:
    """Whose opinion it is, on what, and that it says something."""
    step, permission = STEPS[Review.Level(level)]
    require(by, permission, application.case.area_code)
    if (application.case.step, application.case.state) != (step, State.OPEN):
        raise NotAllowed(_("%(subject)s does not stand at this step.") % {"subject": application.case.subject})
    if not told.opinion.strip():
        raise Refused.because(_("Write down what was found."), "opinion")


def _entry(review: Review) -> Decision:
    """What the journal keeps of an opinion: it may tell of illness or debts, so its words only as a digest."""
    case = review.application.case
    return Decision(
        f"identification.{review.level}_opinion",
        "case",
        case.subject,
        case.area_code,
        values={"agrees": review.agrees},
        personal={"opinion": digested(review, "opinion", review.opinion)},
    )
