"""The round of 2014 in a small county: everybody is registered because they went through the procedure."""

from itertools import pairwise

import pytest

from jingzhun.areas.actions import load_areas
from jingzhun.demo import county as demo
from jingzhun.demo.reports import write_villages
from jingzhun.demo.story import play_round
from jingzhun.demo.story.plan import draw_plans
from jingzhun.demo.targets import AREAS, Targets, rural_villages
from jingzhun.demo.workbooks import draw_county, write_town
from jingzhun.identification.models import Application, Flag, Meeting
from jingzhun.journal.models import Entry
from jingzhun.procedure.models import Case, Passage
from jingzhun.publicity.models import Notice, NoticeItem, Objection
from jingzhun.registry.actions.village_reports import import_village_reports
from jingzhun.registry.models import Household, RegisterSpell, VillageYear

pytestmark = pytest.mark.django_db(transaction=True)
TOWN = "渠子镇"


@pytest.fixture
def played(settings, tmp_path):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    load_areas(AREAS)
    places = [place for place in rural_villages() if place[2] == TOWN][:4]
    county = draw_county(7, places, Targets().scaled(4, 157))
    path = tmp_path / "town.xlsx"
    write_town(county, TOWN, path)
    demo.import_workbook(path)
    write_villages(county, 7, tmp_path / "villages.xlsx")
    import_village_reports(tmp_path / "villages.xlsx", area_code="610426")
    assert not RegisterSpell.objects.exists()
    return county, play_round(county, 7, "610426")


def test_the_round_of_2014(played):
    """Played once for all that must be true of it: building even a small county takes its time."""
    county, round_ = played
    just_the_poor_are_registered_and_each_has_the_whole_way_behind_it(county, round_)
    there_are_refusals_appeals_returns_objections_and_flags()
    the_journal_stands_in_the_order_of_time()


def just_the_poor_are_registered_and_each_has_the_whole_way_behind_it(county, round_):
    plans = draw_plans(county, 7)
    poor = {number for plan in plans for number in plan.poor}
    registered = RegisterSpell.objects.select_related("household")
    assert {spell.household.number for spell in registered} == poor and registered.count() == len(poor)
    assert round_.acts > 50
    listed = set(VillageYear.objects.filter(poor_village=True).values_list("area", flat=True))
    assert listed == {
        str(code) for code, is_poor in zip(county.villages.code, county.villages.poor, strict=True) if is_poor
    }
    households = Household.objects.filter(number__in=poor)
    assert not households.filter(cause_main="").exists() and not households.filter(attribute="").exists()
    for case in Case.objects.filter(procedure="identification", state="passed"):
        kinds = NoticeItem.objects.filter(subject=f"case:{case.pk}", state="passed").values_list(
            "notice__kind", flat=True
        )
        assert {"first_notice", "second_notice", "announcement"} <= set(kinds)
    assert set(Case.objects.values_list("state", flat=True)) <= {"passed", "refused", "closed", "withdrawn"}


def there_are_refusals_appeals_returns_objections_and_flags():
    assert Application.objects.count() > RegisterSpell.objects.count()
    decisions = set(Passage.objects.values_list("decision", flat=True))
    assert {"open", "approve", "refuse", "return", "withdraw"} <= decisions
    assert Meeting.objects.count() >= 4 and not Meeting.objects.filter(signed_at=None).exists()
    assert not Notice.objects.filter(state="open").exists() and not Objection.objects.open().exists()
    assert not Flag.objects.filter(state="open").exists()


def the_journal_stands_in_the_order_of_time():
    moments = list(
        Entry.objects.filter(action__startswith="identification.").order_by("id").values_list("at", flat=True)
    )
    assert len(moments) > 500
    late = [later for earlier, later in pairwise(moments) if (earlier - later).days >= 1]
    assert not late
