"""Lists of cases: whose work, where, how urgent; always within the areas of whoever asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import DIGITS
from jingzhun.identification.models import Round
from jingzhun.identification.rules import NAME
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import DONE, LIVE, STATE_LABELS, State, Step, level_above
from jingzhun.registry.models import Household, Member
from jingzhun.registry.queries.households import matching
from jingzhun.registry.rules.search import is_mark

from .happened import HAPPENED, to_which
from .rounds import rounds_of

BEFORE = "remind_days_before"  # parameter: natural days
SOON, OVERDUE = "soon", "overdue"
# Groups of states by which a list is narrowed, as the numbers of other screens count them.
GROUPS: dict[str, tuple[tuple[State, ...], str | Promise]] = {
    "ended_against": ((State.REFUSED, State.CLOSED), _("refused, also for good")),
    "under_way": (LIVE, _("under way, also under appeal")),
    "nominated": ((*LIVE, State.PASSED), _("neither refused nor withdrawn")),
    "going_on": ((State.OPEN, State.PASSED), _("under way or registered")),
    "stopped": (
        (State.APPEALED, State.REFUSED, State.CLOSED, State.WITHDRAWN), _("refused, under appeal or withdrawn")
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which cases of a round a list shows; nothing named: all."""

    round: Round
    steps: tuple[str, ...] = ()
    state: str = ""
    area: str = ""
    due: str = ""
    text: str = ""
    happened: str = ""

    @property
    def marked(self) -> str:
        """The mark of the personal number that is searched, if one is."""
        return self.text if is_mark(self.text) else ""

    @property
    def query(self) -> str:
        """The same question as the query string of an address."""
        told = {"round": self.round.pk, "state": self.state, "area": self.area, "due": self.due, "q": self.text}
        told |= {"happened": self.happened, "step": ",".join(self.steps)}
        return urlencode([(name, str(value)) for name, value in told.items() if value])


def asked_for(data: Mapping[str, str], round_: Round, steps: Iterable[str]) -> Asked:
    """What an address asks for; unknown values are left aside. Several steps stand one by one or with commas."""
    known = {*(step.name for step in procedure(NAME).steps), DONE}
    wanted = [step for text in steps for step in text.split(",")]
    area, state, due = data.get("area", ""), data.get("state", ""), data.get("due", "")
    return Asked(
        round_,
        tuple(step for step in wanted if step in known),
        state if state in {*State, *GROUPS} else "",
        area if area.isascii() and area.isdigit() and len(area) in DIGITS.values() else "",
        due if due in (SOON, OVERDUE) else "",
        data.get("q", "").strip()[:60],
        happened if (happened := data.get("happened", "")) in HAPPENED else "",
    )


def cases(user: User, asked: Asked, today: date | None = None) -> QuerySet[Case]:
    """The cases asked for, by village, in each the one due first first."""
    day = today or timezone.localdate()
    found: QuerySet[Case] = Case.objects.visible_to(user, VIEW_CASES).filter(procedure=NAME, round=asked.round.pk)
    if asked.steps:
        found = found.filter(step__in=asked.steps)
    if asked.state:
        found = found.filter(state__in=GROUPS[asked.state][0] if asked.state in GROUPS else (asked.state,))
    if asked.happened:
        found = to_which(found, asked.happened)
    if asked.area:
        found = found.filter(within(asked.area, "area_code"))
    if asked.due == OVERDUE:
        found = found.filter(due_on__lt=day, state__in=LIVE)
    if asked.due == SOON:
        found = found.filter(due_on__range=(day, day + days_before(asked.round, day)), state__in=LIVE)
    if asked.text:
        meant = Household.objects.visible_to(user, VIEW_CASES).filter(matching(asked.text))
        found = found.filter(application__household__in=meant)
    return found.order_by("area_code", F("due_on").asc(nulls_last=True), "subject")


