"""A source of money, a project under way, and money at it: what the stories of management begin with."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.assistance.factories import make_cadre, make_organisation
from tests.registry.factories import VILLAGE, make_area

from jingzhun.management.actions import money, projects
from jingzhun.management.actions.money import Granted
from jingzhun.management.actions.projects import Drafted, Step
from jingzhun.management.models import Account, Project, Source
from jingzhun.people.models import User

COUNTY = VILLAGE[:6]


def today() -> date:
    return timezone.localdate()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)


def make_source(by: User, planned: int = 100_000, arrived: int | None = None, **values: Any) -> Source:
    told = {
        "level": "central",
        "title": "中央财政专项扶贫资金",
        "document": "陕财办农〔2015〕12号",
        "year": today().year,
    }
    source = money.record_source(Granted(make_area(COUNTY), planned=Decimal(planned), **(told | values)), by=by)
    if arrived is None or arrived:
        money.arrive(source, Decimal(planned if arrived is None else arrived), today(), "拨款凭证1号", by=by)
    return source


def drafted(**values: Any) -> Drafted:
    told: dict[str, Any] = {
        "title": "樊家河村通组道路", "kind": "road", "area": make_area(VILLAGE), "year": today().year,
        "responsible": make_organisation("永寿县交通局"), "content": "硬化通组道路3.2公里", "goal": "56户出行不再绕行",
        "budget": Decimal(100_000), "begins_on": in_days(-60), "due_on": in_days(60),
    }  # fmt: skip
    return Drafted(**(told | values))


STAGES = (("立项招标", 20, -30), ("路基", 40, 10), ("路面、验收", 40, 60))


def steps() -> list[Step]:
    return [Step(title, weight, in_days(days)) for title, weight, days in STAGES]


def make_project(by: User, approver: User, **values: Any) -> Project:
    """An approved project that is under way since sixty days."""
    project = projects.draft(drafted(**values), steps(), by=by)
    projects.admit(project, by=by)
    projects.approve(project, by=approver)
    return projects.begin(project, in_days(-60), by=by)


def key_project(by: User, approver: User, **values: Any) -> Project:
    return make_project(by, approver, kind="village_promotion", leader=make_cadre("王县长", "county"), **values)


def give(source: Source, project: Project, amount: int, by: User, leader: User) -> None:
    """Money of a source for a project, proposed and approved."""
    proposed = money.propose_allocation(source, project, Decimal(amount), "永扶发〔2015〕3号", by=by)
    money.decide_allocation(proposed, today(), approve=True, by=leader)


def balances() -> dict[str, Decimal]:
    """Yuan by kind of account."""
    found: dict[str, Decimal] = {}
    for account in Account.objects.all():
        found[account.kind] = found.get(account.kind, Decimal(0)) + account.balance
    return found
