"""The towns' and the county's part: they audit, review and post what the villages sent up, for all villages at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.identification.actions import crosscheck, decide, reviews, visits
from jingzhun.identification.models import Application, Flag, Round
from jingzhun.identification.rules import VETO
from jingzhun.people.models import User
from jingzhun.procedure.rules import State

from .cast import Cast
from .plan import VillagePlan
from .posting import post

# Day of the town audit of each wave; the other steps follow it by so many days.
AUDITS = (date(2014, 5, 19), date(2014, 6, 18))
SECOND_NOTICE, REVIEW, ANNOUNCEMENT, REGISTRATION = 2, 13, 15, 26
PURPOSES = {"town": "revisit", "county": "spot_check"}
REVISITED, SPOT_CHECKED = 0.26, 0.14  # a little more than the rule asks of each village


@dataclass
class Office:
    """A town, or the county: `code` says for which area it acts."""

    code: str
    plans: Sequence[VillagePlan]
    round: Round
    by: User
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([2014, int(self.code)])

    def named(self, part: str) -> set[str]:
        """Household numbers of a part of the story, in all villages of the office."""
        return {number for plan in self.plans for number in plan.slipped_in.get(part, getattr(plan, part, []))}

    def at(self, step: str) -> list[Application]:
        """Applications of the office's area that stand at a step."""
        found = Application.objects.filter(
            within(self.code, "case__area_code"), round=self.round, case__step=step, case__state=State.OPEN
        )
        return list(found.select_related("case", "household").order_by("household__number"))

    def look(self, level: str, found: Sequence[Application], share: float, at: datetime) -> None:
        """Every household is looked at on paper, a share of each village's at home."""
        told, visited, seen = [], [], dict.fromkeys({each.case.area_code for each in found}, 0)
        totals = {code: sum(each.case.area_code == code for each in found) for code in seen}
        for each in found:
            code = each.case.area_code
            if seen[code] < np.ceil(totals[code] * share) or self.rng.random() < 0.02:
                seen[code] += 1
                visited.append(each)
            told.append((each, reviews.Opinion(True, "材料齐全，情况属实")))
        if told:
            self.visit(PURPOSES[level], visited, "poor", "入户复核，情况属实", at)
            reviews.record_reviews(level, told, by=self.by, at=at)

    def visit(self, purpose: str, found: Sequence[Application], opinion: str, findings: str, at: datetime) -> None:
        """Two of the office go to households and write down what they find."""
        day, pair = timezone.localdate(at), (self.by.full_name, "驻村工作队员")
        seen = visits.Found(day, pair, opinion, purpose, met="户主", findings=findings, signed=True)
        visits.record_visits([(each, seen) for each in found], by=self.by, at=at)

    def send_on(self, step: str, at: datetime) -> None:
        if keys := [each.case_id for each in self.at(step)]:
            decide.send_on(keys, by=self.by, at=at)

    def post(self, step: str, at: datetime) -> None:
        codes = {each.case.area_code for each in self.at(step)}
        if codes:
            post(self.round, list(Area.objects.filter(pk__in=codes).order_by("pk")), step, self.by, at)


class Town(Office):
    """A town audits what its villages sent up."""

    def audit(self, at: datetime, *, first: bool) -> None:
        found = self.at("town_audit")
        refused = self._decide_flags(found, at)
        again = self.named("sent_back") if first else set()
        self.look(
            "town",
            [each for each in found if each.pk not in refused and each.household.number not in again],
            REVISITED,
            at,
        )
        for each in found:
            if each.pk in refused:
                decide.refuse(each.case, "数据比对查实触碰红线，不予纳入", by=self.by, at=at + timedelta(hours=3))
            elif each.household.number in again:
                why = "入户资料不全，请重新核实住房与收入"
                decide.send_back(each.case, "home_visit", why, by=self.by, at=at + timedelta(hours=3))
        self.send_on("town_audit", at + timedelta(hours=5))

    def _decide_flags(self, found: Sequence[Application], at: datetime) -> set[int]:
        """Decide what the lists brought up; keys of applications with a confirmed veto."""
        wrong, refused = self.named("red_line"), set()
        for flag in Flag.objects.filter(application__in=found, state="open").select_related("application__household"):
            true = flag.application.household.number in wrong
            reason = "实地核实，情况属实" if true else "经核实为同名或已过户、已注销，不影响认定"
            crosscheck.decide_flag(flag, confirmed=true, reason=reason, by=self.by, at=at + timedelta(hours=1))
            if true and flag.severity == VETO:
                refused.add(flag.application_id)
        return refused


class CountyOffice(Office):
    """The county reviews, announces and registers."""

    def review(self, at: datetime) -> None:
        wrong, found = self.named("spot_check"), self.at("county_review")
        out = [each for each in found if each.household.number in wrong]
        self.look("county", [each for each in found if each.household.number not in wrong], SPOT_CHECKED, at)
        if out:
            self.visit("spot_check", out, "not_poor", "家庭收入明显高于标准", at)
            told = reviews.Opinion(False, "抽查发现家庭收入明显高于标准")
            reviews.record_reviews("county", [(each, told) for each in out], by=self.by, at=at)
        for each in out:
            decide.refuse(each.case, "县级抽查：收入高于标准，不予纳入", by=self.by, at=at + timedelta(hours=2))
        self.send_on("county_review", at + timedelta(hours=4))


def schedule(plans: Sequence[VillagePlan], round_: Round, cast: Cast, calendar: Any) -> None:
    """Put the acts of the towns and the county on the calendar, for both waves."""
    towns = [
        Town(code, [plan for plan in plans if plan.code.startswith(code)], round_, by)
        for code, by in sorted(cast.towns.items())
    ]
    county = CountyOffice(round_.area_id, plans, round_, cast.county)
    for number, day in enumerate(AUDITS):
        for town in towns:
            calendar.put(day, 9, lambda at, town=town, first=number == 0: town.audit(at, first=first))
            calendar.put(day + timedelta(days=SECOND_NOTICE), 9, lambda at, town=town: town.post("second_notice", at))
        calendar.put(day + timedelta(days=REVIEW), 9, county.review)
        calendar.put(day + timedelta(days=ANNOUNCEMENT), 9, lambda at: county.post("announcement", at))
        calendar.put(day + timedelta(days=REGISTRATION), 9, lambda at: county.send_on("registration", at))
