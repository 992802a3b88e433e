"""The public website: readable by everybody, kept ready, and telling nothing that is not public."""

import gzip
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.journal.stories import publish_on
from tests.publicity.factories import make_item, make_notice, make_objection, noon, picture, settle_as_system
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user

from jingzhun import publicity
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.rules.growth import growth_problems, read_growth
from jingzhun.parameters.models import Parameter
from jingzhun.publicity.actions.contacts import set_contact
from jingzhun.publicity.actions.notices import close_due
from jingzhun.publicity.actions.objections import TooEarly
from jingzhun.publicity.codes import grouped
from jingzhun.publicity.forms.objection import new_token
from jingzhun.publicity.models import Objection
from jingzhun.publicity.queries.public import poverty_lines
from jingzhun.publicity.urls.public import urlpatterns

pytestmark = pytest.mark.django_db
ID, PHONE, ACCOUNT = make_id(date(1971, 3, 8), "female", 77), "13900007777", "6217000012345678901"
SPACES = ("public", "public-en")


def addresses(notice):
    """Every address of the public website, in both languages."""
    given = {"number": notice.number, "day": "2014-06-01"}
    for space in SPACES:
        for pattern in urlpatterns:
            kwargs = {name: given[name] for name in pattern.pattern.converters}
            yield reverse(f"{space}:{pattern.name}", kwargs=kwargs)


def sent(notice, **fields):
    """What a phone sends for the form of a notice."""
    return {"token": new_token(), "about": "1", "text": "他家在县城有房子。", "website": ""} | fields


def test_r4_no_public_page_and_no_notice_holds_an_id_phone_account_or_health_value(client, notice):
    household = make_household(
        VILLAGE,
        members=[
            {
                "name": "欧阳秘密",
                "id_number": ID,
                "health": ["disabled"],
                "birth_date": date(1971, 3, 8),
                "sex": "female",
            }
        ],
        survey={"year": 2013},
        registered_on=date(2014, 10, 1),
        phone=PHONE,
        account=ACCOUNT,
        address="永安村西沟18号",
        cause_main="disability",
    )
    make_objection(notice, at=timezone.now(), name="王举报", phone=PHONE)
    for address in addresses(notice):
        page = client.get(address).text
        for private in (ID, PHONE, ACCOUNT, "欧阳秘密", "西沟18号", household.number, "王举报", "残疾人", "长期慢性病"):
            assert private not in page, (address, private)


def test_pages_are_in_the_language_of_their_address_whatever_the_browser_says(client, notice):
    for space, said, lang in (("public", "标准与程序", "zh-CN"), ("public-en", "Standards and procedure", "en")):
        response = client.get(reverse(f"{space}:standards"), headers={"Accept-Language": "fr"})
        assert said in response.text and f'<html lang="{lang}">' in response.text
        assert response["Content-Language"] == lang


def test_pages_are_kept_without_cookies_and_answer_304(client, notice):
    address = reverse("public:notice", args=[notice.number])
    client.force_login(make_user(full_name="李登录"))
    first = client.get(address)
    assert first["Cache-Control"].startswith("public, max-age=") and first["Vary"] == "Accept-Encoding"
    assert not first.cookies and "李登录" not in first.text
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    packed = Client().get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content


def test_what_one_visitor_adds_to_an_address_is_not_kept_for_the_next(client, notice):
    first = client.get(
        reverse("public:notices"), {"state": "now", "evil": "zzz", "q": "<b>"}, headers={"Host": "localhost"}
    )
    assert "zzz" not in first.text and f"{reverse('public-en:notices')}?state=now" in first.text
    assert client.get(reverse("public:notices"), {"state": "now"}).content == first.content
    assert "localhost" not in first.text


def test_pages_are_light(client, notice, settings):
    style = Path(publicity.__file__).parent / "static" / "publicity" / "public.css"
    assert style.stat().st_size < 20_000
    page = client.get(reverse("public:home"))
    assert len(page.content) < 20_000 and "<script" not in page.text and "tabler" not in page.text


