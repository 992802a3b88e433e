"""A year of two towns, drawn at random: what every figure of the scores counts, in both towns, of every kind."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.management.stage import make_source
from tests.publicity.factories import make_notice, make_objection, noon, settle_as_system
from tests.registry.factories import VILLAGE, make_area, make_household

from jingzhun.assistance.models import Arrival, Measure, Need, Pledge, Posting, Presence, Visit
from jingzhun.management.actions import money, orders
from jingzhun.management.actions.orders import ToPay
from jingzhun.management.models import Beneficiary, Project, ProjectPhoto, Report, Source, Stage
from jingzhun.people.models import User
from jingzhun.policy.actions.documents import Filed
from jingzhun.policy.models import Entitlement, Plan, Policy, PolicyVersion, Receipt
from jingzhun.policy.models.plan import Target
from jingzhun.policy.rules.files import FileKind
from jingzhun.publicity.models import BoardPhoto
from jingzhun.registry.models import CheckFinding, Household, VillageYear

COUNTY, TOWN, YEAR = VILLAGE[:6], VILLAGE[:9], 2014
SECOND = "610426103201"
PROOF = Filed("永审报〔2014〕3号".encode(), FileKind.TEXT, "永审报〔2014〕3号")


def day(rng: Random, first: date = date(2013, 11, 1), last: date = date(2015, 4, 20)) -> date:
    return first + timedelta(days=rng.randrange((last - first).days))


def at(on: date) -> Any:
    return noon(on)


def make_year(seed: int, officer: User, leader: User) -> None:
    """Fill the year."""
    rng = Random(seed)
    for village in (VILLAGE, SECOND):
        make_area(village)
        poor = rng.random() < 0.7
        VillageYear.objects.create(area_id=village, year=2013, poor_village=poor)
        households = [
            make_household(village, registered_on=date(2014, rng.randint(1, 12), 20), members=("张三",))
            for _number in range(6)
        ]
        helped(rng, households, village)
        papers(rng, households, village)
        built(rng, households, village, officer, leader)
    plan = Plan.objects.create(area_id=COUNTY, title="x", first_year=2014, last_year=2018, goal="x", state="adopted",
                               adopted_on=date(2014, 1, 1), made_at=timezone.now())  # fmt: skip
    for code in (COUNTY, TOWN, SECOND[:9]):
        Target.objects.create(plan=plan, area_id=code, year=YEAR, households=rng.randint(1, 5), persons=9)
    for household in Household.objects.all()[:3]:
        spell = household.spells.get()
        spell.registered_on, spell.exited_on = date(2014, 1, 1), date(2014, 12, rng.randint(2, 28))
        spell.save()


def helped(rng: Random, households: list[Household], village: str) -> None:
    unit = make_organisation(rng.choice(["永寿县教育局", "永寿县水利局"]))
    cadre = make_cadre(organisation=unit)
    for household in households[:5]:
        ended = date(2014, 11, 11) if rng.random() < 0.2 else None
        make_pairing(household, cadre, since=day(rng, last=date(2014, 10, 1)), until=ended,
                     ended_because="调离" if ended else "")  # fmt: skip
        for _number in range(rng.randint(0, 12)):
            Visit.objects.create(household=household, cadre=cadre, on=day(rng), found="x", recorded_at=timezone.now())
        for _number in range(3):
            due, went = day(rng), day(rng)
            done = rng.random() < 0.7
            Measure.objects.create(
                household=household, kind="materials", year=YEAR, content="苗木", due_on=due, provider=unit,
                state="delivered" if done else rng.choice(["planned", "dropped"]), dropped_because="x",
                delivered_on=went if done else None, planned_at=timezone.now(),
            )  # fmt: skip
            Need.objects.create(household=household, kind="materials", text="x", heard_on=due, due_on=due, answer="好",
                                state="answered", answered_at=at(went), recorded_at=timezone.now(),
                                organisation=unit)  # fmt: skip
    posting = Posting.objects.create(kind=rng.choice(["first_secretary", "team_member"]), cadre=cadre, area_id=village,
                                     since=date(2014, 1, 5))  # fmt: skip
    for month in rng.sample(range(1, 13), 6):
        Presence.objects.create(posting=posting, month=date(YEAR, month, 1), days=rng.randint(8, 28),
                                recorded_at=timezone.now())  # fmt: skip
    pledge = Pledge.objects.create(organisation=unit, county_id=COUNTY, year=YEAR, amount=1_000, purpose="x",
                                   recorded_at=timezone.now())  # fmt: skip
    Arrival.objects.create(pledge=pledge, on=day(rng), amount=rng.randint(1, 1_500), area_id=COUNTY, evidence="x",
                           recorded_at=timezone.now())  # fmt: skip


def papers(rng: Random, households: list[Household], village: str) -> None:
    policy, _made = Policy.objects.get_or_create(area_id=COUNTY, code="p")
    version, _made = PolicyVersion.objects.get_or_create(
        policy=policy, number=1, defaults={"title": "补助", "kind": "materials", "department": "x", "condition": "TRUE",
                                           "made_at": timezone.now()}
    )  # fmt: skip
    for household in households:
        answer = rng.choice([True, True, False, None])
        Entitlement.objects.create(household=household, policy=policy, version=version, year=YEAR, answer=answer)
        if rng.random() < 0.6:
            Receipt.objects.create(household=household, policy=policy, year=YEAR, received_on=day(rng), source="list",
                                   reference=f"list:1:{household.pk}", recorded_at=timezone.now(),
                                   revoked_at=timezone.now() if rng.random() < 0.2 else None)  # fmt: skip
        if rng.random() < 0.4:
            CheckFinding.objects.create(year=YEAR, code="H01", village_code=village, household=household,
                                        place=f"{household.pk}", first_seen=at(day(rng)), last_seen=timezone.now(),
                                        resolved_at=rng.choice([None, timezone.now()]))  # fmt: skip
    for number in range(3):
        notice = make_notice(area=village, opens_on=date(YEAR, 5, 6 + number))
        if rng.random() < 0.6:
            BoardPhoto.objects.create(notice=notice, file="boards/x.jpg", sha256="0", taken_on=notice.opens_on)
        objection = make_objection(notice).objection
        if rng.random() < 0.7:
            settle_as_system(objection, rng.choice(["upheld", "dismissed"]),
                             at(notice.opens_on + timedelta(days=rng.randint(1, 40))))  # fmt: skip


def built(rng: Random, households: list[Household], village: str, officer: User, leader: User) -> None:
    source = Source.objects.filter(year=YEAR, purposes=[]).first() or _source(officer, "综合资金", [])
    bound = Source.objects.filter(year=YEAR).exclude(purposes=[]).first() or _source(officer, "道路资金", ["road"])
    for number in range(3):
        done = rng.choice([None, date(2014, 11, 3), date(2015, 2, 10)])
        project = Project.objects.create(
            number=f"610426-2014-{Project.objects.count() + 1:04d}", title=f"路{number}", kind="road", area_id=village,
            year=YEAR, responsible=make_organisation(rng.choice(["永寿县交通局", "永寿县水利局"])), content="x",
            goal="x", budget=10_000, begins_on=date(2014, 3, 1), due_on=date(2014, 12, 1), made_at=timezone.now(),
            begun_on=date(2014, 2, 1) + timedelta(days=rng.randint(0, 200)), completed_on=done, made_by=officer,
            state="under_way", dropped_because="x",
        )  # fmt: skip
        for place in range(3):
            went = rng.choice([None, day(rng)])
            Stage.objects.create(project=project, number=place + 1, title="x", weight=30, due_on=day(rng),
                                 done_on=went, late_because="阴雨")  # fmt: skip
        for passed in rng.sample(range(1, 20), 7):
            Report.objects.create(project=project, due_on=project.begun_on + timedelta(days=14 * passed), percent=5,
                                  told="x", sent_at=at(day(rng)))  # fmt: skip
        if rng.random() < 0.6:
            ProjectPhoto.objects.create(project=project, moment="after", file="projects/x.jpg", taken_on=day(rng),
                                        added_at=timezone.now())  # fmt: skip
        if rng.random() < 0.5:
            Beneficiary.objects.create(project=project, household=households[0])
        state = "completed" if done else rng.choice(["under_way", "under_way", "dropped"])
        if state != "dropped":
            _pay(rng, project, rng.choice([source, bound]), officer, leader)
        Project.objects.filter(pk=project.pk).update(state=state)


def _source(officer: User, title: str, purposes: list[str]) -> Source:
    made = make_source(officer, 100_000, 0, title=title, document=title, year=YEAR, purposes=tuple(purposes))
    money.arrive(made, Decimal(50_000), date(2014, 2, 1), "凭证", by=officer, at=at(date(2014, 2, 1)))
    return made


def _pay(rng: Random, project: Project, source: Source, officer: User, leader: User) -> None:
    on = day(rng, date(2014, 3, 1), date(2015, 5, 20))
    proposed = money.propose_allocation(source, project, Decimal(rng.randint(50, 5_000)), "文", by=officer, at=at(on))
    money.decide_allocation(proposed, on, approve=True, by=leader, at=at(on))
    line = ToPay("建设公司", Decimal(rng.randint(1, int(proposed.amount))))
    order = orders.prepare_order(project, "supplier", "款", "合同", [line], by=officer, at=at(on))
    if rng.random() < 0.8:
        paid = on + timedelta(days=rng.randint(0, 60))
        orders.decide_order(order, paid, approve=True, by=leader, at=at(paid))
