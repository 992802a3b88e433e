"""One village's part: it takes applications, visits, meets, posts its notice, hears objections; twice over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.demo.workbooks import SURVEYORS, County
from jingzhun.identification.actions import applications, bulk, decide, meetings, visits
from jingzhun.identification.models import Application, Round
from jingzhun.identification.queries.overlooked import overlooked
from jingzhun.identification.rules import Tally
from jingzhun.people.models import User
from jingzhun.procedure.actions import Verdict
from jingzhun.procedure.rules import Decision, State
from jingzhun.publicity.actions import objections
from jingzhun.publicity.models import Notice, Objection
from jingzhun.registry.models import Household

from .cast import Cast
from .pictures import board
from .plan import VillagePlan
from .posting import post
from .reading import with_cases

FIRST_WAVE, SECOND_WAVE = date(2014, 4, 12), date(2014, 5, 20)
REASONS = (
    "家中有病人，收入低",
    "没有劳力，靠种地过活",
    "供孩子上学，借了账",
    "地少，没有别的收入",
    "住房破旧，收入不稳",
)


@dataclass
class Village:
    """Schedules the acts of one village on the calendar."""

    county: County
    plan: VillagePlan
    area: Area
    round: Round
    cast: Cast
    calendar: Any
    shift: int = 0
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([2014, int(self.plan.code[-6:])])

    @property
    def clerk(self) -> User:
        return self.cast.clerks[self.plan.code]

    @property
    def town(self) -> User:
        return self.cast.towns[self.plan.code[:9]]

    def schedule(self, shift: int) -> None:
        """Put the acts of both waves on the calendar; a village begins `shift` days after the first."""
        self.shift = shift
        put = self._put
        put(FIRST_WAVE, 0, 9, lambda at: self._apply(self.plan.first, at))
        put(FIRST_WAVE, 8, 10, lambda at: self._visit(at))
        put(FIRST_WAVE, 10, 10, self._withdraw)
        put(FIRST_WAVE, 16, 14, lambda at: self._meet(set(self.plan.carried), at))
        put(FIRST_WAVE, 18, 9, lambda at: self._post(at, first=True))
        put(FIRST_WAVE, 20, 10, self._appeals)
        put(FIRST_WAVE, 24, 10, self._decide_appeals)
        put(SECOND_WAVE, 0, 9, lambda at: self._apply(self.plan.late, at))
        put(SECOND_WAVE, 4, 10, self._visit)
        put(SECOND_WAVE, 13, 14, lambda at: self._meet(set(self.plan.poor), at))
        put(SECOND_WAVE, 14, 9, self._post)

    def _put(self, wave: date, days: int, hour: int, act: Any) -> None:
        self.calendar.put(wave + timedelta(days=days + self.shift), hour, act)

    # The village's own steps

    def _apply(self, numbers: Sequence[str], at: datetime) -> None:
        if not numbers:
            return
        found = Household.objects.filter(number__in=numbers).only("number", "village_code", "closed_on")
        households = {each.number: each for each in found}
        missing = {each.missing: each for each in overlooked(self.clerk, self.round)}
        filings = [
            applications.Filing(
                households[number],
                "household" if self.rng.random() < 0.8 else "clerk",
                timezone.localdate(at),
                REASONS[int(self.rng.integers(len(REASONS)))],
                answers=missing.get(number),
            )
            for number in numbers
        ]
        made = applications.apply_many(self.round, filings, by=self.clerk, at=at)
        decide.send_on([each.case_id for each in made], by=self.clerk, at=at + timedelta(minutes=30))

    def _visit(self, at: datetime) -> None:
        """Every household that waits for a visit is seen; who turns out not to be poor is refused here."""
        found = list(self._at("home_visit"))
        seen = [(each, self._found(each, at)) for each in found]
        visits.record_visits(seen, by=self.clerk, at=at)
        sound = [each for each, told in seen if told.opinion == "poor"]
        decide.send_on([each.case_id for each in sound], by=self.clerk, at=at + timedelta(hours=6))
        out = {each.case_id: each.case.version for each, told in seen if told.opinion != "poor"}
        verdict = Verdict(Decision.REFUSE, "入户复核：收入高于标准，异议属实")
        bulk.decide_many(out, verdict, by=self.clerk, at=at + timedelta(hours=6))

    def _found(self, application: Application, at: datetime) -> visits.Found:
        """What the two surveyors find: the truth, but for those who slip in the first time."""
        number = application.household.number
        index = self.plan.index[number]
        again = application.case.version > 2
        poor = not (again and number in self.plan.slipped_in.get("objection", []))
        surveys = self.county.surveys
        others = str(surveys.other_causes[index])
        pair = int(self.county.pair[index])
        return visits.Found(
            timezone.localdate(at),
            (f"调查员{SURVEYORS[pair]}", f"调查员{SURVEYORS[pair + 4]}"),
            "poor" if poor else "not_poor",
            met="户主",
            per_capita=Decimal(int(surveys.net[index])) / int(self.county.families.size[index]) / 100,
            cause_main=(str(surveys.main_cause[index]) or "no_capital") if poor else "",
            causes_other=others.split("、") if others and poor else [],
            signed=True,
        )

    def _withdraw(self, at: datetime) -> None:
        for each in self._of(self.plan.withdrawn):
            decide.withdraw(each.case, "农户自愿撤回申请", by=self.clerk, at=at)

    def _meet(self, carried: set[str], at: datetime) -> None:
        found = list(self._at("village_evaluation"))
        if not found:
            return
        entitled = int(self.rng.integers(25, 42))
        present = int(np.ceil(entitled * self.rng.uniform(0.72, 0.97)))
        called = meetings.Called(
            timezone.localdate(at),
            entitled,
            present,
            "村党支部书记",
            "村文书",
            "村委会",
            "经代表无记名投票，票数当场公布。",
        )
        meeting = meetings.hold_meeting(self.round, self.area, called, by=self.clerk, at=at)
        votes = {each.pk: self._tally(present, each.household.number in carried) for each in found}
        meetings.enter_votes(meeting, votes, by=self.clerk)
        visits.attach(
            meeting, board(self.area.short_name, "民主评议会议记录"), "minutes", called.held_on, size=50_000,
            by=self.clerk, at=at + timedelta(hours=2),
        )  # fmt: skip
        meetings.sign_minutes(meeting, by=self.clerk, at=at + timedelta(hours=3))
        self._send_on("village_evaluation", self.clerk, at + timedelta(hours=4))

    def _tally(self, present: int, carried: bool) -> Tally:
        recused = int(self.rng.random() < 0.15)
        voting = present - recused
        share = self.rng.uniform(0.62, 1.0) if carried else self.rng.uniform(0.1, 0.45)
        in_favour = min(voting, int(np.ceil(voting * share)) if carried else int(voting * share))
        abstained = int((voting - in_favour) * self.rng.uniform(0, 0.5))
        return Tally(in_favour, voting - in_favour - abstained, abstained, recused)

    def _appeals(self, at: datetime) -> None:
        for each in self._of([*self.plan.voted_down, *self.plan.appealing], State.REFUSED):
            decide.appeal(each.case, "家里情况评议时没有说清楚，请复核", by=self.clerk, at=at)

    def _decide_appeals(self, at: datetime) -> None:
        poor = set(self.plan.voted_down)
        for each in self._of([*self.plan.voted_down, *self.plan.appealing], State.APPEALED):
            granted = each.household.number in poor
            why = "复核收入低于标准，应重新评议" if granted else "复核收入高于标准，维持评议结果"
            decide.decide_appeal(each.case, granted=granted, why=why, by=self.town, at=at)

    # Notices

    def _post(self, at: datetime, *, first: bool = False) -> None:
        if not self._at("first_notice").exists():
            return
        (notice,) = post(self.round, [self.area], "first_notice", self.clerk, at)
        if first:
            self._object(notice, at)

    def _object(self, notice: Notice, at: datetime) -> None:
        """Villagers object: against those who slipped in, against some of the poor, and for those who are missing."""
        wrong, doubted = self.plan.slipped_in.get("objection", []), self.plan.doubted
        items = {
            application.household.number: item
            for application, item in self._items(notice, self._of([*wrong, *doubted]))
        }
        for number in (*wrong, *doubted):
            text = "这户收入不低，请查实" if number in wrong else "听说这户有存款"
            self._objection(notice, at, number in wrong, text, item=items[number])
        for number in self.plan.late:
            self._objection(notice, at, True, "本村还有一户没有列入名单", missing=number)

    def _items(self, notice: Notice, found: Iterable[Application]) -> list[tuple[Application, Any]]:
        by_case = {f"case:{each.case_id}": each for each in found}
        return [(by_case[item.subject], item) for item in notice.items.filter(subject__in=by_case)]

    def _objection(self, notice: Notice, at: datetime, upheld: bool, text: str, **about: Any) -> None:
        day = timezone.localdate(at) + timedelta(days=int(self.rng.integers(1, 6)))
        token = self.rng.bytes(16)
        named: dict[str, Any] = {"name": "村民", "phone": ""} if self.rng.random() < 0.4 else {}
        new = objections.NewObjection(notice=notice, token=token, text=text, **named, **about)

        def file(moment: datetime) -> None:
            filed = objections.file_objection(new, at=moment).objection
            self.calendar.put(day + timedelta(days=2), 10, lambda at: self._investigate(filed, upheld, at))
            self.calendar.put(day + timedelta(days=4), 15, lambda at: self._settle(filed, upheld, at))

        self.calendar.put(day, 20, file)

    def _investigate(self, objection: Objection, upheld: bool, at: datetime) -> None:
        text = "入户核查，反映情况属实。" if upheld else "入户核查，反映情况不属实。"
        objections.add_finding(objection, text, by=self.town, at=at)

    def _settle(self, objection: Objection, upheld: bool, at: datetime) -> None:
        outcome, reply = ("upheld", "您反映的情况属实，已纠正。") if upheld else ("dismissed", "经核查，情况不属实。")
        objections.settle(objection, outcome, reason="驻村工作队与镇专干入户核查", reply=reply, by=self.town, at=at)

    # Reading

    def _send_on(self, step: str, by: User, at: datetime) -> None:
        if keys := list(self._at(step).values_list("case", flat=True)):
            decide.send_on(keys, by=by, at=at)

    def _at(self, step: str) -> QuerySet[Application]:
        """The village's applications that stand at a step."""
        return self._applications().filter(case__step=step, case__state=State.OPEN)

    def _of(self, numbers: Sequence[str], state: State = State.OPEN) -> list[Application]:
        return list(self._applications().filter(household__number__in=numbers, case__state=state))

    def _applications(self) -> QuerySet[Application]:
        return with_cases(Application.objects.filter(round=self.round, case__area_code=self.plan.code))
