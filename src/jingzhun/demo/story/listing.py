"""The poor villages of 2014: nominated, stated by their towns, scored by the panel, approved, announced, listed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.demo.workbooks import County
from jingzhun.identification.actions import decide, panel, village_notices, villages
from jingzhun.identification.models import Judge, Nomination, Panel, Round
from jingzhun.people.models import User
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.publicity.actions.notices import add_board_photo

from .cast import Cast
from .pictures import board

BEGAN, MEETING = date(2014, 8, 5), date(2014, 9, 5)
SPREAD = 4
OTHERS = 0.15  # villages nominated in vain, in relation to those that are not poor
JUDGES = (
    ("县发改局", "unit"), ("县财政局", "unit"), ("县农业局", "unit"), ("县水利局", "unit"), ("县交通局", "unit"),
    ("县民政局", "unit"), ("", "party"), ("", "deputy"), ("", "cppcc"),
)  # fmt: skip
NAMES = "赵德明 钱海生 孙立群 李有田 周长河 吴慧兰 郑国强 王春梅 冯学文".split()
EXCEPTION = "有少量集体收入，但属山区边远村，群众要求申报"


@dataclass
class Listing:
    """The acts of the poor villages' procedure, put on the calendar."""

    county: County
    round: Round
    cast: Cast
    calendar: Any
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng([2014, 9]))
    nominations: dict[str, Nomination] = field(default_factory=dict)

    def schedule(self) -> None:
        poor = {str(code) for code, is_poor in self._villages() if is_poor}
        others = [str(code) for code, is_poor in self._villages() if not is_poor]
        vain = self.rng.choice(others, round(len(others) * OTHERS), replace=False).tolist() if others else []
        areas = Area.objects.in_bulk([*poor, *vain])
        for number, code in enumerate(sorted(areas)):
            self._village(areas[code], number % SPREAD)
        for code in sorted({code[:9] for code in areas}):
            self._put(BEGAN, 14, 9, lambda at, code=code: self._town_notice(code, at))
        self._put(MEETING, 0, 9, lambda at: self._meet(poor, at))
        self._put(MEETING, 4, 9, self._approve)
        self._put(MEETING, 6, 9, lambda at: self._post(self.round.area_id, "announcement", self.cast.county, at))
        self._put(MEETING, 24, 9, lambda at: self._send_on("listing", self.cast.county, at))

    def _villages(self) -> list[tuple[str, bool]]:
        return list(zip(self.county.villages.code.tolist(), self.county.villages.poor.tolist(), strict=True))

    def _put(self, day: date, days: int, hour: int, act: Any) -> None:
        self.calendar.put(day + timedelta(days=days), hour, act)

    def _village(self, area: Area, shift: int) -> None:
        clerk, town = self.cast.clerks[area.code], self.cast.towns[area.code[:9]]
        poor = dict(self._villages())[area.code]

        def nominate(at: datetime) -> None:
            made = villages.nominate(
                self.round, area, "沟壑纵横，基础设施薄弱，群众增收困难。", exception="" if poor else EXCEPTION,
                by=clerk, at=at,
            )  # fmt: skip
            entitled = int(self.rng.integers(7, 12))
            meeting = villages.Meeting(timezone.localdate(at), entitled, entitled - 1, entitled - 1, "村党支部书记")
            villages.record_resolution(made, meeting, by=clerk, at=at + timedelta(hours=2))
            decide.send_on([made.case_id], by=clerk, at=at + timedelta(hours=3))
            self.nominations[area.code] = made

        def state(at: datetime) -> None:
            villages.state_for_town(self.nominations[area.code], "经镇核实，情况属实。", agrees=True, by=town, at=at)
            decide.send_on([self.nominations[area.code].case_id], by=town, at=at + timedelta(hours=1))

        self._put(BEGAN, shift, 9, nominate)
        self._put(BEGAN, shift, 15, lambda at: self._post(area.code, "village_notice", clerk, at))
        self._put(BEGAN, shift + 9, 9, state)

    def _town_notice(self, code: str, at: datetime) -> None:
        self._post(code, "town_notice", self.cast.towns[code], at)

    def _post(self, code: str, step: str, by: User, at: datetime) -> None:
        area, day = Area.objects.get(pk=code), timezone.localdate(at)
        notice = village_notices.post_village_notice(self.round, area, step, day, by=by, place="政务公开栏", at=at)
        add_board_photo(notice, board(area.short_name, notice.label), day, size=50_000, by=by,
                        at=at + timedelta(hours=1))  # fmt: skip

    def _meet(self, poor: set[str], at: datetime) -> None:
        """The review meeting: nine judges, one of whom falls ill; those beyond the number handed down are refused."""
        officer = self.cast.county
        meeting = panel.prepare_panel(
            self.round, timezone.localdate(at), by=officer, place="县政府会议室", wanted=len(poor), at=at
        )
        invited = [panel.Invited(name, capacity, unit)
                   for name, (unit, capacity) in zip(NAMES, JUDGES, strict=True)]  # fmt: skip
        judges = [judge for judge, _code in panel.invite(meeting, invited, by=officer, at=at)]
        panel.begin_scoring(meeting, by=officer, at=at + timedelta(minutes=30))
        panel.mark_absent(judges[5], "因病请假", by=officer, at=at + timedelta(minutes=40))
        self._score(meeting, [*judges[:5], *judges[6:]], poor, at + timedelta(hours=2))
        panel.close_panel(meeting, by=officer, at=at + timedelta(hours=7))
        self._send_on("panel", officer, at + timedelta(hours=8))
        for case in self._at("panel"):
            decide.refuse(case, "评审得分排名在名额以外", by=officer, at=at + timedelta(hours=8, minutes=30))

    def _score(self, meeting: Panel, judges: list[Judge], poor: set[str], at: datetime) -> None:
        meeting.refresh_from_db()
        before = panel.before_panel(meeting)
        worse = {each.pk: self.rng.normal(78 if each.area_id in poor else 40, 5) for each in before}
        for judge in judges:
            given = {
                key: {code: int(np.clip(self.rng.normal(mean, 6), 0, 100)) for code in meeting.criteria}
                for key, mean in worse.items()
            }
            judge.panel = meeting
            panel.score_many(judge, given, at=at)

    def _approve(self, at: datetime) -> None:
        found = list(Nomination.objects.filter(case__in=self._at("approval")))
        for town in sorted({each.area_id[:9] for each in found}):
            here = [each for each in found if each.area_id.startswith(town)]
            villages.approve_as_leader(here, "town", "分管镇长", agrees=True, by=self.cast.towns[town], at=at)
        villages.approve_as_leader(
            found, "county", "分管副县长", agrees=True, by=self.cast.county, at=at + timedelta(hours=3)
        )
        self._send_on("approval", self.cast.county, at + timedelta(hours=4))

    def _send_on(self, step: str, by: User, at: datetime) -> None:
        decide.send_on([case.pk for case in self._at(step)], by=by, at=at)

    def _at(self, step: str) -> list[Case]:
        return list(
            Case.objects.filter(procedure="poor_villages", round=self.round.pk, step=step, state=State.OPEN).order_by(
                "pk"
            )
        )
