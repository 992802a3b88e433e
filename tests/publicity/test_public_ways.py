"""The ways that the public website shows: to apply, to object, to whom to turn meanwhile, to one's own village."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone, translation
from tests.journal.stories import publish_on
from tests.publicity.factories import OPENS, make_item, make_notice, make_objection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user

from jingzhun import publicity
from jingzhun.identification.actions.rounds import open_round
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.journal.rules import FIELDS, leaf_hash
from jingzhun.people.rules import Role
from jingzhun.publicity.actions.contacts import set_contact
from jingzhun.publicity.actions.notices import Item, NewNotice, close_due, open_notice
from jingzhun.publicity.actions.objections import add_finding
from jingzhun.publicity.printing.notice import notice_data
from jingzhun.publicity.queries.notices import notice_page
from jingzhun.registry.models import VillageYear

pytestmark = pytest.mark.django_db
TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]


def look(client, name, *args, **asked):
    return client.get(reverse(f"public:{name}", args=args), asked).text


def printed(notice, language="zh-hans"):
    with translation.override(language):
        return notice_data(notice_page(notice), paper="a4", link="http://localhost/n/X")


def test_who_wants_to_apply_reads_until_when_and_how_and_finds_the_own_page(client):
    today, own = timezone.localdate(), reverse("my:enter")
    make_area(VILLAGE)
    assert "现在可以申请" not in look(client, "home") and "今天不受理申请" in look(client, "standards")
    open_round(make_area(COUNTY), today.year, "dynamic", (today, today + timedelta(days=9)), by=SYSTEM)
    caches["pages"].clear()
    for name in ("home", "standards"):
        page = look(client, name)
        assert f"截止{today + timedelta(days=9)}" in page and "到村委会申请" in page
        assert f'<a href="{own}" rel="nofollow">输入代码</a>' in page
    assert own in look(client, "hotline").split("<footer")[1]
    door = client.get(own).text
    assert f'<a class="brand" href="{reverse("public:home")}"' in door


def test_while_no_notice_hangs_nobody_is_sent_to_one(client):
    make_area(VILLAGE)
    for name in ("home", "hotline"):
        page = look(client, name)
        assert "现在没有公示" in page and "点“提出异议”" not in page and "state=now" not in page.split("异议")[-1]


def test_while_one_hangs_the_way_to_object_is_told(client, notice):
    for name in ("home", "hotline"):
        assert "现在没有公示" not in look(client, name) and "点“提出异议”" in look(client, name)


def test_a_closed_notice_names_whom_to_turn_to_on_the_page_and_on_paper(client):
    notice = make_notice()
    town, county = make_area(TOWN).short_name, make_area(COUNTY).short_name
    page = look(client, "notice", notice.number)
    assert f"{town}扶贫工作站" in page and f"{county}扶贫办" in page and "tel:12317" in page
    office = printed(notice)["office"]
    assert office == [f"{town}扶贫工作站、{county}扶贫办", "12317"]
    set_contact(make_area(COUNTY), office="县扶贫办", phone="029-37660000", address="", hours="", by=SYSTEM)
    assert printed(notice)["office"] == ["县扶贫办", "029-37660000", "12317"]


def test_a_paper_says_when_the_notice_has_ended_and_leaves_empty_columns_out():
    items = [make_item("case:1", head="陈福旺", attribute="", cause="缺技术劳力")]
    over, running = make_notice(items=items), make_notice(opens_on=timezone.localdate())
    assert printed(over)["ended"] == f"公示已于{over.closes_on}结束。" and printed(running)["ended"] == ""
    paper = printed(over)
    assert len(paper["heads"]) == len(paper["rows"][0]) == 5 and len(paper["widths"]) == len(paper["numeric"]) == 4
    assert "贫困户属性" not in paper["heads"] and "贫困户属性" in printed(running)["heads"]


def test_what_the_county_calls_a_cause_is_read_in_english_on_english_pages(client):
    items = [make_item("case:1", cause="缺技术劳力"), make_item("case:2", cause="自己写的原因")]
    notice = make_notice(items=items, opens_on=timezone.localdate())
    page = client.get(reverse("public-en:notice", args=[notice.number])).text
    assert "lack of skilled labour" in page and "自己写的原因" in page
    assert "缺技术劳力" in look(client, "notice", notice.number)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    client.cookies["django_language"] = "en"
    assert "lack of skilled labour" in client.get(reverse("publicity:notice", args=[notice.number])).text


def test_who_is_missing_is_asked_only_where_that_is_the_objection(client, notice):
    asked = {entry: look(client, "object", notice.number, entry=entry) for entry in ("2", "missing", "")}
    assert '<div class="only-missing" hidden>' in asked["2"]
    assert '<div class="only-missing">' in asked["missing"] and '<div class="only-missing">' in asked[""]
    assert f"{reverse('public:object', args=[notice.number])}?entry=missing" in look(client, "notice", notice.number)


def test_one_finds_the_own_village_on_the_list_and_goes_to_what_was_announced_of_it(client):
    for code, name in ((VILLAGE, "永安村"), (OTHER_VILLAGE, "徐家塬村")):
        VillageYear.objects.create(area=make_area(code, name), year=2014, poor_village=True)
    shown = [{"village": name, "rank": str(rank)} for rank, name in enumerate(("徐家塬村", "永安村"), 1)]
    items = [Item(f"case:{n}", each) for n, each in enumerate(shown)]
    notice = make_notice("village_announcement", COUNTY, items, OPENS)
    page = look(client, "poor-villages")
    address = reverse("public:notice", args=[notice.number])
    names = {code: make_area(code).short_name for code in (VILLAGE, OTHER_VILLAGE)}
    assert f'<a href="{address}#e2">{names[VILLAGE]}</a>' in page and "第2名" in page
    assert f'<a href="{address}">{OPENS}的公告' in page
    assert reverse("public:announcements") not in page.split("<main")[1]
    assert "编号" not in page
    found = client.get(reverse("public:poor-villages"), {"q": " XUJIA "})
    assert names[OTHER_VILLAGE] in found.text and f">{names[VILLAGE]}<" not in found.text
    assert "no-store" in found["Cache-Control"]
    nothing = look(client, "poor-villages", q="<b>找不到")
    assert "没有这个名称" in nothing and "<b>找" not in nothing


def test_a_village_whose_name_another_bears_leads_to_nobody_elses_entry(client):
    third = VILLAGE[:9] + "299"
    for code in (VILLAGE, third):
        VillageYear.objects.create(area=make_area(code, "同名村委会"), year=2014, poor_village=True)
    make_notice("village_announcement", COUNTY, [Item("case:1", {"village": "同名村", "rank": "1"})], OPENS)
    assert "#e1" not in look(client, "poor-villages")


def test_the_proof_of_a_notice_names_the_office_and_never_a_login(client):
    town = make_user(Role.TOWN_COMMISSIONER, TOWN, "town-610426110", full_name="张专干")
    make_area(VILLAGE)
    new = NewNotice("second_notice", make_area(TOWN), [make_item()], timezone.localdate())
    notice = open_notice(new, by=town)
    entry = Entry.objects.get(action="publicity.notice_opened", record=notice.number)
    assert (entry.actor, entry.role, entry.actor_id) == ("town_commissioner", "town_commissioner", town.pk)
    publish_on(1)
    proof = look(client, "journal", entry=entry.pk, **{"as": "json"})
    assert json.loads(proof)["entry"]["actor"] == "town_commissioner" and town.username not in proof
    auditor = make_user(Role.AUDITOR, COUNTY)
    client.force_login(auditor)
    found = client.get(reverse("journal:entries"), {"user": town.username}).text
    assert town.username in found and notice.number in found


def test_the_proof_of_a_notice_that_was_signed_by_a_login_tells_its_day_only(client, notice):
    entry = Entry.objects.get(action="publicity.notice_opened", record=notice.number)
    fields = {name: getattr(entry, name) for name in FIELDS} | {"actor": "town-610426110", "at": timezone.now()}
    old = Entry.objects.create(**fields, leaf=leaf_hash(fields))
    publish_on(1)
    proof = look(client, "journal", entry=old.pk, **{"as": "json"})
    assert json.loads(proof)["entry"] is None and "town-610426110" not in proof


def test_staff_read_who_acted_by_name_and_role_and_that_nobody_has_looked_yet(client, notice):
    clerk = make_user(username="clerk-login", full_name="刘文书")
    objection = make_objection(notice, at=timezone.now()).objection
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN, "town-login", full_name="张专干"))
    address = reverse("publicity:objection", args=[objection.number])
    assert "待核查" in client.get(address).text and "待核查" in client.get(reverse("publicity:objections")).text
    add_finding(objection, "入户看了。", by=clerk)
    page = client.get(address).text
    assert "核查中" in page and "clerk-login" not in page
    assert "刘文书 村文书" in page and '刘文书 <span class="text-secondary">村文书</span>' in page


def test_the_website_follows_a_dark_screen_and_stays_black_on_white_on_paper():
    style = (Path(publicity.__file__).parent / "static" / "publicity" / "public.css").read_text(encoding="utf-8")
    dark = style.index("@media screen and (prefers-color-scheme: dark)")
    assert dark < style.index("@media print") and "#15171a" in style[dark:]


def test_closing_by_the_clock_is_signed_by_the_system(notice):
    close_due(timezone.now() + timedelta(days=30))
    assert Entry.objects.get(action="publicity.notice_closed").actor == "system"
