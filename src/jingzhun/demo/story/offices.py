"""The towns' and the county's part: they audit, review and post what the villages sent up, for all villages at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.identification.actions import bulk, crosscheck, decide, reviews, visits
from jingzhun.identification.models import Application, Flag, Round
from jingzhun.identification.rules import VETO
from jingzhun.people.models import User
from jingzhun.procedure.actions import Verdict
from jingzhun.procedure.rules import Decision, State

from .cast import Cast
from .plan import VillagePlan
from .posting import post
from .reading import with_cases

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

    def at(self, step: str) -> QuerySet[Application]:
        """Applications of the office's area that stand at a step."""
        return with_cases(
            Application.objects.filter(
                within(self.code, "case__area_code"), round=self.round, case__step=step, case__state=State.OPEN
            )
        )

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

    def decide(self, found: Sequence[Application], verdict: Verdict, at: datetime) -> None:
        """Decide alike on what was seen."""
        bulk.decide_many({each.case_id: each.case.version for each in found}, verdict, by=self.by, at=at)

    def send_on(self, step: str, at: datetime) -> None:
        if keys := list(self.at(step).values_list("case", flat=True)):
            decide.send_on(keys, by=self.by, at=at)

    def post(self, step: str, at: datetime) -> None:
        codes = set(self.at(step).values_list("case__area_code", flat=True))
        if codes:
            post(self.round, list(Area.objects.filter(pk__in=codes).order_by("pk")), step, self.by, at)


class Town(Office):
    """A town audits what its villages sent up."""

    def audit(self, at: datetime, *, first: bool) -> None:
        found = list(self.at("town_audit"))
        refused = self._decide_flags(found, at)
        again = self.named("sent_back") if first else set()
        self.look(
            "town",
            [each for each in found if each.pk not in refused and each.household.number not in again],
            REVISITED,
            at,
        )
        out = [each for each in found if each.pk in refused]
        back = [each for each in found if each.pk not in refused and each.household.number in again]
        self.decide(out, Verdict(Decision.REFUSE, "数据比对查实触碰红线，不予纳入"), at + timedelta(hours=3))
        missing = "入户资料不全，请重新核实住房与收入"
        self.decide(back, Verdict(Decision.RETURN, missing, "home_visit"), at + timedelta(hours=3))
        self.send_on("town_audit", at + timedelta(hours=5))

    def _decide_flags(self, found: Sequence[Application], at: datetime) -> set[int]:
        """Decide what the lists brought up; keys of applications with a confirmed veto."""
        wrong = self.named("red_line")
        numbers = {each.pk: each.household.number for each in found}
        flags = list(Flag.objects.filter(application__in=numbers, state="open"))
        for true, reason in ((True, "实地核实，情况属实"), (False, "经核实为同名或已过户、已注销，不影响认定")):
            keys = [flag.pk for flag in flags if (numbers[flag.application_id] in wrong) == true]
            crosscheck.decide_flags(keys, confirmed=true, reason=reason, by=self.by, at=at + timedelta(hours=1))
        return {
            flag.application_id for flag in flags if numbers[flag.application_id] in wrong and flag.severity == VETO
        }


class CountyOffice(Office):
    """The county reviews, announces and registers."""

    def review(self, at: datetime) -> None:
        wrong, found = self.named("spot_check"), list(self.at("county_review"))
        out = [each for each in found if each.household.number in wrong]
        self.look("county", [each for each in found if each.household.number not in wrong], SPOT_CHECKED, at)
        if out:
            self.visit("spot_check", out, "not_poor", "家庭收入明显高于标准", at)
            told = reviews.Opinion(False, "抽查发现家庭收入明显高于标准")
            reviews.record_reviews("county", [(each, told) for each in out], by=self.by, at=at)
        verdict = Verdict(Decision.REFUSE, "县级抽查：收入高于标准，不予纳入")
        self.decide(out, verdict, at + timedelta(hours=2))
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
