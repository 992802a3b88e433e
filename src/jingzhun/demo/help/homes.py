"""What happens in the homes: policies, plans, measures, visits and needs, village by village."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.random import Generator

from jingzhun.areas.models import Area
from jingzhun.assistance.actions import measures, plans
from jingzhun.assistance.actions.needs import answer, close
from jingzhun.assistance.actions.seasons import load_usual_year
from jingzhun.assistance.actions.visits import Heard, Seen, log_visits
from jingzhun.assistance.models import HouseholdPlan, Measure, Need, Pairing, Season
from jingzhun.assistance.rules.seasons import due_on
from jingzhun.demo.story.cast import Cast
from jingzhun.demo.story.moments import at_nine
from jingzhun.people.models import Cadre, User
from jingzhun.policy.actions.batch import run_entitlements
from jingzhun.policy.actions.receipts import Received, record_receipts
from jingzhun.policy.actions.reference import load_reference
from jingzhun.policy.models import Entitlement, Policy
from jingzhun.policy.queries.versions import versions_in_force
from jingzhun.registry.models import Household, Member

PLANNED, APPROVED, DELIVERED, CONFIRMED = date(2014, 12, 8), date(2014, 12, 20), date(2015, 2, 25), date(2015, 3, 10)
VISITS = (date(2014, 11, 18), date(2015, 3, 12))
YEAR = 2015
LENT = Decimal(50_000)  # yuan of a micro-credit, for three years
PAID = date(2015, 3, 25)
RECEIVING = 0.86  # of the entitled, of money that a department pays by its lists
UNDUE = 0.004  # of those who are not entitled
TWO_MEASURES = 0.25  # of the households have two measures, the others one
AGAIN = 0.35  # of the households are visited a second time
NEEDY = 0.04  # of the visits hear a need
BY_LIST = ("low-income-top-up", "five-guarantees", "senior-grant", "boarding-junior", "disability-care")
SEASONAL = (  # work of the farming year, kind, what the household gets, yuan
    ("apple-spring", "materials", "苹果园春季追肥：复合肥4袋、石硫合剂", 480),
    ("apple-frost", "materials", "花期防冻物料、壁蜂", 260),
    ("apple-bags", "materials", "苹果套袋用双层纸袋5000个", 400),
    ("maize-sow", "materials", "春玉米良种10斤、地膜一卷", 220),
    ("potato-plant", "materials", "脱毒种薯200斤", 300),
    ("hens", "materials", "雏鸡50只、开口饲料", 900),
    ("pigs", "capital", "补栏仔猪两头补助", 1000),
    ("bees", "materials", "中蜂蜂箱两个", 360),
)
FARMING = 0.25  # of the households that can work get something for the farming year
GOALS = {
    "illness": "病有所医，医疗支出减轻，人均纯收入超过标准线。",
    "disability": "落实残疾人补贴，照料有着落，收入稳定。",
    "schooling": "孩子不因贫失学，完成学业后一人就业。",
    "no_skills": "掌握一门实用技术，发展一项增收产业。",
    "no_labour": "政策兜底，生活有保障。",
    "no_capital": "用好小额信贷和奖补，种养规模扩大。",
}
GOAL = "落实帮扶措施，人均纯收入超过标准线。"
FOUND = (
    "户主在家，身体尚可，家里收拾整齐。",
    "入户了解种植和养殖情况，讲解帮扶政策。",
    "家中老人有慢性病，按时服药。",
    "谈了今年的打算，愿意参加技术培训。",
    "孩子在镇上上学，家里粮食够吃。",
)
NEEDS = (
    ("technology", "苹果树修剪不会，盼技术员上门"),
    ("job", "想在附近找份零工"),
    ("health", "药费报销手续不清楚"),
    ("infrastructure", "门前道路雨天难走"),
    ("credit", "想贷款买两头牛"),
    ("schooling", "孩子住宿费有困难"),
)
ANSWERS = ("已联系相关部门，月底前上门办理。", "已列入今年计划，将通知到户。", "镇工作站已当面解释并代办手续。")


@dataclass(frozen=True)
class Home:
    """A household with its head, its helper and what it is entitled to (the policies with the value of a year)."""

    household: Household
    head: str
    helper: Cadre | None
    entitled: list[tuple[Policy, str, str, Decimal | None]]  # policy, title, kind, yuan


def policies(county: Area, by: User) -> None:
    """The reference policies, and who is entitled to them in 2015."""
    load_reference(county, by=by, at=at_nine(date(2014, 11, 20)))
    run_entitlements(county, date(2015, 3, 31), by=by, at=at_nine(date(2015, 3, 31)))


def lists_of_departments(county: Area, seed: int, by: User) -> int:
    """What departments pay by their lists: nearly all the entitled, and some who are not; number of receipts."""
    rng = np.random.default_rng([seed, 41])
    rows = []
    found = Entitlement.objects.filter(policy__code__in=BY_LIST, policy__area=county, year=YEAR, answer__isnull=False)
    for each in found.select_related("household", "policy").order_by("policy__code", "household__number"):
        if rng.random() < (RECEIVING if each.answer else UNDUE):
            reference = f"list:{YEAR}:{each.policy.code}:{each.household.number}"
            amount = each.value or Decimal(300)
            rows.append(Received(each.household, each.policy, YEAR, amount, PAID, "list", reference))
    record_receipts(rows, by=by, at=at_nine(date(2015, 3, 26)))
    return len(rows)


def homes_of(county: Area) -> dict[str, list[Home]]:
    """Every paired household by village; five queries."""
    pairs = Pairing.objects.filter(until=None, place=1, cadre__county=county).select_related("household", "cadre")
    heads = dict(Member.objects.filter(relation="head", left_on=None).values_list("household", "name"))
    versions = {each.version.policy_id: each.version for each in versions_in_force(county.pk, PLANNED)}
    entitled: dict[int, list[Any]] = defaultdict(list)
    found = Entitlement.objects.filter(year=YEAR, answer=True, policy__in=versions).exclude(policy__code__in=BY_LIST)
    for row in found.order_by("policy__code").select_related("policy"):
        version = versions[row.policy_id]
        entitled[row.household_id].append((row.policy, version, row.value))
    homes: dict[str, list[Home]] = defaultdict(list)
    for pairing in pairs.order_by("household__number"):
        household = pairing.household
        mine = sorted(
            entitled[household.pk],
            key=lambda each: household.cause_main not in each[1].causes,
        )
        chosen = [(policy, version.title, version.kind, value) for policy, version, value in mine[:2]]
        home = Home(household, heads.get(household.pk, ""), pairing.cadre, chosen)
        homes[household.village_code].append(home)
    return dict(homes)


def live(homes: Sequence[Home], clerk: User, town: User, rng: Generator) -> None:
    """A village's winter: visits, plans, measures planned, approved, delivered and signed for."""
    first, last = VISITS
    log_visits([_visit(home, first, rng) for home in homes], by=clerk, at=at_nine(first))
    made = plans.make_plans([_goal(home) for home in homes], by=clerk, at=at_nine(PLANNED))
    both = rng.random(len(homes)) < TWO_MEASURES
    wanted = [
        each
        for home, plan, two in zip(homes, made, both.tolist(), strict=True)
        for each in list(_wanted(home, plan))[: 2 if two else 1]
    ]
    wanted += _for_the_season(homes, made, rng)
    planned = measures.plan_measures(wanted, by=clerk, at=at_nine(PLANNED))
    with_measure = {each.plan_id for each in planned}
    heads = {home.household.pk: home.head or "户主" for home in homes}
    agreed = [plans.Agreed(plan, heads[plan.household_id], PLANNED) for plan in made if plan.pk in with_measure]
    plans.agree(agreed, at=at_nine(PLANNED))
    approved = [each for each in planned if rng.random() < 0.96]
    measures.approve(approved, by=town, at=at_nine(APPROVED))
    delivered = [each for each in approved if rng.random() < 0.85 and each.due_on <= CONFIRMED]
    measures.deliver(delivered, DELIVERED, by=clerk, at=at_nine(DELIVERED))
    signed = [_signed(each, heads, rng) for each in delivered if rng.random() < 0.9]
    measures.confirm(signed, at=at_nine(CONFIRMED))
    again = [home for home in homes if rng.random() < AGAIN]
    log_visits([_visit(home, last, rng) for home in again], by=clerk, at=at_nine(last))
    _answer_needs(homes, clerk, town, rng)


