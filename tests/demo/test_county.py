"""The demo's workbooks go through the product's own importer, whole and without a refused row."""

import json

import pytest
from django.db.models import Count

from jingzhun.areas.actions import load_areas
from jingzhun.demo import county as demo
from jingzhun.demo.logins import LOGINS, add_logins
from jingzhun.demo.reports import write_villages
from jingzhun.demo.targets import AREAS, Targets, rural_villages
from jingzhun.demo.workbooks import draw_county, write_town
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.registry.actions.village_reports import BadVillageReports, import_village_reports
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey, VillageYear
from jingzhun.registry.queries.situation import situation

pytestmark = pytest.mark.django_db(transaction=True)
TOWN = "渠子镇"


@pytest.fixture
def small():
    places = [place for place in rural_villages() if place[2] == TOWN][:6]
    return draw_county(7, places, Targets().scaled(6, 157))


@pytest.fixture(autouse=True)
def areas(settings, tmp_path):
    settings.VAR = tmp_path
    load_areas(AREAS)


def test_a_town_comes_in_as_it_was_drawn(small, tmp_path):
    path = tmp_path / "town.xlsx"
    written = write_town(small, TOWN, path)
    counts = demo.import_workbook(path)
    assert counts["member"] == written == Member.objects.count() == len(small.kin)
    assert counts["household"] == Household.objects.count() == len(small.families)
    assert not RegisterSpell.objects.exists()  # who is poor is found out by the procedure
    assert not Survey.objects.filter(stated_per_capita__isnull=False).exists()
    assert Survey.objects.filter(per_capita__lt=2736).count() == small.families.poor.sum()
    heads = Member.objects.filter(relation="head").values("household").annotate(heads=Count("pk"))
    assert set(heads.values_list("heads", flat=True)) == {1}

    villages = tmp_path / "villages.xlsx"
    write_villages(small, 7, villages)
    assert import_village_reports(villages, area_code="610426").added == 6
    found = situation("610426", 2014)
    assert (found.poor_villages, found.poor_households, found.poor_persons) == (0, 0, 0)
    assert found.rural_persons == len(small.kin)


def test_village_reports_taken_twice_change_nothing(small, tmp_path):
    path = tmp_path / "villages.xlsx"
    write_villages(small, 7, path)
    import_village_reports(path, area_code="610426")
    again = import_village_reports(path, area_code="610426")
    assert (again.added, again.changed) == (0, 0)
    arable = VillageYear.objects.get(area=str(small.villages.code[0])).arable
    assert float(arable) == pytest.approx(small.surveys.facts["arable"][small.families.village == 0].sum())


def test_a_village_report_from_another_county_is_refused_whole(small, tmp_path):
    path = tmp_path / "villages.xlsx"
    write_villages(small, 7, path)
    with pytest.raises(BadVillageReports, match="610426108200"):
        import_village_reports(path, area_code="610427")
    assert not VillageYear.objects.exists()


def test_every_role_with_screens_has_a_demo_login_and_the_page_learns_them(tmp_path):
    assert {login.role for login in LOGINS} == set(Role) - {Role.PROJECT_OWNER, Role.DEPARTMENT}
    shown = add_logins(tmp_path)
    assert json.loads((tmp_path / "logins.json").read_text()) == shown
    assert User.objects.count() == len(LOGINS) - 1  # the helper comes with the cadres
    add_logins(tmp_path)
    assert User.objects.count() == len(LOGINS) - 1


def test_the_demo_goes_into_an_empty_register_only(small, tmp_path):
    path = tmp_path / "town.xlsx"
    write_town(small, TOWN, path)
    demo.import_workbook(path)
    assert not demo.is_wanted()
    with pytest.raises(demo.DemoFailed, match="not empty"):
        demo.build(1)
