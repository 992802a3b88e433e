"""Plays the county's money and projects: granted, allocated, built in stages, reported on, paid, accepted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from jingzhun.areas.models import Area, within
from jingzhun.assistance.queries.coverage import poor_villages
from jingzhun.demo.story.cast import Cast
from jingzhun.demo.story.moments import at_nine
from jingzhun.management.actions import money, orders, projects
from jingzhun.management.actions.money import Granted
from jingzhun.management.actions.orders import ToPay
from jingzhun.management.actions.projects import Drafted, Step
from jingzhun.management.kinds import kinds
from jingzhun.management.models import Order, Project, Source
from jingzhun.management.rules.projects import report_days
from jingzhun.people.actions import add_organisation
from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.models import Household, Member
from jingzhun.registry.queries.status import has_status

from .works import MONEY, UNITS, WORKS, Work, drawn_picture, titled

YEARS = (2014, 2015)
UNTIL = date(2015, 3, 31)  # the story's last day
BEGINS = {2014: date(2014, 4, 1), 2015: date(2015, 1, 20)}
TO_HOUSEHOLDS = date(2014, 11, 5)  # after the register of 2014 was announced
GIVEN = Decimal("0.95")  # of a budget is allocated
LATE = 0.12  # of the stages
EVERY = 14
REASONS = ("连阴雨停工", "招标流标一次", "砂石料供应紧张", "征地协商延后")
BUILDERS = ("第一", "宏达", "永安")
HOUSEHOLDS = 20
TEN_THOUSAND = 10_000


@dataclass
class Site:
    """The county, who acts there, its places and its money."""

    county: Area
    cast: Cast
    rng: Generator
    villages: list[tuple[str, str]]
    towns: list[tuple[str, str]]
    leaders: list[Cadre]
    units: dict[str, Organisation]


def play_management(county: Area, cast: Cast, seed: int, told: Callable[[int, int], None], share: float = 1.0) -> int:
    """Play two years; number of projects. `share`: of the projects, for a part of the county."""
    site = _site(county, cast, seed)
    made = 0
    for year in YEARS:
        sources = _granted(site, year, share)
        wanted = [
            (work, code, title)
            for work in WORKS
            for code, title in titled(work, _places(site, work, share))
        ]  # fmt: skip
        for number, (work, code, title) in enumerate(wanted, 1):
            _project(site, year, work, code, title, sources)
            told(number, len(wanted))
        made += len(wanted)
    return made


def _site(county: Area, cast: Cast, seed: int) -> Site:
    places = Area.objects.filter(within(county.pk, "code"), valid_until=None).order_by("code")
    poor = poor_villages(county.pk, UNTIL)
    names = [(area.pk, area.short_name) for area in places.filter(level="village") if area.pk in poor]
    towns = [(area.pk, area.short_name) for area in places.filter(level="town")]
    leaders = list(Cadre.objects.filter(county=county, rank="county").order_by("number"))
    known = {each.name: each for each in Organisation.objects.filter(name__in=set(UNITS.values()))}
    missing = sorted(set(UNITS.values()) - known.keys())
    known |= {name: add_organisation(name, "county", county) for name in missing}
    units = {kind: known[name] for kind, name in UNITS.items()}
    return Site(county, cast, np.random.default_rng([seed, 71]), names, towns, leaders, units)


def _places(site: Site, work: Work, share: float) -> list[tuple[str, str]]:
    there = site.towns if work.level == "town" else site.villages
    order = site.rng.permutation(len(there))[: max(1, round(work.number * share))]
    return [there[place] for place in sorted(order.tolist())]


def _granted(site: Site, year: int, share: float) -> list[Source]:
    made = []
    for number, (level, title, document, amount, purposes) in enumerate(MONEY):
        yuan = Decimal(max(1, round(amount * share))) * TEN_THOUSAND
        day = date(year, 1, 12) + timedelta(days=3 * number)
        told = Granted(site.county, year, level, title, document.format(year=year), yuan, purposes)
        source = money.record_source(told, by=site.cast.county, at=at_nine(day))
        money.arrive(source, yuan, day, f"国库拨款凭证{year}{number + 1:02d}", by=site.cast.county, at=at_nine(day))
        made.append(source)
    return made


def _project(site: Site, year: int, work: Work, code: str, title: str, sources: list[Source]) -> None:
    rng, officer, leader = site.rng, site.cast.county, site.cast.leader
    of_households = kinds()[work.kind].households
    start = BEGINS[year] + timedelta(days=int(rng.integers(0, 40)))
    start = max(start, TO_HOUSEHOLDS) if of_households else start
    days = int(rng.integers(110, 170)) if not of_households else int(rng.integers(90, 130))
    steps = list(_steps(work, start, days))
    told = Drafted(
        title, work.kind, Area.objects.get(pk=code), year, site.units[work.kind], work.content, work.goal,
        Decimal(work.yuan), start, start + timedelta(days=days),
        site.leaders[int(rng.integers(len(site.leaders)))] if kinds()[work.kind].key else None,
    )  # fmt: skip
    before = at_nine(start - timedelta(days=20))
    project = projects.draft(told, steps, by=officer, at=before)
    households = list(_families(code, start)) if of_households else []
    if of_households:
        projects.name_beneficiaries(project, [each for each, _head in households], by=officer, at=at_nine(start))
    if of_households and not households:
        return  # a draft that lacks its households stays one
    projects.admit(project, by=officer, at=at_nine(start))
    projects.approve(project, by=leader, at=at_nine(start))
    if start > UNTIL:
        return
    _allocate(site, project, sources, start)
    projects.begin(project, start, by=officer, at=at_nine(start))
    if not of_households:
        _photo(project, "before", start, site)
    _build(site, project, households)


def _steps(work: Work, start: date, days: int) -> Iterator[Step]:
    passed = 0
    for title, weight in work.stages:
        passed += weight
        yield Step(title, weight, start + timedelta(days=days * passed // 100))


def _families(code: str, on: date) -> Iterator[tuple[Household, str]]:
    """Some households of the register in a town or village, with the names of their heads."""
    rows = Household.objects.filter(within(code, "village_code"), has_status("registered", on), closed_on=None)
    wanted = list(rows.order_by("number")[:HOUSEHOLDS])
    heads = dict(Member.objects.filter(household__in=wanted, relation="head", left_on=None).values_list(
        "household", "name"))  # fmt: skip
    yield from ((each, heads.get(each.pk, each.number)) for each in wanted)


def _allocate(site: Site, project: Project, sources: list[Source], day: date) -> None:
    """From money that is for nothing else first, then from what is for any project."""
    left = (project.budget * GIVEN).quantize(Decimal("0.01"))
    for source in sorted(sources, key=lambda each: (not each.purposes, (each.pk * 7 + project.pk * 3) % len(sources))):
        if source.purposes and project.kind not in source.purposes:
            continue
        part = min(left, money.account_of(source).balance)
        if part <= 0:
            continue
        paper = f"永扶发〔{project.year}〕{project.pk}号"
        proposed = money.propose_allocation(source, project, part, paper, by=site.cast.county, at=at_nine(day))
        money.decide_allocation(proposed, day, approve=True, by=site.cast.leader, at=at_nine(day))
        left -= part
        if left <= 0:
            return


def _build(site: Site, project: Project, households: list[tuple[Household, str]]) -> None:
    """Stage by stage: done or late, paid, with a report every two weeks; completed and accepted in the end."""
    rng, officer = site.rng, site.cast.county
    begun, done, last = project.begins_on, 0, project.begins_on
    ends: list[tuple[date, int]] = []
    for stage in project.stages.all():
        late = rng.random() < LATE
        day = max(last, stage.due_on + timedelta(days=int(rng.integers(3, 25)) if late else -int(rng.integers(0, 8))))
        if day > UNTIL:
            break
        reason = REASONS[int(rng.integers(len(REASONS)))] if day > stage.due_on else ""
        projects.stage_done(stage, day, reason, by=officer, at=at_nine(day))
        done, last = done + stage.weight, day
        ends.append((day, done))
        if not households:
            _pay_supplier(site, project, stage.number, stage.weight, day)
    finished = bool(ends) and ends[-1][1] == 100
    _report(site, project, begun, ends[-1][0] if finished else UNTIL, ends)
    if not finished:
        return
    if households:
        _pay_households(site, project, households, last)
    for moment in ("during", "after") if not households else ("after",):
        _photo(project, moment, last, site)
    projects.complete(project, last, by=officer, at=at_nine(last))
    accepted = last + timedelta(days=15)
    if accepted <= UNTIL:
        projects.accept(project, accepted, "村民委员会", by=site.cast.leader, at=at_nine(accepted))


def _report(site: Site, project: Project, begun: date, until: date, ends: list[tuple[date, int]]) -> None:
    stages = list(project.stages.values_list("due_on", "done_on"))
    for due in report_days(begun, until, EVERY):
        day = due - timedelta(days=1)
        percent = max((done for on, done in ends if on <= day), default=5)
        overdue = any(planned < day and (really is None or really > day) for planned, really in stages)
        reason = REASONS[(day.toordinal() + project.pk) % len(REASONS)] if overdue else ""
        if site.rng.random() < 0.95:  # now and then a report is forgotten
            projects.report(project, percent, "按计划推进。", reason, by=site.cast.county, at=at_nine(day))


def _pay_supplier(site: Site, project: Project, number: int, weight: int, day: date) -> None:
    given = sum(project.accounts.values_list("balance", flat=True), Decimal(0))
    yuan = (given * weight / 100).quantize(Decimal("0.01"))
    if yuan > 0:
        line = ToPay(f"永寿县{BUILDERS[project.pk % len(BUILDERS)]}建设有限公司", yuan)
        title, reference = f"第{number}期工程款", f"合同{project.number}-{number}"
        _order(site, project, Order.Payees.SUPPLIER, title, reference, [line], day)


def _pay_households(site: Site, project: Project, households: list[tuple[Household, str]], day: date) -> None:
    given = sum(project.accounts.values_list("balance", flat=True), Decimal(0))
    each = (given / len(households)).quantize(Decimal(1)) - 1
    if each > 0:
        lines = [ToPay(head, each, household) for household, head in households]
        _order(site, project, Order.Payees.HOUSEHOLDS, "补助到户", f"名单{project.number}", lines, day)


def _order(
    site: Site, project: Project, payees: str, title: str, reference: str, lines: list[ToPay], day: date
) -> None:
    order = orders.prepare_order(project, payees, title, reference, lines, by=site.cast.county, at=at_nine(day))
    orders.decide_order(order, day, approve=True, by=site.cast.leader, at=at_nine(day))


def _photo(project: Project, moment: str, day: date, site: Site) -> None:
    picture = drawn_picture(project.pk, moment)
    projects.add_photo(project, moment, picture, day, by=site.cast.county, at=at_nine(day))
