"""Villages nominated and brought before the panel, in few words."""

from datetime import date, timedelta
from decimal import Decimal

from tests.identification.stage import Stage, picture
from tests.registry.factories import VILLAGE, make_area, make_household, make_user, make_village

from jingzhun.identification.actions import decide, panel, village_notices, villages
from jingzhun.identification.models import Judge, Nomination, Panel
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.publicity.actions.notices import add_board_photo, close_due
from jingzhun.publicity.models import Notice
from jingzhun.registry.models import VillageYear

SOUND = {"incidence": 90, "income": 80, "infrastructure": 70, "services": 60, "collective": 100, "nature": 50}
SECOND = f"{VILLAGE[:9]}205"


def poor_village(stage: Stage, code: str = VILLAGE, poor: int = 4, homes: int = 6) -> None:
    """A village whose figures meet the three tests."""
    make_village(code, name="永安村" if code == VILLAGE else f"李家{code[-3:]}村")
    for number in range(homes):
        make_household(code, members=["张三"], registered_on=date(2014, 5, 1) if number < poor else None)
    VillageYear.objects.create(area_id=code, year=2014, per_capita_income=Decimal(3000), collective_income=Decimal(0))


def clerk_of(stage: Stage, code: str) -> User:
    """The clerk of a village, the same one every time."""
    if code == VILLAGE:
        return stage.clerk
    known = User.objects.filter(assignments__area=code, assignments__role=Role.VILLAGE_CLERK).first()
    return known or make_user(area=code)


def nominated(stage: Stage, code: str = VILLAGE, by: User | None = None, **figures) -> Nomination:
    poor_village(stage, code, **figures)
    by = by or clerk_of(stage, code)
    return villages.nominate(stage.round, make_area(code), "山大沟深，靠天吃饭", by=by, at=stage.tick())


def run_notice(stage: Stage, area: str, step: str, by: User) -> Notice:
    at = stage.tick()  # which may be past midnight
    notice = village_notices.post_village_notice(stage.round, make_area(area), step, stage.today, by=by, at=at)
    add_board_photo(notice, picture(), stage.today, size=900, by=by)
    stage.now += timedelta(days=8)
    close_due(stage.now)
    return notice


def bring_to_panel(stage: Stage, *nominations: Nomination) -> None:
    for each in nominations:
        who = clerk_of(stage, each.area_id)
        villages.record_resolution(each, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=who, at=stage.tick())
        decide.send_on([each.case_id], by=who, at=stage.tick())
        run_notice(stage, each.area_id, "village_notice", who)
        villages.state_for_town(each, "情况属实", agrees=True, by=stage.town, at=stage.tick())
        decide.send_on([each.case_id], by=stage.town, at=stage.tick())
    run_notice(stage, VILLAGE[:9], "town_notice", stage.town)


def scoring(
    stage: Stage, judges: int = 7, conflicts: tuple[str, ...] = (), wanted: int | None = None
) -> tuple[Panel, list[tuple[Judge, str]]]:
    """A meeting that scores; judges with their codes, the first with conflicts."""
    meeting = panel.prepare_panel(stage.round, stage.today, by=stage.county, wanted=wanted, at=stage.tick())
    invited = [panel.Invited(f"评委{n}", "unit", f"单位{n}", conflicts if n == 0 else ()) for n in range(judges)]
    made = panel.invite(meeting, invited, by=stage.county, at=stage.tick())
    return panel.begin_scoring(meeting, by=stage.county, at=stage.tick()), made
