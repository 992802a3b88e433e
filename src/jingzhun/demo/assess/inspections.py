"""Plays two inspections with their orders to rectify, and the hotline's tips of two years."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from jingzhun.areas.models import Area, within
from jingzhun.assessment.actions import inspections, orders, tips
from jingzhun.assessment.actions.inspections import Announced, Found
from jingzhun.assessment.models import InspectionFinding, Rectification, Tip
from jingzhun.demo.story.cast import Cast
from jingzhun.demo.story.moments import at_nine
from jingzhun.people.actions import assign_role
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.registry.models import Household
from jingzhun.registry.queries.status import has_status

UNTIL = date(2015, 3, 31)  # the story's last day
NOTARY = "永寿县公证处当日公开摇号的六位数"
INSPECTIONS = (
    ("2014年冬季建档立卡质量督查", "quality", date(2014, 11, 24), "306172"),
    ("2015年春季帮扶措施督查", "help", date(2015, 2, 24), "824590"),
)
DIFFERS = 0.15
MOST = 80  # households in a sample
FOUND = (
    ("facts", "light", "家庭人口与登记不符，新增一人未更新"),
    ("housing", "serious", "住房仍为危房，登记为安全住房"),
    ("help", "light", "帮扶人近三个月未入户"),
    ("measures", "serious", "计划的种羊尚未送到"),
    ("money", "grave", "补助金额与农户所述不一致"),
)
TIPS = 20
TOLD = (
    ("investigation", "misuse", "反映产业补助款被他人代领"),
    ("investigation", "project", "反映通组路路面开裂，无人维修"),
    ("advice", "policy", "咨询贫困大学生资助如何申请"),
    ("investigation", "policy", "反映有车户被评为贫困户"),
    ("advice", "policy", "咨询移民搬迁的自筹标准"),
    ("investigation", "embezzled", "反映扶贫物资发放名单不实"),
)
NAMES = ("李守信", "王直言", "张明理", "赵实说")


def build(county: Area, cast: Cast, seed: int, told: Callable[[int, int], None] = lambda *_: None) -> int:
    """Play the supervision; number of findings that differ. The register of 2014 must be announced."""
    rng, supervisor = np.random.default_rng(seed + 12317), _supervisor(county)
    differing = 0
    for number, (title, kind, day, value) in enumerate(INSPECTIONS, 1):
        found = _inspect(county, title, kind, day, value, supervisor, rng)
        _rectify(found, day + timedelta(days=24), cast, supervisor, rng)
        differing += len(found)
        told(number, len(INSPECTIONS))
    _hotline(county, cast, supervisor, rng)
    return differing


def _supervisor(county: Area) -> User:
    """Who supervises the county: the demo's login where there is one."""
    found = User.objects.filter(assignments__role=Role.SUPERVISOR, assignments__area=county).first()
    if found is None:
        found = User(username=f"supervisor-{county.pk}", full_name="马督查")
        found.set_unusable_password()
        found.save()
        assign_role(found, Role.SUPERVISOR, county)
    return found


def _inspect(
    county: Area, title: str, kind: str, day: date, value: str, by: User, rng: Generator
) -> list[InspectionFinding]:
    """An inspection from its announcement to its last house; findings that differ."""
    drawn_on = day + timedelta(days=7)
    there = Household.objects.filter(within(county.pk, "village_code"), has_status("registered", day)).count()
    asked = Announced(
        county, title, kind, "households", drawn_on, day + timedelta(days=30), seed_on=drawn_on, seed_from=NOTARY,
        size=min(MOST, there),
    )  # fmt: skip
    made = inspections.announce(asked, by=by, at=at_nine(day))
    found = []
    for item in inspections.draw(made, value, by=by, at=at_nine(drawn_on)):
        at = at_nine(drawn_on + timedelta(days=1 + int(rng.integers(15))))
        if rng.random() >= DIFFERS:
            inspections.note_finding(item, Found("agrees"), by=by, at=at)
            continue
        what, weight, text = FOUND[int(rng.integers(len(FOUND)))]
        found.append(inspections.note_finding(item, Found("differs", what, weight, text), by=by, at=at))
    return found


def _rectify(found: list[InspectionFinding], day: date, cast: Cast, by: User, rng: Generator) -> None:
    """Orders of an inspection in all states: accepted, sent back, proved, late, open."""
    for number, finding in enumerate(found):
        item = finding.item
        due = day + timedelta(days=(30, 10, 30, 3, 45)[number % 5])
        order = orders.give(
            item.area, None, f"{item.inspection.title} {item.number}", f"核实并整改：{finding.what}", due,
            by=by, at=at_nine(day), finding=finding, link=f"/assessment/inspections/items/{item.pk}/",
        )  # fmt: skip
        if number % 5 < 3:
            _prove(order, number % 5, day + timedelta(days=4 + int(rng.integers(5))), cast.clerks[item.area_id], by)


def _prove(order: Rectification, way: int, day: date, clerk: User, by: User) -> None:
    after = day + timedelta(days=2)
    orders.prove(order, "已入户核实，完成整改，更新登记。", by=clerk, at=at_nine(day))
    if way == 0 and after <= UNTIL:
        orders.accept(order, "入户复查属实。", by=by, at=at_nine(after))
    elif way == 1 and after <= UNTIL:
        orders.send_back(order, "缺少整改后的照片和农户签字。", by=by, at=at_nine(after))


def _hotline(county: Area, cast: Cast, by: User, rng: Generator) -> None:
    """Tips from the summer of 2014 to the spring of 2015, answered by the towns, the last ones not yet."""
    villages = Area.objects.in_bulk(list(cast.clerks))
    codes = sorted(villages)
    for number in range(TIPS):
        day = date(2014, 6, 3) + timedelta(days=number * 15)
        kind, topic, text = TOLD[number % len(TOLD)]
        about = villages[codes[int(rng.integers(len(codes)))]]
        name = NAMES[number % len(NAMES)] if number % 3 else ""
        told = tips.Told(about, day, kind, topic, f"{text}（{about.short_name}）", name, "13900000000" if name else "")
        tip = tips.record_tip(told, by=by, at=at_nine(day))
        if day + timedelta(days=3) <= UNTIL:
            _answer(tip, about, number, cast, county, by)


def _answer(tip: Tip, about: Area, number: int, cast: Cast, county: Area, by: User) -> None:
    day = tip.received_on + timedelta(days=3)
    to_county = number % 4 == 0 or about.parent is None
    handler = by if to_county else cast.towns[about.pk[:9]]
    grade = "important" if tip.topic == "embezzled" else "ordinary"
    tips.forward(tip, grade, county if to_county else Area.objects.get(pk=about.pk[:9]), by=by, at=at_nine(day))
    answered = tip.due_on + timedelta(days=4 if number % 7 == 3 else -3)
    if answered > UNTIL or number % 9 == 8:  # some are still waited for
        return
    text = "已入户调查，属实的已纠正，并在村务公开栏公布。" if number % 2 else "经调查不属实，已向群众说明政策。"
    tips.answer(tip, text, answered, upheld=bool(number % 2), by=handler, at=at_nine(answered))
    if tip.named and answered + timedelta(days=1) <= UNTIL:
        told = answered + timedelta(days=1)
        tips.tell_reporter(tip, "电话告知", told, by=handler, at=at_nine(told))
