"""Who may apply, and what became of former applications."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.identification.models import Application, HouseholdCode, Round
from jingzhun.identification.rules import NAME
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey
from jingzhun.registry.queries.households import matching

OVER = (State.WITHDRAWN,)  # after this a household may apply again in the same round; refused for good, in the next


def running_rounds(area_code: str, day: date | None = None) -> list[Round]:
    """Rounds of the area's county whose window is open on a day."""
    today = day or timezone.localdate()
    county = area_code[: DIGITS[Level.COUNTY]]
    found = Round.objects.filter(area=county, closed_at=None, opens_on__lte=today, closes_on__gte=today)
    return list(found.select_related("area"))


def rounds_of_county(area_code: str) -> list[Round]:
    """All rounds of the area's county."""
    return list(Round.objects.filter(area=area_code[: DIGITS[Level.COUNTY]]).select_related("area"))


def open_rounds(area_code: str) -> list[Round]:
    """Rounds of the area's county in which applications may still be written down, those of past windows too."""
    county = area_code[: DIGITS[Level.COUNTY]]
    today = timezone.localdate()
    return list(Round.objects.filter(area=county, closed_at=None, opens_on__lte=today).order_by("-opens_on", "-pk"))


def applications_of(household: Household) -> list[Application]:
    """A household's applications, the latest first."""
    return list(household.applications.select_related("case", "round").order_by("-filed_on", "-pk"))


@dataclass(frozen=True)
class Situation:
    """Whether a household is on the register today, and until when it has a one-time code, if it has one."""

    on_register: bool
    code_until: datetime | None


def situation_of(household: Household) -> Situation:
    """One query."""
    return Situation(*_situations(household).values_list("on_register", "code_until").get())


def on_its_page(household: Household) -> tuple[list[Application], Situation]:
    """What the household's page shows of identification, in one query: applications with what names them only."""
    told = ("case", "filed_on", "round__year", "round__kind", "case__step", "case__state")
    rows = list(
        _situations(household)
        .order_by("-applications__filed_on", "-applications__pk")
        .values_list("on_register", "code_until", *(f"applications__{name}" for name in told))
    )
    applications = [
        Application(
            case=Case(pk=case, procedure=NAME, step=step, state=state),
            round=Round(year=year, kind=kind),
            filed_on=filed_on,
        )
        for _on_register, _until, case, filed_on, year, kind, step, state in rows
        if case is not None
    ]
    return applications, Situation(*rows[0][:2])


def _situations(household: Household) -> Any:
    spells = RegisterSpell.objects.on(timezone.localdate()).filter(household=OuterRef("pk"))
    codes = HouseholdCode.objects.filter(household=OuterRef("pk"), used_at=None, valid_until__gt=timezone.now())
    return Household.objects.filter(pk=household.pk).annotate(
        on_register=Exists(spells), code_until=Subquery(codes.values("valid_until")[:1])
    )


def may_apply_now(household: Household, applications: list[Application], situation: Situation) -> bool:
    """Whether nothing stands in the way of a new application but the round's window."""
    under_way = any(each.case.state in (State.OPEN, State.APPEALED) for each in applications)
    return not (household.closed_on or under_way or situation.on_register)


def candidates(user: User, round_: Round, village: str = "", text: str = "") -> QuerySet[Household]:
    """Households that may apply in a round: not on the register, without an application that is under way."""
    today = timezone.localdate()
    applied = Case.objects.filter(procedure=NAME, round=round_.pk, subject=OuterRef("number")).exclude(state__in=OVER)
    spells = RegisterSpell.objects.on(today).filter(household=OuterRef("pk"))
    found = Household.objects.visible_to(user, WORK_IN_VILLAGE).filter(closed_on=None)
    found = found.filter(
        ~Exists(applied), ~Exists(spells), Exists(Member.objects.present(today).filter(household=OuterRef("pk")))
    )
    if village:
        found = found.filter(within(village, "village_code"))
    if text:
        found = found.filter(matching(text))
    head = Member.objects.filter(household=OuterRef("pk"), relation="head", left_on=None)
    income = Survey.objects.filter(household=OuterRef("pk"), year=round_.income_year)
    return found.annotate(
        head=Subquery(head.values("name")[:1]), income=Subquery(income.values("per_capita")[:1])
    ).order_by("number")


def villages_to_work_in(user: User) -> list[Area]:
    """Villages where the user takes down applications."""
    found: list[Area] = []
    for code in user.scope.areas_for(WORK_IN_VILLAGE):
        found += Area.objects.within(code).filter(level=Level.VILLAGE, valid_until=None).order_by("code")
    return found