def test_a_kept_page_asks_the_database_nothing(client, notice, django_assert_num_queries):
    address = reverse("public:notices")
    client.get(address)
    with django_assert_num_queries(0):
        assert client.get(address + "?utm=x").status_code == 200


@pytest.mark.parametrize("name", ["home", "notices", "announcements", "poor-villages", "standards", "hotline"])
def test_a_page_needs_few_queries_before_it_is_kept(client, notice, name, django_assert_max_num_queries):
    for n in range(20):
        make_notice(area=f"6104261022{n + 10:02d}", opens_on=timezone.localdate(), items=[make_item(f"x:{n}")])
    with django_assert_max_num_queries(10):
        client.get(reverse(f"public:{name}"))


def test_forms_and_what_comes_of_them_are_never_kept(client, notice):
    form = reverse("public:object", args=[notice.number])
    for response in (client.get(form), client.post(form, sent(notice)), client.get(reverse("public:follow"))):
        assert response["Cache-Control"] == "private, no-store"
        assert "noindex" in response["X-Robots-Tag"]


def test_pages_that_name_persons_are_closed_to_search_engines_and_the_others_open(client, notice):
    assert "noindex" in client.get(reverse("public:notice", args=[notice.number]))["X-Robots-Tag"]
    sitemap, robots = client.get("/sitemap.xml").text, client.get("/robots.txt").text
    assert "Disallow: /public/n/" in robots and "Disallow: /\n" in robots
    for space in SPACES:
        for name in ("home", "notices", "statistics", "standards"):
            assert "X-Robots-Tag" not in client.get(reverse(f"{space}:{name}"))
            assert f"<loc>http://testserver{reverse(f'{space}:{name}')}</loc>" in sitemap
    assert notice.number not in sitemap


def test_names_leave_the_website_after_their_time_and_village_lists_stay(client):
    old = timezone.localdate() - timedelta(days=60)
    persons = make_notice(items=[make_item("case:1", head="陈福旺")], opens_on=old)
    shown = {"village": "永安村", "households": "210", "persons": "801", "incidence": "35.1 %"}
    villages = make_notice("village_announcement", VILLAGE[:6], [make_item("v:1")], old)
    assert shown and villages
    close_due()
    expired = client.get(reverse("public:notice", args=[persons.number]))
    assert "陈福旺" not in expired.text and "人名已从本网站撤下" in expired.text
    Parameter.objects.filter(name="notice_public_days").update(value=365)
    caches["pages"].clear()
    assert "陈福旺" in client.get(reverse("public:notice", args=[persons.number])).text


def test_a_county_may_mask_given_names_on_its_website(client, notice):
    Parameter.objects.filter(name="notice_names_masked").update(value=Decimal(1))
    page = client.get(reverse("public:notice", args=[notice.number])).text
    assert "陈福旺" not in page and "陈*旺" in page


def test_the_short_address_on_the_board_leads_to_the_notice(client, notice):
    response = client.get(f"/n/{notice.number.lower()}")
    assert response.status_code == 302 and response.url == reverse("public:notice", args=[notice.number])
    assert client.get("/n/NOSUCH99", follow=True).status_code == 404


def test_the_first_page_leads_strangers_to_the_website_and_staff_to_their_work(client):
    assert client.get("/").url == reverse("public:home")
    assert client.get("/", headers={"Accept-Language": "en"}).url == reverse("public-en:home")
    client.force_login(make_user())
    assert not client.get("/").url.startswith("/public/")
    assert reverse("public:home") in Client().get(reverse("account_login")).text


