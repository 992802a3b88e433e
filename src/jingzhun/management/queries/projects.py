"""Projects of an area: how each stands, what is due, which reports are missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jingzhun.areas.models import within
from jingzhun.management.models import Account, Project, Report, Stage
from jingzhun.management.rules.projects import Planned, Standing, done, forecast, next_report, planned, standing
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_MANAGEMENT

from .terms import report_every, warning_days

LIVE = (Project.State.APPROVED, Project.State.UNDER_WAY)


EVENTS = ("begun", "completed", "accepted")


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty values do not."""

    area: str = ""
    kind: str = ""
    state: str = ""
    standing: str = ""
    year: int | None = None
    text: str = ""
    event: str = ""  # one of EVENTS: those to which it happened from a day until a day, as ISO dates
    since: str = ""
    until: str = ""


@dataclass
class Row:
    """A project as it stands: hundredths done and that should be done, yuan given and paid, and the next report."""

    project: Project
    stages: list[Planned]
    standing: Standing
    done: int
    planned: int
    given: Decimal
    paid: Decimal
    report_due: date | None
    report_missing: bool
    finish: date | None


def projects(user: User, asked: Asked) -> QuerySet[Project]:
    """Projects in the user's areas."""
    rows = Project.objects.visible_to(user, VIEW_MANAGEMENT).select_related("area", "responsible", "leader")
    rows = rows.filter(within(asked.area, "area_id")) if asked.area else rows
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.year:
        rows = rows.filter(year=asked.year)
    if asked.event in EVENTS:
        rows = rows.filter(**{f"{asked.event}_on__range": (asked.since or date.min, asked.until or date.max)})
    if asked.text:
        rows = rows.filter(Q(title__icontains=asked.text) | Q(number__startswith=asked.text))
    return rows


def rows_of(found: Sequence[Project], today: date) -> list[Row]:
    """How some projects of one county stand; four queries."""
    if not found:
        return []
    area = found[0].area_id
    every, warning = report_every(area, today), warning_days(area, today)
    keys = [project.pk for project in found]
    stages: dict[int, list[Planned]] = {pk: [] for pk in keys}
    for pk, weight, due_on, done_on in Stage.objects.filter(project__in=keys).values_list(
        "project", "weight", "due_on", "done_on"
    ):
        stages[pk].append(Planned(weight, due_on, done_on))
    money = Account.objects.filter(project__in=keys).order_by().values_list("project", "kind").annotate(Sum("balance"))
    yuan = {(pk, kind): sum_ for pk, kind, sum_ in money}
    reports = _last_reports(keys)
    return [_row(project, stages[project.pk], yuan, reports, today, every, warning) for project in found]


def _last_reports(keys: Sequence[int]) -> dict[int, Report]:
    rows = Report.objects.filter(project__in=keys).order_by("project_id", "-due_on").distinct("project_id")
    return {row.project_id: row for row in rows}


def _row(
    project: Project, stages: list[Planned], yuan: dict[Any, Decimal], reports: dict[int, Report], today: date,
    every: int, warning: int,
) -> Row:  # fmt: skip
    left, paid = (yuan.get((project.pk, kind), Decimal(0)) for kind in ("project", "paid"))
    last, live = reports.get(project.pk), project.state in LIVE
    percent = last.percent if last else done(stages)
    due, missing = None, False
    if project.state == Project.State.UNDER_WAY and project.begun_on:
        due = next_report(project.begun_on, today, every)
        missing = (today - project.begun_on).days >= every and (last is None or (due - last.due_on).days > every)
    return Row(
        project=project,
        stages=stages,
        standing=standing(stages, project.due_on, today, warning, finished=not live),
        done=done(stages),
        planned=planned(stages, today),
        given=left + paid,
        paid=paid,
        report_due=due,
        report_missing=missing,
        finish=forecast(project.begun_on, today, percent) if live and project.begun_on else None,
    )


def live_rows(user: User, today: date, asked: Asked | None = None) -> list[Row]:
    """How all projects that are approved or under way stand; a county has some hundreds of them at most."""
    found = projects(user, asked or Asked()).filter(state__in=LIVE)
    return rows_of(list(found), today)


def numbers(user: User, asked: Asked, today: date) -> dict[str, int]:
    """How many projects stand how."""
    wide = replace(asked, state="", standing="")
    rows = live_rows(user, today, wide)
    found = Counter(row.standing for row in rows)
    standing = {each.value: found[each] for each in (Standing.RED, Standing.YELLOW, Standing.GREEN)}
    return standing | {"missing": sum(row.report_missing for row in rows)}


def with_money(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with `given` and `paid` yuan, for a workbook."""
    sums = Account.objects.filter(project=OuterRef("pk")).order_by().values("project").annotate(sum=Sum("balance"))
    zero = Decimal(0)
    return rows.annotate(
        given=Coalesce(Subquery(sums.values("sum")[:1]), zero),
        paid=Coalesce(Subquery(sums.filter(kind="paid").values("sum")[:1]), zero),
    )
