"""What waits for a user in supervision and scores."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.duties import Duty
from jingzhun.people.models import User
from jingzhun.people.rules import ANSWER_ASSESSMENT, DECIDE_ASSESSMENT, SETTLE_TIPS, SUPERVISE

from .models import Appeal, Rectification, Scoring
from .queries import scores, supervision, tips
from .queries.supervision import Asked


def duties(user: User, today: date) -> Iterator[Duty]:
    """Orders for who must answer or check them, tips, appeals and scores for who decides."""
    place = reverse("assessment:orders")
    if user.can(ANSWER_ASSESSMENT):
        open_ones = supervision.orders(user, Asked(state=Rectification.State.OPEN), today)
        late = open_ones.filter(due_on__lt=today).count()
        yield Duty(_("Orders to rectify that are open"), open_ones.count(), f"{place}?state=open", late, "alarm")
    if user.can(SUPERVISE):
        proved = supervision.orders(user, Asked(state=Rectification.State.PROVED), today).count()
        yield Duty(_("Rectifications to check"), proved, f"{place}?state=proved", icon="eye")
    if user.can(SETTLE_TIPS):
        told = tips.numbers(user, today)
        yield Duty(_("Tips of the hotline to answer"), told["waiting"], reverse("assessment:tips"), told["overdue"],
                   "phone")  # fmt: skip
    if user.can(DECIDE_ASSESSMENT):
        waiting = scores.appeals(user).filter(state=Appeal.State.OPEN).count()
        yield Duty(_("Appeals against scores to decide"), waiting, reverse("assessment:score-appeals"), icon="gavel")
        reviewed = scores.scorings(user).filter(state=Scoring.State.REVIEWED).count()
        yield Duty(_("Years' scores to publish"), reviewed, reverse("assessment:scores"), icon="chart-bar")