def test_an_objection_is_received_with_a_number_and_a_secret(client, notice, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    form = reverse("public:object", args=[notice.number])
    page = client.post(form, sent(notice, name="王举报", photo1=picture((300, 200))))
    objection = Objection.objects.get()
    assert page.status_code == 200 and objection.shown_number in page.text
    assert (objection.kind, objection.subject, objection.photos.count()) == ("against", "case:1", 1)


def test_pressing_twice_shows_the_same_ticket_again_and_makes_no_second_objection(client, notice):
    form, fields = reverse("public:object", args=[notice.number]), sent(notice)
    first, again = client.post(form, fields), client.post(form, fields)
    assert first.text.split('<dl class="ticket">')[1] == again.text.split('<dl class="ticket">')[1]
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "这个字段是必填项"),
        ({"about": "missing"}, "请写明漏了谁"),
        ({"about": "99"}, "选择一个有效的选项"),
        ({"phone": "abc"}, "这不是电话号码"),
        ({"token": "forged"}, "表单打开的时间过长"),
        ({"website": "http://spam.example"}, "此栏请留空"),
        ({"photo1": "svg"}, "JPEG"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(client, notice, fields, said):
    if fields.get("photo1"):
        fields = {"photo1": picture()}
        fields["photo1"].name = "x.jpg"
        fields["photo1"].truncate(60)
    page = client.post(reverse("public:object", args=[notice.number]), sent(notice, name="王举报") | fields)
    assert page.status_code == 400 and said in page.text
    assert "王举报" in page.text and not Objection.objects.exists()


def test_without_a_cookie_the_form_comes_back_with_everything_typed(notice):
    client = Client(enforce_csrf_checks=True)
    form = reverse("public:object", args=[notice.number])
    page = client.post(form, sent(notice, name="王举报"))
    assert page.status_code == 403 and "王举报" in page.text and "Cookie" in page.text
    cookie = client.cookies["csrftoken"].value
    assert client.post(form, sent(notice, csrfmiddlewaretoken=cookie)).status_code == 200


def test_a_body_beyond_the_limit_is_refused_without_being_taken_apart(client, notice):
    form = reverse("public:object", args=[notice.number])
    response = client.generic("POST", form, bytes(26 * 1024**2), "multipart/form-data; boundary=x")
    assert response.status_code == 413 and not Objection.objects.exists()


def test_script_in_an_objection_is_shown_as_text(client, notice):
    client.post(reverse("public:object", args=[notice.number]), sent(notice, text="<script>alert(1)</script>"))
    client.force_login(make_user())
    page = client.get(reverse("publicity:objection", args=[Objection.objects.get().number])).text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_a_flood_from_one_address_is_stopped_and_from_everywhere_silences_one_notice_only(client, notice):
    Parameter.objects.filter(name="objections_per_address").update(value=2)
    Parameter.objects.filter(name="objections_per_hour").update(value=3)
    other = make_notice(area=OTHER_VILLAGE, opens_on=timezone.localdate())

    def send(address, to=notice):
        return client.post(reverse("public:object", args=[to.number]), sent(to), REMOTE_ADDR=address).status_code

    assert [send("10.0.0.1"), send("10.0.0.1"), send("::ffff:10.0.0.1")] == [200, 200, 429]
    assert [send("10.0.0.2"), send("10.0.0.3"), send("10.0.0.3", other)] == [200, 429, 200]
    form = reverse("public:object", args=[notice.number])
    told = [client.post(form, sent(notice), REMOTE_ADDR=address).text for address in ("10.0.0.1", "10.0.0.9")]
    assert "提交次数过多" in told[0] and "本公示一小时内收到的异议过多" not in told[0]
    assert "本公示一小时内收到的异议过多" in told[1] and "提交次数过多" not in told[1]


def test_one_line_does_not_flood_from_its_many_networks(client, notice):
    Parameter.objects.filter(name="objections_per_network").update(value=3)
    form = reverse("public:object", args=[notice.number])

    def send(address):
        return client.post(form, sent(notice), REMOTE_ADDR=address).status_code

    assert [send(f"2408:8456:1:{line}::7") for line in range(4)] == [200, 200, 200, 429]
    assert send("2408:8456:2:1::7") == 200


def test_a_notice_that_is_over_takes_no_objection(client):
    notice = make_notice(opens_on=timezone.localdate() - timedelta(days=30))
    form = reverse("public:object", args=[notice.number])
    assert "异议期已结束" in client.get(form).text
    assert "异议期已结束" in client.post(form, sent(notice)).text and not Objection.objects.exists()


def test_a_notice_that_opens_later_shows_nobody_and_says_when_it_opens(client):
    """Given on the 3rd for the 10th: until then no name is public, and nothing is called over."""
    today = timezone.localdate()
    notice = make_notice(opens_on=today + timedelta(days=7), items=[make_item(head="陈福旺")])
    number = [notice.number]
    for name in ("notices", "announcements", "home"):
        assert notice.number not in client.get(reverse(f"public:{name}")).text
    assert client.get(reverse("public:notice-list", args=number)).status_code == 404
    for name, send in (("notice", client.get), ("object", client.get), ("object", client.post)):
        response = send(reverse(f"public:{name}", args=number))
        assert "陈福旺" not in response.text and "已结束" not in response.text and "noindex" in response["X-Robots-Tag"]
        assert f"公示名单自{notice.opens_on.isoformat()}起" in response.text
    assert "This notice is not open yet" in client.get(reverse("public-en:notice", args=number)).text
    with pytest.raises(TooEarly, match=notice.opens_on.isoformat()):
        make_objection(notice, at=timezone.now())


def test_a_page_of_a_notice_to_come_is_kept_no_longer_than_its_day(client, settings):
    settings.PUBLIC_PAGE_SECONDS = 7 * 24 * 3600
    notice = make_notice(opens_on=timezone.localdate() + timedelta(days=1))
    kept = client.get(reverse("public:notice", args=[notice.number]))["Cache-Control"]
    now = timezone.localtime()
    assert int(kept.rpartition("=")[2]) <= 24 * 3600 - (now.hour * 3600 + now.minute * 60)


def test_an_objection_is_followed_by_number_and_secret_and_appealed(client, notice):
    filed = make_objection(notice, at=timezone.now())
    keys = {"number": grouped(filed.objection.number).lower(), "secret": f" {grouped(filed.secret)} "}
    follow = reverse("public:follow")
    assert "待核查" in client.post(follow, keys).text
    settle_as_system(filed.objection, "dismissed", at=timezone.now())
    page = client.post(follow, keys).text
    assert "感谢监督" in page and "不成立" in page and "经核实" not in page
    assert "已申诉" in client.post(follow, keys | {"appeal": "没有人来调查过"}).text
    assert Objection.objects.get().state == "appealed"


def test_a_late_answer_is_called_late_and_nobody_is_told_to_wait_for_a_day_that_is_past(client, notice):
    filed = make_objection(notice, at=timezone.now())
    keys = {"number": filed.objection.number, "secret": filed.secret}
    follow = reverse("public-en:follow")
    assert "You get an answer by" in client.post(follow, keys).text
    Objection.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    page = client.post(follow, keys).text
    assert "You get an answer by" not in page and "is late" in page and reverse("public-en:hotline") in page


def test_a_form_that_was_open_for_long_comes_back_with_its_text_as_the_county_says(client, notice):
    Parameter.objects.filter(name="objection_form_hours").update(value=2)
    form = reverse("public:object", args=[notice.number])
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        old = sent(notice)
    page = client.post(form, old)
    assert page.status_code == 400 and old["text"] in page.text and not Objection.objects.exists()
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        young = sent(notice)
    assert client.post(form, young).status_code == 200


def test_the_lines_follow_the_row_in_force_and_keep_their_decimals(client, notice):
    """The nation's line of 2020 holds for good; the county sets its own of 2021 to 2022, with a fraction."""
    Parameter.objects.create(
        name="poverty_line", area_code=VILLAGE[:6], valid_from=date(2021, 1, 1), valid_until=date(2023, 1, 1),
        value=Decimal("4100.50"), unit="元", source="县里文件",
    )  # fmt: skip
    found = [(line.first, line.last, line.yuan) for line in poverty_lines(VILLAGE[:6])]
    assert found[:3] == [(2023, None, "4000"), (2021, 2022, "4100.5"), (2020, 2020, "4000")]
    page = client.get(reverse("public-en:standards")).text
    assert "since 2023" in page and "2021–2022" in page and "4,100.5" in page and "since 2020" not in page


def test_a_wrong_secret_opens_nothing_and_guessing_is_stopped(client, notice):
    Parameter.objects.filter(name="lookups_per_address").update(value=3)
    filed, follow = make_objection(notice, at=timezone.now()), reverse("public:follow")
    right = {"number": filed.objection.number, "secret": filed.secret}
    wrong = right | {"secret": "WRONGWRONG"}
    assert [client.post(follow, right).status_code for _ in range(5)] == [200] * 5
    assert [client.post(follow, wrong).status_code for _ in range(3)] == [404, 404, 404]
    stopped = client.post(follow, right)
    assert stopped.status_code == 429 and "十分钟" in stopped.text
    assert client.post(follow, {"number": "AAAA", "secret": "x"}).status_code == 400


def test_whoever_knows_a_number_does_not_lock_its_objector_out(client, notice):
    filed, follow = make_objection(notice, at=timezone.now()), reverse("public:follow")
    keys = {"number": filed.objection.number, "secret": "WRONGWRONG"}
    assert {client.post(follow, keys, REMOTE_ADDR="10.0.0.66").status_code for _ in range(40)} == {404, 429}
    assert client.post(follow, keys | {"secret": filed.secret}, REMOTE_ADDR="10.0.0.1").status_code == 200


def test_the_village_reads_what_is_objected_and_never_by_whom(client, notice):
    filed = make_objection(notice, at=noon(timezone.localdate()))
    client.force_login(make_user())
    address = reverse("publicity:objection", args=[filed.objection.number])
    for page in (
        client.get(address),
        client.get(reverse("publicity:objections")),
        client.get(reverse("publicity:notice", args=[notice.number])),
    ):
        assert "王举报" not in page.text and "13900001111" not in page.text
    assert "他家在县城有房子" in client.get(address).text
    assert client.post(reverse("publicity:objector", args=[filed.objection.number])).status_code == 403
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.get(address).status_code == 404


def test_where_to_object_stands_on_the_notice(client, notice):
    from jingzhun.areas.models import Area

    set_contact(
        Area.objects.get(pk=VILLAGE[:9]), office="店头镇扶贫工作站", phone="029-1", address="", hours="", by=SYSTEM
    )
    assert "店头镇扶贫工作站" in client.get(reverse("public:notice", args=[notice.number])).text


def test_before_a_root_is_published_the_journal_page_says_so(client, notice):
    assert "尚未公布根值" in client.get(reverse("public:journal")).text
    assert "没有这个编号的记录" in client.get(reverse("public:journal"), {"entry": "1"}).text


def test_the_journal_page_proves_that_todays_root_contains_yesterdays(client, notice):
    for day in (1, 2, 4):
        publish_on(day, entries=3)
    address = reverse("public-en:journal")
    shown = client.get(address).text
    assert "?from=2014-06-02&amp;to=2014-06-04#growth" in shown and "?from=2014-06-01&amp;to=2014-06-02" in shown
    proved = client.get(address, {"from": "2014-06-02", "to": "2014-06-04"}).text
    assert "The root of 2014-06-04 contains the root of 2014-06-02" in proved
    assert "?from=2014-06-02&amp;to=2014-06-04&amp;as=json" in proved
    growth = read_growth(client.get(address, {"from": "2014-06-02", "to": "2014-06-04", "as": "json"}).text)
    assert growth_problems(growth) == []
    for days in (("2014-06-03", "2014-06-04"), ("2014-06-04", "2014-06-02"), ("yesterday", "<b>")):
        told = client.get(address, dict(zip(("from", "to"), days, strict=True))).text
        assert "This cannot be proved" in told and "<b>" not in told


def test_an_empty_installation_has_a_website_too(client):
    for name in ("home", "notices", "poor-villages", "standards", "statistics", "journal", "hotline"):
        assert client.get(reverse(f"public:{name}")).status_code == 200