def _visit(home: Home, day: date, rng: Generator) -> Seen:
    needs: tuple[Heard, ...] = ()
    if rng.random() < NEEDY:
        kind, text = NEEDS[int(rng.integers(len(NEEDS)))]
        needs = (Heard(kind, text, Need.Routed.VILLAGE if rng.random() < 0.4 else Need.Routed.TOWN),)
    on = day + timedelta(days=int(rng.integers(-9, 1)))
    return Seen(home.household, on, FOUND[int(rng.integers(len(FOUND)))], home.head, needs=needs, cadre=home.helper)


def _goal(home: Home) -> plans.Goal:
    return plans.Goal(home.household, YEAR, GOALS.get(home.household.cause_main, GOAL), Decimal(3100))


def _wanted(home: Home, plan: HouseholdPlan) -> Iterator[measures.Wanted]:
    for policy, title, kind, value in home.entitled:
        amount, months = (LENT, 36) if kind == "credit" else (value, None)
        yield measures.Wanted(
            home.household, kind, title, date(YEAR, 3, 1), amount, months=months, policy=policy, plan=plan
        )


def _for_the_season(homes: Sequence[Home], made: Sequence[HouseholdPlan], rng: Generator) -> Iterator[measures.Wanted]:
    """What some households get for a work of the farming year, on the last day on which it helps."""
    seasons = {each.code: each for each in Season.objects.filter(area=homes[0].household.village_code[:6])}
    drawn = rng.random(len(homes)) < FARMING
    chosen = rng.integers(len(SEASONAL), size=len(homes)).tolist()
    for home, plan, farming, number in zip(homes, made, drawn.tolist(), chosen, strict=True):
        if farming and home.household.cause_main != "no_labour":
            code, kind, content, yuan = SEASONAL[number]
            due = due_on(seasons[code].work_of_year, YEAR)
            yield measures.Wanted(home.household, kind, content, due, Decimal(yuan), season=seasons[code], plan=plan)


