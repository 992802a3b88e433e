"""The rows behind the named figures: each with `num` and `den`, which are summed for all subjects at once.

Whoever opens a figure sees these very rows, so that a list cannot differ from its number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Coalesce, Greatest, Least, Length, TruncDate

from jingzhun.areas.models import within
from jingzhun.assistance.models import Measure, Need, Pairing, Pledge, Posting, Presence, Visit
from jingzhun.assistance.models.organisation import Arrival
from jingzhun.management.models import Account, Beneficiary, Project, ProjectPhoto, Report, Stage, Transfer
from jingzhun.policy.models import Entitlement, Plan, Receipt
from jingzhun.policy.models.plan import Target
from jingzhun.publicity.models import BoardPhoto, Notice, Objection
from jingzhun.registry.models import CheckFinding, Household, RegisterSpell, VillageYear

YUAN: DecimalField = DecimalField(max_digits=18, decimal_places=2)
ONE, ZERO = Value(Decimal(1), YUAN), Value(Decimal(0), YUAN)
NOT_MEANT = (Project.State.DRAFT, Project.State.LIBRARY, Project.State.DROPPED)
TERMS = ("visit_every_days", "project_report_days", "presence_days")


@dataclass(frozen=True)
class Period:
    """What is asked: a county, its year, the last day whose facts count, digits of a subject's code, and terms."""

    county: str
    year: int
    until: date
    digits: int
    terms: Mapping[str, Decimal]

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day of the year, or the last whose facts count."""
        return min(date(self.year, 12, 31), self.until)

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


def _counts(condition: Any) -> Case:
    """1 where a condition holds."""
    return Case(When(condition, then=ONE), default=ZERO, output_field=YUAN)


def _one_each(rows: QuerySet[Any], condition: Any) -> QuerySet[Any]:
    return rows.annotate(num=_counts(condition), den=ONE)


def _registered(asked: Period) -> QuerySet[Household]:
    spells = RegisterSpell.objects.on(asked.last).filter(household=OuterRef("pk"))
    return Household.objects.filter(Exists(spells), within(asked.county, "village_code"))


def exits_of_plan(asked: Period) -> QuerySet[Any]:
    """Households that left the register, against the adopted plan's target for the subject."""
    left = RegisterSpell.objects.filter(
        exited_on__range=asked.days, household__village_code__startswith=OuterRef("area_id")
    )
    number = left.order_by().values(one=Value(1)).annotate(number=Count("household", distinct=True)).values("number")
    rows = Target.objects.filter(plan__state=Plan.State.ADOPTED, plan__area=asked.county, year=asked.year)
    rows = rows.annotate(digits=Length("area_id")).filter(digits=asked.digits, households__gt=0)
    return rows.annotate(
        num=Cast(Coalesce(Subquery(number, output_field=IntegerField()), 0), YUAN), den=Cast("households", YUAN)
    )


def measures_on_time(asked: Period) -> QuerySet[Any]:
    rows = Measure.objects.filter(due_on__range=asked.days).exclude(state="dropped")
    return _one_each(rows, Q(delivered_on__lte=F("due_on")))


def receipts(asked: Period) -> QuerySet[Any]:
    got = Receipt.objects.filter(
        household=OuterRef("household"), policy=OuterRef("policy"), year=asked.year, revoked_at=None,
        received_on__lte=asked.until,
    )  # fmt: skip
    return _one_each(Entitlement.objects.filter(year=asked.year, answer=True), Exists(got))


def needs_answered(asked: Period) -> QuerySet[Any]:
    rows = Need.objects.filter(due_on__range=asked.days).annotate(day=TruncDate("answered_at"))
    return _one_each(rows, Q(day__lte=F("due_on")))


def pledges_arrived(asked: Period) -> QuerySet[Any]:
    came = Arrival.objects.filter(pledge=OuterRef("pk"), on__lte=asked.until).order_by().values("pledge")
    yuan = Coalesce(Subquery(came.annotate(sum=Sum("amount")).values("sum"), output_field=YUAN), ZERO)
    rows = Pledge.objects.filter(year=asked.year, withdrawn_on=None)
    return rows.annotate(num=Least(yuan, F("amount"), output_field=YUAN), den=Cast("amount", YUAN))


def sound_records(asked: Period) -> QuerySet[Any]:
    wrong = CheckFinding.objects.open().filter(household=OuterRef("pk"), first_seen__date__lte=asked.until)
    return _one_each(_registered(asked), ~Exists(wrong))


