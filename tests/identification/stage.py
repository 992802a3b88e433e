"""A village with households and the people of its three levels, and how far a story has gone, in few words."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from PIL import Image
from tests.registry.factories import VILLAGE, make_area, make_household, make_user, make_village

from jingzhun.identification.actions import applications, decide, meetings, notices, reviews, rounds, visits
from jingzhun.identification.models import Application, Meeting, Round
from jingzhun.identification.rules import Tally
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.publicity.actions.notices import add_board_photo, close_due
from jingzhun.publicity.models import Notice

TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]
BEGAN = datetime(2014, 5, 5, 2, tzinfo=UTC)  # ten in the morning of 5 May
STEPS = (
    "application",
    "home_visit",
    "village_evaluation",
    "first_notice",
    "town_audit",
    "second_notice",
    "county_review",
    "announcement",
    "registration",
    "done",
)


def picture(colour: str = "white") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    file.seek(0)
    return file


@dataclass
class Stage:
    """The people, the round, and a clock that every act moves on by an hour."""

    clerk: User
    town: User
    county: User
    round: Round
    village: str = VILLAGE
    now: datetime = BEGAN

    def tick(self, **span: int) -> datetime:
        self.now += timedelta(**(span or {"hours": 1}))
        return self.now

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    def apply(self, households: int = 1, *, income: int = 4_000, village: str = "") -> list[Application]:
        """So many households apply, each with a survey of 2013 and four members."""
        made = [
            make_household(
                village or self.village,
                members=[f"张{number}", {"name": f"李{number}", "sex": "female", "relation": "spouse"}],
                survey={"members_counted": 2, "income_wage": Decimal(income + number)},
            )
            for number in range(households)
        ]
        filings = [applications.Filing(each, "clerk", self.today, "生活困难") for each in made]
        return applications.apply_many(self.round, filings, by=self.clerk, at=self.now)

    def accept(self, *found: Application) -> None:
        decide.send_on([each.case_id for each in found], by=self.clerk, at=self.tick())

    def visit(self, *found: Application, **values) -> None:
        told = {"opinion": "poor", "cause_main": "illness", "signed": True, "per_capita": Decimal("2000")} | values
        seen = visits.Found(self.today, ("王一", "李二"), **told)
        visits.record_visits([(self.fresh(each), seen) for each in found], by=self.clerk, at=self.tick())

    def meet(
        self, *found: Application, entitled: int = 30, present: int = 24, in_favour: int = 20, recused: int = 0
    ) -> Meeting:
        """A meeting that votes alike on all, its minutes signed."""
        called = meetings.Called(self.today, entitled, present, "张支书", "刘文书")
        meeting = meetings.hold_meeting(self.round, make_area(self.village), called, by=self.clerk, at=self.tick())
        tally = Tally(in_favour, present - in_favour - recused, 0, recused)
        meetings.enter_votes(meeting, {each.pk: tally for each in found}, by=self.clerk)
        return meetings.sign_minutes(meeting, by=self.clerk, minutes="同意", at=self.tick())

    def send_on(self, *found: Application, by: User | None = None):
        return decide.send_on([each.case_id for each in found], by=by or self.clerk, at=self.tick())

    def post(self, step: str, by: User, photo: bool = True) -> Notice:
        at = self.tick()  # which may be past midnight
        posting = notices.Posting(make_area(self.village), step, self.today, "村委会公示栏")
        notice = notices.post_notice(self.round, posting, by=by, at=at)
        if photo:
            add_board_photo(notice, picture(), self.today, size=1_000, by=by)
        return notice

    def run_notice(self, step: str, by: User, carry: bool = True) -> Notice:
        """Post a step's notice and let it run its time; `carry=False`: its photo comes after it was closed."""
        notice, day = self.post(step, by, photo=carry), self.today
        self.now += timedelta(days=8)
        close_due(self.now)
        if not carry:
            add_board_photo(notice, picture(), day, size=1_000, by=by)
        return notice

    def look(
        self, level: str, *found: Application, agrees: bool = True, visited: bool = True, opinion: str = "情况属实"
    ) -> None:
        """A level goes to the households, and writes down its opinion on the papers."""
        by = self.town if level == "town" else self.county
        if visited:
            purpose = "revisit" if level == "town" else "spot_check"
            seen = visits.Found(self.today, ("张专干", "王干事"), "poor", purpose)
            visits.record_visits([(self.fresh(each), seen) for each in found], by=by, at=self.tick())
        told = reviews.Opinion(agrees, opinion)
        reviews.record_reviews(level, [(self.fresh(each), told) for each in found], by=by, at=self.tick())

    def bring_to(self, step: str, *found: Application, since: str = STEPS[0]) -> None:
        """Take applications (just filed, or at another step) to a step, through everything before it."""
        for name in STEPS[STEPS.index(since) : STEPS.index(step)]:
            self._do(name, found)

    def _do(self, name: str, found: tuple[Application, ...]) -> None:
        if name == "application":
            self.accept(*found)
        elif name == "home_visit":
            self.visit(*found)
            self.send_on(*found)
        elif name == "village_evaluation":
            self.meet(*found)
            self.send_on(*found)
        elif name in ("first_notice", "second_notice", "announcement"):
            self.run_notice(name, {"first_notice": self.clerk, "second_notice": self.town}.get(name, self.county))
        elif name in ("town_audit", "county_review"):
            level, by = ("town", self.town) if name == "town_audit" else ("county", self.county)
            self.look(level, *found)
            self.send_on(*found, by=by)
        else:
            self.send_on(*found, by=self.county)

    @staticmethod
    def fresh(application: Application) -> Application:
        return Application.objects.select_related("case", "household", "round").get(pk=application.pk)

    @staticmethod
    def step_of(application: Application) -> str:
        return Case.objects.get(pk=application.case_id).step

    @staticmethod
    def state_of(application: Application) -> State:
        return State(Case.objects.get(pk=application.case_id).state)


def set_stage(**round_values) -> Stage:
    """The county's first round of 2014, open in May and June; a quota is handed down to the one village."""
    make_village(VILLAGE)
    county = make_user(Role.COUNTY_OFFICER, COUNTY, full_name="李县办")
    window = (date(2014, 5, 1), date(2014, 6, 30))
    round_ = rounds.open_round(make_area(COUNTY), 2014, "initial", window, by=county, at=BEGAN, **round_values)
    if quota := round_values.get("quota"):
        rounds.set_quotas(round_, {VILLAGE: quota}, by=county, at=BEGAN)
    return Stage(
        make_user(full_name="刘文书"), make_user(Role.TOWN_COMMISSIONER, TOWN, full_name="张专干"), county, round_
    )
