"""A sample that nobody chose: the list is frozen first, the seed comes later, and everybody can draw again."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assessment.actions import inspections
from jingzhun.assessment.actions.inspections import Announced, Found
from jingzhun.assessment.models import Inspection, InspectionFinding, Item, Rectification
from jingzhun.journal.actions.publishing import publish
from jingzhun.journal.models import Entry
from jingzhun.methods.sampling import apportioned, draw
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

SCRIPT = Path(__file__).parents[2] / "docs" / "repeat_draw.py"
LOTTERY = "当日公开摇号的六位数"


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def announced(by, size=3, **values) -> Inspection:
    told = {
        "title": "2015年春季督查", "kind": "quality", "population": "households", "begins_on": in_days(2),
        "ends_on": in_days(30), "seed_on": in_days(1), "seed_from": LOTTERY, "size": size,
    }  # fmt: skip
    return inspections.announce(Announced(make_area(VILLAGE[:6]), **(told | values)), by=by)


@pytest.fixture
def households(supervisor):
    make_household(VILLAGE, members=["非贫困"])
    return [
        make_household(village, registered_on=date(2014, 10, 1), members=[f"户{number}"])
        for village, many in ((VILLAGE, 7), (OTHER_VILLAGE, 4))
        for number in range(many)
    ]


def test_an_outsider_repeats_the_draw_from_the_published_list_and_seed(client, supervisor, households, tmp_path):
    made = announced(supervisor, size=5)
    address = reverse("assessment:published-list", args=[made.number])
    before = client.get(address).content
    assert b"not yet known" in client.get(reverse("assessment:published-draw", args=[made.number])).content
    late_comer = make_household(VILLAGE, registered_on=date(2014, 10, 1), members=["后来"])
    sample = inspections.draw(made, "481516", by=supervisor, at=later(1))
    listed = client.get(address).content
    assert listed == before and len(listed.splitlines()) == 12
    assert not any(each.number.encode() in listed for each in [*households, late_comer])
    file = tmp_path / "list.csv"
    file.write_bytes(listed)
    made.refresh_from_db()
    told = subprocess.run(
        [sys.executable, SCRIPT, file, made.seed, str(made.size)], capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[:-1] == [f"{item.town} {item.number}" for item in sample]
    shown = client.get(reverse("assessment:published-draw", args=[made.number])).content.decode()
    assert made.seed == f"481516:{made.number}" and made.seed in shown and sample[0].number in shown
    rows = made.items.select_related("household").order_by("town", "number")
    kept = "".join(f"{row.town},{row.number},{row.household.number}\n" for row in rows)
    entry = Entry.objects.get(action="assessment.inspection_announced")
    assert entry.values["list_sha256"] == sha256(kept.encode()).hexdigest()


def test_the_seed_is_of_a_later_day_and_the_sample_is_drawn_once(supervisor, households):
    with pytest.raises(Refused, match="种子"):
        announced(supervisor, seed_on=in_days(0))
    made = announced(supervisor)
    with pytest.raises(Refused, match=str(in_days(1))):
        inspections.draw(made, "1", by=supervisor)
    with pytest.raises(Refused):
        inspections.draw(made, " ", by=supervisor, at=later(1))
    inspections.draw(made, "1", by=supervisor, at=later(1))
    with pytest.raises(Refused, match="只抽取一次"):
        inspections.draw(made, "2", by=supervisor, at=later(1))
    assert made.items.exclude(place=None).count() == 3


def test_without_a_lottery_the_seed_is_the_root_of_a_later_checkpoint(supervisor, households):
    made = announced(supervisor, seed_from="")
    assert publish(at=timezone.now())
    with pytest.raises(Refused, match="检查点"):
        inspections.draw(made, by=supervisor, at=later(1))
    root = publish(at=later(1))
    inspections.draw(made, by=supervisor, at=later(1))
    made.refresh_from_db()
    assert made.seed == f"{root.hex}:{made.number}"


def test_who_may_not_and_what_cannot_be_drawn(supervisor, clerk, households):
    with pytest.raises(NotYours):
        announced(clerk)
    make_area("610427")
    with pytest.raises(NotYours):
        announced(make_user(Role.SUPERVISOR, "610427"))
    with pytest.raises(Refused, match="11"):
        announced(supervisor, size=12)
    with pytest.raises(Refused):
        announced(supervisor, population="villages")
    assert announced(supervisor, size=None).size == 1  # 2 % of 11
    assert Inspection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_who_draw_at_once_draw_one_sample(supervisor, households):
    made = announced(supervisor)
    gate = threading.Barrier(2)

    def go(value: str) -> bool:
        try:
            gate.wait(timeout=30)
            inspections.draw(made, value, by=supervisor, at=later(1))
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(go, ["111111", "222222"]))
    assert sorted(results) == [False, True]
    assert made.items.exclude(place=None).count() == 3
    assert Entry.objects.filter(action="assessment.sample_drawn").count() == 1


populations = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 400).map(str)), max_size=60, unique_by=lambda row: row[1]
)


@given(populations, st.text(max_size=8), st.integers(0, 80), st.randoms())
def test_a_draw_is_a_sample_whatever_the_order_of_the_list(population, seed, size, shuffler):
    sample = draw(population, seed, size)
    assert len(set(sample)) == len(sample) == min(size, len(population))
    assert set(sample) <= set(population)
    shuffled = list(population)
    shuffler.shuffle(shuffled)
    assert draw(shuffled, seed, size) == sample


@given(st.dictionaries(st.text(max_size=4), st.integers(0, 500), max_size=12), st.integers(0, 3000))
def test_each_town_has_its_share_to_less_than_one_place(sizes, total):
    places, whole = apportioned(sizes, total), sum(sizes.values())
    total = min(total, whole)
    assert sum(places.values()) == total
    for name, size in sizes.items():
        assert places[name] <= size
        assert not whole or abs(places[name] - size * total / whole) < 1


def picture() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (40, 30), "green").save(target, "JPEG")
    return SimpleUploadedFile("a.jpg", target.getvalue(), "image/jpeg")


def test_an_inspector_goes_from_house_to_house_on_the_screens(client, supervisor, households):
    client.force_login(supervisor)
    assert "尚无督查" in client.get(reverse("assessment:inspections")).content.decode()
    typed = {"title": "春季督查", "kind": "help", "population": "households", "begins_on": in_days(2).isoformat(),
             "ends_on": in_days(30).isoformat(), "size": "2",
             "seed_on": in_days(1).isoformat(), "seed_from": LOTTERY}  # fmt: skip
    assert client.post(reverse("assessment:inspection-add"), typed).status_code == 302
    made = Inspection.objects.get()
    assert client.post(reverse("assessment:inspection-draw", args=[made.pk]), {"value": "5"}).status_code == 200
    inspections.draw(made, "5", by=supervisor, at=later(1))
    first, second = made.items.exclude(place=None).order_by("place")
    page = reverse("assessment:item", args=[first.pk])
    assert "登记信息" in client.get(page).content.decode()
    assert client.post(page, {"result": "differs"}).status_code == 200
    sent = {"result": "differs", "kind": "housing", "weight": "serious", "what": "房屋仍为D级", "picture": picture(),
            "latitude": "34.691234", "longitude": "108.142345"}  # fmt: skip
    assert client.post(page, sent)["Location"] == reverse("assessment:item", args=[second.pk])
    assert client.post(reverse("assessment:item", args=[second.pk]), {"result": "agrees"}).status_code == 302
    finding = InspectionFinding.objects.get(result="differs")
    shot = client.get(reverse("assessment:finding-picture", args=[finding.pk]))
    assert shot["Content-Type"] == "image/jpeg" and "房屋仍为D级" in client.get(page).content.decode()
    whole = client.get(reverse("assessment:inspection", args=[made.pk]))
    assert [tile[3] for tile in whole.context["tiles"]] == [0, 1, 1]
    give = f"{reverse('assessment:order-give')}?finding={finding.pk}"
    order = {"area": first.area_id, "about": "督查", "what": "纳入危房改造", "due_on": in_days(20).isoformat()}
    assert client.post(give, order).status_code == 302
    assert Rectification.objects.get().finding == finding
    assert "已有" in client.post(give, order).content.decode()
    not_drawn = made.items.filter(place=None).first()
    assert client.get(reverse("assessment:item", args=[not_drawn.pk])).status_code == 404
    with pytest.raises(Refused, match="未被抽中"):
        inspections.note_finding(Item.objects.get(pk=not_drawn.pk), Found("agrees"), by=supervisor)
    client.cookies["django_language"] = "en"
    assert "Frozen list" in client.get(reverse("assessment:inspection", args=[made.pk])).content.decode()
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert client.get(page).status_code == 403
    assert client.get(reverse("assessment:inspection", args=[made.pk])).status_code == 404
