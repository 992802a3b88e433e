"""The demo county is supervised: two inspections, orders in every state, tips of two years."""

from datetime import date

import pytest
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household

from jingzhun.assessment.models import Inspection, InspectionFinding, Rectification, Tip
from jingzhun.demo.assess import inspections
from jingzhun.demo.story.cast import assemble


@pytest.mark.django_db
def test_the_demo_has_orders_in_every_state_and_tips_answered_and_not(monkeypatch):
    county = make_area(VILLAGE[:6])
    for village in (VILLAGE, OTHER_VILLAGE):
        for number in range(25):
            make_household(village, registered_on=date(2014, 10, 1), members=[f"户{number}"])
    monkeypatch.setattr(inspections, "DIFFERS", 1)
    monkeypatch.setattr(inspections, "MOST", 12)
    found = inspections.build(county, assemble(county.pk, [VILLAGE, OTHER_VILLAGE]), seed=7)
    assert found == InspectionFinding.objects.exclude(result="agrees").count() == 24
    assert all(each.drawn_at for each in Inspection.objects.all()) and Inspection.objects.count() == 2
    assert set(Rectification.objects.values_list("state", flat=True)) == {"open", "proved", "accepted"}
    assert Tip.objects.count() == 20
    assert {"forwarded", "told"} <= set(Tip.objects.values_list("state", flat=True))
    assert not Tip.objects.filter(named=False, state="told").exists()
