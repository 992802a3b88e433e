"""Everything that the page of one case shows, in a bounded number of queries."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.identification import rules
from jingzhun.identification.links import address
from jingzhun.identification.models import Application, Attachment, Ballot, Flag, Review, Visit
from jingzhun.identification.rules import VISITED_AT, VISITED_BY
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, SEE_OBJECTIONS, VIEW_CASES
from jingzhun.procedure import queries as procedure
from jingzhun.procedure.models import Case, Passage
from jingzhun.procedure.rules import DONE, Decision, State, Step
from jingzhun.publicity.models import NoticeItem, Objection
from jingzhun.registry.models import Member

from .notices import current_items, items_by_case, subject_of
from .standing import Numbers, numbers_of
from .tracker import Station, tracker

# Which screen brings what a guard misses; each is asked for with the round and the area.
BRINGS = {
    "evaluated": "identification:meeting-new",
    "noticed": "identification:notice-post",
    "audited": "identification:reviews",
    "reviewed": "identification:reviews",
    "red_lines_settled": "identification:flags",
}
LEVELS = {"audited": "town", "reviewed": "county"}
BY_VISIT = ("visited", "causes_known", "revisited", "spot_checked")


@dataclass(frozen=True)
class Missing:
    """What holds a case back, and the screen that mends it, where the user has one."""

    message: str | Promise
    url: str


@dataclass(frozen=True)
class CasePage:
    """One application with its way so far. The parts that not every visitor opens are read when they are asked for."""

    application: Application
    user: User
    passages: list[Passage]
    numbers: Numbers
    missing: list[Missing]
    waits_until: date | None
    choices: frozenset[Decision]
    appeal_until: date | None

    @property
    def case(self) -> Case:
        return self.application.case

    @cached_property
    def stations(self) -> list[Station]:
        return tracker(self.case, self.passages)

    @cached_property
    def members(self) -> list[Member]:
        present = self.application.household.members.present(timezone.localdate())
        return sorted(present, key=lambda member: (member.relation != "head", member.number))

    @property
    def head(self) -> Member | None:
        return next((member for member in self.members if member.relation == "head"), None)

    @property
    def place(self) -> list[Area]:
        """Town, village and group."""
        areas: list[Area] = []
        area: Area | None = self.application.household.area
        while area is not None and area.level in (Level.TOWN, Level.VILLAGE, Level.GROUP):
            areas.append(area)
            area = area.parent
        return areas[::-1]

    @property
    def village(self) -> Area:
        return next(area for area in self.place if area.level == Level.VILLAGE)

    @cached_property
    def visits(self) -> list[Visit]:
        found = self.application.visits.select_related("by").prefetch_related("attachments")
        return list(found.order_by("-recorded_at"))

    @cached_property
    def wishes(self) -> list[Attachment]:
        """Pictures of the papers by which the household asked to withdraw."""
        return list(self.application.attachments.all())

    @cached_property
    def ballots(self) -> list[Ballot]:
        return list(self.application.ballots.select_related("meeting").order_by("-meeting__held_on"))

    @cached_property
    def notices(self) -> list[NoticeItem]:
        return items_by_case([self.case]).get(self.case.pk, [])[::-1]

    @cached_property
    def reviews(self) -> list[Review]:
        return list(self.application.reviews.select_related("by"))

    @cached_property
    def flags(self) -> list[tuple[Flag, "rules.RedLine | None"]]:
        flags = self.application.flags.select_related("decided_by").prefetch_related("rulings__by")
        return [(flag, rules.red_line(flag.red_line)) for flag in flags]

    @cached_property
    def objections(self) -> list[tuple[Objection, str]]:
        """Objections against the case, each with its page where the user may open it."""
        sees = self.user.can(SEE_OBJECTIONS, self.case.area_code)
        found = Objection.objects.filter(subject=subject_of(self.case.pk)).order_by("received_at", "pk")
        return [(each, address("publicity:objection", each.number) if sees else "") for each in found]

    @property
    def refusal(self) -> Passage | None:
        """The decision by which the case was refused last."""
        return next((each for each in reversed(self.passages) if each.decision == Decision.REFUSE), None)

    @property
    def is_refused(self) -> bool:
        return self.case.state in (State.REFUSED, State.APPEALED, State.CLOSED)

    @property
    def back(self) -> list[Step]:
        """Steps to which the case may be sent back."""
        step = self.case.at
        return [self.case.table.step(name) for name in step.back] if step else []

    @property
    def overdue(self) -> bool:
        return bool(self.case.due_on and self.case.due_on < timezone.localdate())

    @property
    def visit_purpose(self) -> str:
        """The kind of visit that is work to do at this step, if it is this user's."""
        return next(iter(purposes_of(self.user, self.application)), "")