def _signed(measure: Measure, heads: dict[int, str], rng: Generator) -> measures.Signed:
    effect = (
        None
        if measure.amount is None or measure.kind == "credit"
        else (measure.amount * Decimal("0.8")).quantize(Decimal(1))
    )
    return measures.Signed(measure, heads[measure.household_id], CONFIRMED, effect)


def _answer_needs(homes: Sequence[Home], clerk: User, town: User, rng: Generator) -> None:
    """Most needs of the first visit are answered and closed; those of the second wait."""
    first = Need.objects.filter(household__in=[home.household.pk for home in homes], heard_on__lte=VISITS[0])
    for need in first.select_related("household").order_by("pk"):
        if rng.random() < 0.85:
            who = clerk if need.routed == Need.Routed.VILLAGE else town
            answer(need, ANSWERS[int(rng.integers(len(ANSWERS)))], by=who, at=at_nine(date(2014, 12, 2)))
            if rng.random() < 0.9:
                close(need, True, by=clerk, at=at_nine(date(2014, 12, 16)))


def play_homes(county: Area, cast: Cast, seed: int, told: Any) -> int:
    """Every village's winter; number of households."""
    rng = np.random.default_rng([seed, 532])
    load_usual_year(county, by=cast.county, at=at_nine(VISITS[0]))
    villages = homes_of(county)
    for number, (code, homes) in enumerate(sorted(villages.items()), 1):
        live(homes, cast.clerks[code], cast.towns[code[:9]], rng)
        told(number, len(villages))
    return sum(map(len, villages.values()))