def with_names(found: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a list says of each: number, head, members, village."""
    head = Member.objects.filter(household=OuterRef("application__household"), relation="head", left_on=None)
    village = Area.objects.filter(code=OuterRef("application__household__village_code"))
    return found.annotate(
        number=F("application__household__number"),
        persons=F("application__persons"),
        kind=F("application__kind"),
        filed_on=F("application__filed_on"),
        head=Subquery(head.values("name")[:1]),
        village=Subquery(village.values("name")[:1]),
    )


def days_before(round_: Round, day: date) -> timedelta:
    """How long before its last day a step counts as due soon."""
    return timedelta(days=int(values([BEFORE], round_.area_id, day).get(BEFORE, 0)))


@dataclass(frozen=True)
class Tile:
    """A step that is a user's work, with how much of it there is."""

    step: Step
    cases: int
    overdue: int
    soon: int
    asked: Asked


@dataclass(frozen=True)
class Work:
    """What waits for a user in a round: by step, and the refusals that were appealed against."""

    tiles: list[Tile]
    appeals: int
    appeal_steps: tuple[str, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(tile.step.name for tile in self.tiles)

    @property
    def waiting(self) -> int:
        return sum(tile.cases for tile in self.tiles) + self.appeals


def work_of(user: User, round_: Round, today: date | None = None) -> Work:
    """The steps that are the user's, those that the clock carries on too: their notices are posted by people.

    Two queries.
    """
    day = today or timezone.localdate()
    table = procedure(NAME)
    mine = [step for step in table.steps if user.can(step.permission)]
    soon = Q(due_on__range=(day, day + days_before(round_, day)))
    rows = (
        Case.objects.visible_to(user, VIEW_CASES)
        .filter(procedure=NAME, round=round_.pk, state__in=LIVE)
        .order_by()
        .values("step", "state")
        .annotate(cases=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=day)), soon=Count("pk", filter=soon))
    )
    counts = {(row["step"], row["state"]): row for row in rows}
    nothing = {"cases": 0, "overdue": 0, "soon": 0}
    tiles = [
        Tile(step, here["cases"], here["overdue"], here["soon"], Asked(round_, (step.name,), State.OPEN))
        for step in mine
        for here in [counts.get((step.name, State.OPEN), nothing)]
    ]
    above = tuple(step.name for step in table.steps if decides_appeals(user, step))
    appeals = sum(counts.get((name, State.APPEALED), nothing)["cases"] for name in above)
    return Work(tiles, appeals, above)


def decides_appeals(user: User, step: Step, name: str = NAME) -> bool:
    """Whether appeals against refusals at a step of a procedure are somewhere the user's to decide."""
    above = level_above(step.level)
    return any(user.can(each.permission) for each in procedure(name).steps if each.level == above)


def villages_with_cases(found: QuerySet[Case]) -> list[Area]:
    """Villages in which some of the cases lie; one query."""
    codes = found.order_by().values_list("application__household__village_code", flat=True).distinct()
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def other_area(asked: Asked, villages: Iterable[Area]) -> Area | None:
    """The area asked for where it is none of some villages: a town, or a village without cases; one query."""
    there = not asked.area or any(asked.area == village.code for village in villages)
    return None if there else Area.objects.filter(code=asked.area).first()


def may_send_on(user: User, case: Case) -> bool:
    """Whether the user may tick a case to be sent on; whether it is ready is told when it is tried."""
    step = case.at
    if case.state != State.OPEN or step is None or step.by_clock:
        return False
    return user.can(step.permission, case.area_code)


def state_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """States by which a list can be narrowed, those of a case first, then several together."""
    single = [(state.value, str(label)) for state, label in STATE_LABELS.items()]
    several = [(name, str(label)) for name, (_states, label) in GROUPS.items()]
    return [(gettext("one state"), single), (gettext("several states together"), several)]


def step_choices() -> list[tuple[str, str]]:
    """Steps by which a list can be narrowed, the end of the way as the last."""
    steps = [(step.name, str(step.label)) for step in procedure(NAME).steps]
    return [*steps, (DONE, pgettext("case", "on the register"))]


def rounds_to_choose(user: User) -> list[Round]:
    """Rounds among which a list can be switched."""
    return list(rounds_of(user))
