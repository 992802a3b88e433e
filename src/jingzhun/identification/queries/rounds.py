"""Reads on rounds: which a user sees, and how far each has come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.identification.models import Quota, Round
from jingzhun.identification.rules import NAME
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import DONE, State, Step

LATE_ENTRY = "late_entry_days"  # parameter: natural days after the window
VOTED = "village_evaluation"  # whoever is beyond it takes a place of the quota


def rounds_of(user: User, permission: str = VIEW_CASES) -> QuerySet[Round]:
    """Rounds of the counties in which a user has an area, the latest first; a village's clerk sees the county's."""
    condition = Q(pk=None)
    for code in user.scope.areas_for(permission):
        condition |= within(code[: DIGITS[Level.COUNTY]], "area_id")
    return Round.objects.filter(condition).select_related("area").order_by("-year", "-opens_on", "-pk")


class NoSuchRound(LookupError):
    """The round asked for is none of the user's."""


def chosen_round(user: User, key: str = "") -> Round | None:
    """The round of a key; without one the latest that runs, else the latest; None where there is none.

    Raises NoSuchRound.
    """
    return of_key(list(rounds_of(user)), key)


def of_key(found: Sequence[Round], key: str) -> Round | None:
    """The same among rounds that were read already, the latest first. Raises NoSuchRound."""
    if key:
        asked = next((each for each in found if str(each.pk) == key), None)
        if asked is None:
            raise NoSuchRound(key)
        return asked
    return next((each for each in found if each.closed_at is None), found[0] if found else None)


def entered_until(round_: Round) -> date:
    """Last day on which an application filed on paper within the round's window is still entered; one query."""
    days = values([LATE_ENTRY], round_.area_id, round_.closes_on).get(LATE_ENTRY, 0)
    return round_.closes_on + timedelta(days=int(days))


def may_enter(round_: Round, day: date | None = None) -> bool:
    """Whether applications of a round are written down on a day: within its window, or some days after it."""
    today = day or timezone.localdate()
    return round_.closed_at is None and round_.opens_on <= today <= entered_until(round_)


def counties_to_open(user: User) -> list[Area]:
    """Counties in which the user may open a round."""
    condition = Q(pk=None)
    for code in user.scope.areas_for(REVIEW_IN_COUNTY):
        condition |= within(code, "code")
    return list(Area.objects.filter(condition, level=Level.COUNTY).order_by("code"))


def with_counts(rounds: QuerySet[Round], user: User) -> list[tuple[Round, "Place"]]:
    """Rounds with the cases and the places of the quota in the areas that the user sees; three queries."""
    found = list(rounds)
    counted = Case.objects.visible_to(user, VIEW_CASES).filter(procedure=NAME, round__in=[each.pk for each in found])
    places = {each.pk: Place(each.area) for each in found}
    for key, state, cases in counted.order_by().values_list("round", "state").annotate(cases=Count("pk")):
        places[key].counts[state] += cases
    own = own_quotas(found, user)
    for each in found:
        places[each.pk].quota = own[each.pk]
    return [(each, places[each.pk]) for each in found]


def own_quotas(found: Sequence[Round], user: User) -> dict[int, int | None]:
    """By round, the places of the quota in the user's areas: the county's, or those of its villages; one query."""
    codes, county = user.scope.areas_for(VIEW_CASES), DIGITS[Level.COUNTY]
    mine = Q(pk=None)
    for code in codes:
        mine |= within(code, "area_id")
    handed = Quota.objects.filter(mine, round__in=found).order_by().values_list("round")
    sums = dict(handed.annotate(number=Sum("households")))
    return {
        each.pk: each.quota_households
        if not each.quota_households or any(len(code) <= county and each.area_id.startswith(code) for code in codes)
        else sums.get(each.pk, 0)
        for each in found
    }


@dataclass
class StepRow:
    """One step of a round: cases that stand at it, that ended at it, and that came as far as it or further."""

    step: Step
    counts: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    reached: int = 0

    @property
    def here(self) -> int:
        return self.counts[State.OPEN]

    @property
    def refused(self) -> int:
        return self.counts[State.REFUSED] + self.counts[State.CLOSED]

    @property
    def appealed(self) -> int:
        return self.counts[State.APPEALED]

    @property
    def withdrawn(self) -> int:
        return self.counts[State.WITHDRAWN]


@dataclass
class Place:
    """A town or village in a round."""

    area: Area
    counts: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    taken: int = 0
    quota: int | None = None
    handed_down: int = 0  # sum over the areas below

    @property
    def applications(self) -> int:
        return self.counts.total()

    @property
    def under_way(self) -> int:
        return self.counts[State.OPEN] + self.counts[State.APPEALED]

    @property
    def refused(self) -> int:
        return self.counts[State.REFUSED] + self.counts[State.CLOSED]

    @property
    def registered(self) -> int:
        return self.counts[State.PASSED]

    @property
    def withdrawn(self) -> int:
        return self.counts[State.WITHDRAWN]

    @property
    def left(self) -> int | None:
        """Places of the quota that are still free; negative where too many are beyond the vote."""
        return None if self.quota is None else self.quota - self.taken


