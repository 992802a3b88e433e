"""Cases with their evidence in short, for agendas and tables: who, what was found, how it was voted, what is in doubt.

A bounded number of statements, however many cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from jingzhun.identification.models import Application, Ballot, Flag, Review, Visit
from jingzhun.identification.rules import Standing
from jingzhun.procedure.models import Case
from jingzhun.publicity.models import Objection
from jingzhun.registry import dictionary
from jingzhun.registry.models import Member

from .notices import subject_of
from .standing import standings

# The visits of a level that looks at cases.
AGAIN = {Review.Level.TOWN.value: "revisit", Review.Level.COUNTY.value: "spot_check"}


@dataclass
class Evidence:
    """One case with what a decision looks at; counts of objections: all, and those still open.

    `visit`: the home visit. `again`: the latest visit of the level that looks at it now, whenever in the round.
    """

    case: Case
    application: Application
    head: str
    standing: Standing
    visit: Visit | None = None
    again: Visit | None = None
    ballot: Ballot | None = None
    review: Review | None = None
    flags: list[Flag] = field(default_factory=list)
    objections: int = 0
    open_objections: int = 0

    @property
    def name(self) -> str:
        return self.head or self.application.household.number

    @property
    def group(self) -> str:
        area = self.application.household.area
        return area.short_name if len(area.code) > 12 else ""

    @property
    def cause(self) -> str:
        return dictionary.label("cause", self.visit.cause_main) if self.visit else ""

    @property
    def below_line(self) -> bool | None:
        """Whether the income that the visit found lies below the line."""
        income, line = self.visit.per_capita if self.visit else None, self.standing.line
        return None if income is None or line is None else income < line

    @property
    def present(self) -> int:
        """How many representatives were at the meeting that voted on the household."""
        return self.ballot.meeting.present if self.ballot else 0


def evidence(cases: Sequence[Case], level: str = "") -> list[Evidence]:
    """The cases with their evidence, by household number; `level`: whose opinion and visits are shown."""
    applications = Application.objects.filter(case__in=cases).select_related("household__area", "round")
    found = {each.case_id: each for each in applications}
    heads = heads_of([each.household_id for each in found.values()])
    stand = standings(cases)
    rows = {
        case.pk: Evidence(case, found[case.pk], heads.get(found[case.pk].household_id, ""), stand[case.pk])
        for case in cases
    }
    _add_visits(rows, AGAIN.get(level, ""))
    _add_ballots(rows)
    _add_flags(rows)
    _add_objections(rows)
    if level:
        _add_reviews(rows, level)
    return sorted(rows.values(), key=lambda row: row.case.subject)


def heads_of(households: Iterable[int]) -> dict[int, str]:
    """Names of the heads, by household."""
    living = Member.objects.filter(household__in=list(households), relation="head", left_on=None)
    return dict(living.values_list("household", "name"))


def _add_visits(rows: dict[int, Evidence], again: str) -> None:
    visits = Visit.objects.filter(application__case__in=rows, purpose__in=["survey", again])
    for visit in visits.select_related("application").order_by("recorded_at", "pk"):
        row = rows[visit.application.case_id]
        if visit.purpose == again:
            row.again = visit
        else:
            row.visit = visit


def _add_ballots(rows: dict[int, Evidence]) -> None:
    signed = Ballot.objects.filter(application__case__in=rows, meeting__signed_at__isnull=False)
    for ballot in signed.select_related("meeting", "application").order_by("meeting__signed_at", "pk"):
        rows[ballot.application.case_id].ballot = ballot


def _add_flags(rows: dict[int, Evidence]) -> None:
    flags = Flag.objects.filter(application__case__in=rows).select_related("application")
    for flag in flags:
        rows[flag.application.case_id].flags.append(flag)


def _add_reviews(rows: dict[int, Evidence], level: str) -> None:
    """The level's latest opinion since the case came here."""
    reviews = Review.objects.filter(application__case__in=rows, level=level).order_by("recorded_at", "pk")
    for review in reviews.select_related("application"):
        row = rows[review.application.case_id]
        if review.recorded_at >= row.case.since:
            row.review = review


def _add_objections(rows: dict[int, Evidence]) -> None:
    by_subject = {subject_of(key): row for key, row in rows.items()}
    waiting = Count("pk", filter=Q(state__in=Objection.WAITING))
    counts = Objection.objects.filter(subject__in=by_subject).order_by().values_list("subject")
    for subject, number, still in counts.annotate(number=Count("pk"), still=waiting):
        by_subject[subject].objections, by_subject[subject].open_objections = number, still