def objections_settled(asked: Period) -> QuerySet[Any]:
    rows = Objection.objects.filter(due_on__range=asked.days).annotate(day=TruncDate("settled_at"))
    return _one_each(rows, Q(day__lte=F("due_on")))


def objections_upheld(asked: Period) -> QuerySet[Any]:
    """Of the objections that were decided, those that were right."""
    states = (Objection.State.UPHELD, Objection.State.DISMISSED)
    rows = Objection.objects.filter(state__in=states, settled_at__date__range=asked.days)
    return _one_each(rows, Q(state=Objection.State.UPHELD))


def notices_proved(asked: Period) -> QuerySet[Any]:
    photo = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    return _one_each(Notice.objects.filter(opens_on__range=asked.days), Exists(photo))


def paired(asked: Period) -> QuerySet[Any]:
    helped = Pairing.objects.filter(
        Q(until=None) | Q(until__gt=asked.last), household=OuterRef("pk"), place=1, since__lte=asked.last
    )
    return _one_each(_registered(asked), Exists(helped))


def visited(asked: Period) -> QuerySet[Any]:
    """A pairing's visits against those that were due in its days of the year; more than due count as due."""
    every = int(asked.terms["visit_every_days"])
    rows = Pairing.objects.filter(Q(until=None) | Q(until__gte=asked.first), since__lte=asked.last).annotate(
        begin=Greatest(F("since"), Value(asked.first), output_field=DateField()),
        end=Least(Coalesce(F("until"), Value(asked.last)), Value(asked.last), output_field=DateField()),
    )
    made = Visit.objects.filter(
        household=OuterRef("household"), cadre=OuterRef("cadre"), on__gte=OuterRef("begin"), on__lte=OuterRef("end")
    ).order_by()
    number = Subquery(made.values("household").annotate(number=Count("pk")).values("number"))
    rows = rows.annotate(due=_whole_periods("begin", "end", every)).filter(due__gt=0)
    return rows.annotate(
        den=Cast("due", YUAN), num=Cast(Least(Coalesce(number, 0), F("due"), output_field=IntegerField()), YUAN)
    )


def presence(asked: Period) -> QuerySet[Any]:
    """Days in the village against the days that a month asks for."""
    due = int(asked.terms["presence_days"])
    rows = Presence.objects.filter(month__range=asked.days)
    return rows.annotate(num=Cast(Least(F("days"), Value(due), output_field=IntegerField()), YUAN),
                         den=Cast(Value(due), YUAN))  # fmt: skip


def first_secretaries(asked: Period) -> QuerySet[Any]:
    """Poor villages with a first secretary at the end."""
    newest = VillageYear.objects.filter(area=OuterRef("area"), year__lte=asked.year).order_by("-year").values("pk")[:1]
    held = Posting.objects.filter(
        Q(until=None) | Q(until__gt=asked.last), area=OuterRef("area"), kind="first_secretary", since__lte=asked.last
    )
    rows = VillageYear.objects.filter(pk=Subquery(newest), poor_village=True)
    rows = rows.filter(Q(poor_since=None) | Q(poor_since__lte=asked.last))
    return _one_each(rows.filter(Q(exited_on=None) | Q(exited_on__gt=asked.last)), Exists(held))


def stages_on_time(asked: Period) -> QuerySet[Any]:
    rows = Stage.objects.filter(due_on__range=asked.days).exclude(project__state__in=NOT_MEANT)
    return _one_each(rows, Q(done_on__lte=F("due_on")))


def reports_sent(asked: Period) -> QuerySet[Any]:
    """A project's reports of the year against the days on which they were due while it was under way."""
    every = int(asked.terms["project_report_days"])
    rows = Project.objects.exclude(state__in=NOT_MEANT).filter(begun_on__lte=asked.last)
    rows = rows.filter(Q(completed_on=None) | Q(completed_on__gte=asked.first)).annotate(
        end=Least(Coalesce(F("completed_on"), Value(asked.last)), Value(asked.last), output_field=DateField()),
        before=Greatest(F("begun_on"), Value(asked.first - timedelta(days=1)), output_field=DateField()),
    )
    due = _whole_periods("begun_on", "end", every) - _whole_periods("begun_on", "before", every)
    sent = Report.objects.filter(project=OuterRef("pk"), due_on__range=asked.days, due_on__lte=OuterRef("end"))
    number = Subquery(sent.order_by().values("project").annotate(number=Count("pk")).values("number"))
    rows = rows.annotate(due=due).filter(due__gt=0)
    return rows.annotate(
        den=Cast("due", YUAN), num=Cast(Least(Coalesce(number, 0), F("due"), output_field=IntegerField()), YUAN)
    )