@dataclass(frozen=True)
class Progress:
    """How far a round has come in an area."""

    whole: Place
    steps: list[StepRow]
    places: list[Place]


def progress(round_: Round, user: User, area: Area, today: date | None = None) -> Progress:
    """A round in an area that the user sees: by step, and by the areas right below; four queries."""
    day = today or timezone.localdate()
    table = procedure(NAME)
    rows = {step.name: StepRow(step) for step in table.steps}
    names = [step.name for step in table.steps]
    beyond = {*names[names.index(VOTED) + 1 :], DONE}
    digits = DIGITS[Level.TOWN] if area.level == Level.COUNTY else DIGITS[Level.VILLAGE]
    places, whole = _places(round_, area, digits), Place(area)
    for village, step, state, cases, overdue in _counted(round_, user, area, day):
        code = village[:digits]
        for place in (whole, places.setdefault(code, Place(Area(code=code)))):
            place.counts[state] += cases
            place.overdue += overdue
            place.taken += cases if step in beyond and state in (State.OPEN, State.PASSED) else 0
        if step in rows:
            rows[step].counts[state] += cases
            rows[step].overdue += overdue
        position = names.index(step) if step in rows else len(names)
        for name in names[: position + 1]:
            rows[name].reached += cases
    _name_merged(places)
    quotas = [place.quota for place in places.values() if place.quota is not None]
    whole.handed_down = sum(quotas)
    if area.level == Level.COUNTY:
        whole.quota = own_quotas([round_], user)[round_.pk]
    else:
        whole.quota = sum(quotas) if quotas else None
    return Progress(whole, list(rows.values()), list(places.values()))


def _name_merged(places: dict[str, Place]) -> None:
    """Name the places that are no areas of today any more, as after a merger; one query."""
    for area in Area.objects.filter(code__in=[code for code, place in places.items() if not place.area.name]):
        places[area.code].area = area


def _counted(round_: Round, user: User, area: Area, day: date) -> Iterable[tuple[str, str, str, int, int]]:
    found = Case.objects.visible_to(user, VIEW_CASES).in_areas((area.code,))
    counted = found.filter(procedure=NAME, round=round_.pk).order_by()
    return (
        counted.annotate(village=Substr("area_code", 1, 12))
        .values("village", "step", "state")
        .annotate(cases=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=day, state__in=["open", "appealed"])))
        .values_list("village", "step", "state", "cases", "overdue")
    )


def _places(round_: Round, area: Area, digits: int) -> dict[str, Place]:
    """Towns or villages of an area with their quotas, those without any case too."""
    level = Level.TOWN if digits == DIGITS[Level.TOWN] else Level.VILLAGE
    areas = Area.objects.within(area.code).filter(level=level, valid_until=None).order_by("code")
    quotas: dict[str, int] = defaultdict(int)
    given = Quota.objects.filter(within(area.code, "area_id"), round=round_)
    for code, number in given.annotate(place=Substr("area_id", 1, digits)).order_by().values_list("place").annotate(
        number=Sum("households")
    ):  # fmt: skip
        quotas[code] += number
    return {each.code: Place(each, quota=quotas.get(each.code)) for each in areas}


@dataclass(frozen=True)
class QuotaRow:
    """A village with its quota, or with what was typed for it and is no number of households."""

    village: Area
    households: int | None
    wrong: str = ""


@dataclass(frozen=True)
class QuotaTown:
    """A town's villages with their quotas."""

    town: Area
    rows: list[QuotaRow]

    @property
    def sum(self) -> int:
        return sum(row.households or 0 for row in self.rows)


def quota_towns(
    round_: Round, typed: Mapping[str, int] | None = None, wrong: Mapping[str, str] | None = None
) -> list[QuotaTown]:
    """Every village of the county with its quota (or what was typed), by town; two queries."""
    given: Mapping[str, int]
    given = dict(Quota.objects.filter(round=round_).values_list("area_id", "households")) if typed is None else typed
    areas = Area.objects.within(round_.area_id).filter(level__in=[Level.TOWN, Level.VILLAGE], valid_until=None)
    towns: dict[str, QuotaTown] = {}
    for area in areas.order_by("code"):
        if area.level == Level.TOWN:
            towns[area.code] = QuotaTown(area, [])
        elif town := towns.get(area.code[: DIGITS[Level.TOWN]]):
            town.rows.append(QuotaRow(area, given.get(area.code), (wrong or {}).get(area.code, "")))
    return [town for town in towns.values() if town.rows]