def find(user: User, pk: int, permission: str = VIEW_CASES) -> Application | None:
    """The application of a case in the user's areas, with everything that names it; one query."""
    found = Application.objects.visible_to(user, permission).filter(case=pk)
    return found.select_related("case", "round__area", "household__area__parent__parent").first()


def case_page(user: User, application: Application) -> CasePage:
    """The page of a case as it stands now."""
    case = application.case
    passages = list(procedure.timeline(case))
    choices = procedure.choices(user, case)
    until = procedure.appeal_until(case) if case.state == State.REFUSED else None
    numbers = numbers_of([application.household_id], application.round)[application.household_id]
    missing, waits_until = _missing(user, application)
    return CasePage(application, user, passages, numbers, missing, waits_until, choices, until)


def _missing(user: User, application: Application) -> tuple[list[Missing], date | None]:
    """What somebody has to do, and until when the notice of the step runs, if it does: that is only waited for."""
    case, missing = application.case, []
    found = procedure.obstacles(case)
    noticed = any(each.guard == "noticed" for each in found)
    item = current_items([case]).get(case.pk) if noticed else None
    waits_until = item.notice.closes_on if item and item.state == NoticeItem.State.OPEN else None
    for each in found:
        if each.guard != "noticed" or item is None or item.state == NoticeItem.State.RETURNED:
            url = "" if each.guard == "noticed" and item else _brings(user, application, each.guard)
            missing.append(Missing(each.message, url))
        elif not item.notice.on_board:  # type: ignore[attr-defined]
            posts = case.at is not None and user.can(case.at.permission, case.area_code)
            url = address("publicity:notice", item.notice.number) if posts else ""
            missing.append(Missing(_("The photo of the notice on the board is missing."), url))
    return missing, waits_until


def _brings(user: User, application: Application, guard: str) -> str:
    case = application.case
    if guard in BY_VISIT:
        may = bool(purposes_of(user, application))
        return address("identification:visit-new", case.pk) if may else ""
    if guard == "no_open_objection":
        return address("publicity:objections") if user.can(SEE_OBJECTIONS, case.area_code) else ""
    if guard == "within_quota":
        return address("identification:round", application.round_id)
    if guard not in BRINGS or not _may_bring(user, case, guard):
        return ""
    village = case.area_code[: DIGITS[Level.VILLAGE]]
    more = {"step": case.step} if guard == "noticed" else {"level": LEVELS.get(guard, "")}
    return address(BRINGS[guard], round=application.round_id, area=village, **more)


def _may_bring(user: User, case: Case, guard: str) -> bool:
    """Whether what the guard misses is the user's to bring: doubts town's and county's, all else the step's own."""
    if guard == "red_lines_settled":
        return user.can(AUDIT_IN_TOWN, case.area_code) or user.can(REVIEW_IN_COUNTY, case.area_code)
    return case.at is not None and user.can(case.at.permission, case.area_code)


def visit_is_over(user: User, case: Case) -> bool:
    """Whether a visit that would be the user's to record belonged to a step which the case has left behind."""
    order = [*(step.name for step in case.table.steps), DONE]
    own = [VISITED_AT[each] for each, permission in VISITED_BY.items() if user.can(permission, case.area_code)]
    return case.state != State.OPEN or any(order.index(name) < order.index(case.step) for name in own)


def visits_at_all(user: User, case: Case) -> bool:
    """Whether visits to the household are the user's work at any step."""
    return any(user.can(permission, case.area_code) for permission in VISITED_BY.values())


def purposes_of(user: User, application: Application) -> list[str]:
    """Kinds of visits that the user may record now: each at its own step only."""
    case = application.case
    return [
        purpose
        for purpose, permission in VISITED_BY.items()
        if case.state == State.OPEN and VISITED_AT[purpose] == case.step and user.can(permission, case.area_code)
    ]