def projects_finished(asked: Period) -> QuerySet[Any]:
    rows = Project.objects.filter(year=asked.year).exclude(state__in=NOT_MEANT)
    return _one_each(rows, Q(completed_on__lte=asked.until))


def project_records(asked: Period) -> QuerySet[Any]:
    """Projects that were begun: with a goal, a report and a picture."""
    rows = Project.objects.filter(year=asked.year, begun_on__lte=asked.until).exclude(state__in=NOT_MEANT)
    pictures = ProjectPhoto.objects.filter(project=OuterRef("pk"), taken_on__lte=asked.until)
    told = Report.objects.filter(project=OuterRef("pk"), sent_at__date__lte=asked.until)
    return _one_each(rows, ~Q(goal="") & Exists(pictures) & Exists(told))


def _balances(asked: Period, kinds: tuple[str, ...]) -> QuerySet[Any]:
    """What lay on accounts of the year's sources on the last day that counts: `lay`, more than nothing."""

    def moved(side: str) -> Coalesce:
        rows = Transfer.objects.filter(**{side: OuterRef("pk")}, on__lte=asked.until).order_by().values(side)
        return Coalesce(Subquery(rows.annotate(sum=Sum("amount")).values("sum"), output_field=YUAN), ZERO)

    rows = Account.objects.filter(kind__in=kinds, source__year=asked.year)
    return rows.annotate(lay=moved("to_account") - moved("from_account")).filter(lay__gt=0)


def funds_paid(asked: Period) -> QuerySet[Any]:
    """Of money allocated to projects, what was paid out."""
    rows = _balances(asked, ("project", "paid"))
    return rows.annotate(den=F("lay"), num=Case(When(kind="paid", then=F("lay")), default=ZERO, output_field=YUAN))


def funds_idle(asked: Period) -> QuerySet[Any]:
    """Of money allocated to projects, what lies there."""
    rows = _balances(asked, ("project", "paid"))
    return rows.annotate(den=F("lay"), num=Case(When(kind="project", then=F("lay")), default=ZERO, output_field=YUAN))


def arrived_paid(asked: Period) -> QuerySet[Any]:
    """Of money that arrived, what was paid out."""
    rows = _balances(asked, ("source", "project", "paid"))
    return rows.annotate(den=F("lay"), num=Case(When(kind="paid", then=F("lay")), default=ZERO, output_field=YUAN))


def carried_over(asked: Period) -> QuerySet[Any]:
    """Of money that arrived, what is not paid out."""
    rows = _balances(asked, ("source", "project", "paid"))
    return rows.annotate(den=F("lay"), num=Case(When(kind="paid", then=ZERO), default=F("lay"), output_field=YUAN))


def to_the_poor(asked: Period) -> QuerySet[Any]:
    """Of money paid out: what projects for named households or in poor villages got."""
    named = Beneficiary.objects.filter(project=OuterRef("project"))
    newest = VillageYear.objects.filter(area=OuterRef("project__area"), year__lte=asked.year).order_by("-year")
    rows = _balances(asked, ("paid",)).annotate(poor=Subquery(newest.values("poor_village")[:1]))
    for_them = Exists(named) | Q(poor=True)
    return rows.annotate(den=F("lay"), num=Case(When(for_them, then=F("lay")), default=ZERO, output_field=YUAN))


def integrated(asked: Period) -> QuerySet[Any]:
    """Of money that arrived, what sources that are not bound to some kinds brought: the county may combine it."""
    rows = _balances(asked, ("source", "project", "paid"))
    return rows.annotate(
        den=F("lay"), num=Case(When(source__purposes=[], then=F("lay")), default=ZERO, output_field=YUAN)
    )


class Periods(Func):
    """Whole periods of so many days from one day to another; days subtract to whole numbers in PostgreSQL."""

    template = "((%(expressions)s))"
    arg_joiner = " - "
    output_field = IntegerField()


def _whole_periods(begin: str, end: str, days: int) -> Any:
    return Periods(F(end), F(begin)) / Value(days)
