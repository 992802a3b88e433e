"""Town audit and county review, and the notices between them, on the screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.identification.stage import TOWN, VILLAGE
from tests.registry.factories import OTHER_VILLAGE, add_role, make_user, make_village

from jingzhun.identification.actions import rounds
from jingzhun.identification.models import Review
from jingzhun.parameters.models import Parameter
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Case
from jingzhun.publicity.models import Notice

pytestmark = pytest.mark.django_db
REVIEWS, RECORD, DECIDE = (
    reverse(f"identification:{name}") for name in ("reviews", "reviews-record", "reviews-decide")
)
POST = reverse("identification:notice-post")


@pytest.fixture
def audited(stage):
    found = stage.apply(6)
    stage.bring_to("town_audit", *found)
    return found


def ticked(*found) -> list[str]:
    return [f"{case.pk}:{case.version}" for case in Case.objects.filter(application__in=found)]


def test_the_town_writes_down_its_opinions_and_sends_on(client, stage, audited):
    client.force_login(stage.town)
    where = f"?area={VILLAGE}"
    page = client.get(REVIEWS + where).content.decode()
    assert "张0" in page and 'max="6" value="0"' in page
    for each in audited[:2]:
        visit = reverse("identification:visit-new", args=[each.case_id])
        assert visit in page
        seen = {"purpose": "revisit", "visited_on": str(timezone.localdate()), "opinion": "poor",
                "surveyor_1": "张专干", "surveyor_2": "王干事"}  # fmt: skip
        assert client.post(visit, seen).status_code == 302
    assert 'max="6" value="2"' in client.get(REVIEWS + where).content.decode()
    data = {"case": ticked(*audited), "agrees": "yes",
            "opinion": "情况属实", f"opinion-{audited[2].case_id}": "已核房产"}  # fmt: skip
    assert client.post(RECORD + where, data).status_code == 302
    assert Review.objects.get(application=audited[2]).opinion == "已核房产"
    assert client.post(DECIDE + where, {"case": ticked(*audited), "decision": "approve"}).status_code == 302
    assert {stage.step_of(each) for each in audited} == {"second_notice"}


def test_who_is_held_back_is_listed_with_the_reason(client, stage, audited):
    client.force_login(stage.town)
    where = f"?area={VILLAGE}"
    data = {"case": ticked(audited[0]), "agrees": "yes", "opinion": "情况属实"}
    client.post(RECORD + where, data)
    response = client.post(DECIDE + where, {"case": ticked(*audited), "decision": "approve"})
    assert response.status_code == 200 and response.content.decode().count('<ul class="held"') == 6
    assert {stage.step_of(each) for each in audited} == {"town_audit"}


def test_sent_back_and_refused_with_a_reason_only(client, stage, audited):
    client.force_login(stage.town)
    where = f"?area={VILLAGE}"
    for decision in ("return", "refuse"):
        client.post(DECIDE + where, {"case": ticked(audited[0]), "decision": decision, "to": "home_visit"})
        assert stage.step_of(audited[0]) == "town_audit" and stage.state_of(audited[0]) == "open"
    told = {"case": ticked(audited[0]), "decision": "return", "to": "home_visit", "why": "收入不实"}
    client.post(DECIDE + where, told)
    client.post(DECIDE + where, {"case": ticked(audited[1]), "decision": "refuse", "why": "有商品房"})
    client.post(DECIDE + where, {"case": ticked(audited[2]), "decision": "return", "to": "registration", "why": "x"})
    assert stage.step_of(audited[0]) == "home_visit"
    assert stage.state_of(audited[1]) == "refused" and stage.step_of(audited[2]) == "town_audit"


def test_what_the_town_typed_stays_when_one_opinion_is_missing(client, stage, audited):
    client.force_login(stage.town)
    first, second, third = (each.case_id for each in audited[:3])
    data = {"case": ticked(*audited[:2]), "agrees": "no", "why": "收入不实", "to": "home_visit",
            f"opinion-{first}": "已核房产", f"opinion-{third}": "待查"}  # fmt: skip
    page = client.post(f"{RECORD}?area={VILLAGE}", data)
    assert page.status_code == 200 and not Review.objects.exists()
    typed = {row.case.pk: kept for row, _missing, kept in page.context["rows"]}
    assert typed[first] == {"ticked": True, "opinion": "已核房产"}
    assert typed[second] == {"ticked": True, "opinion": ""}
    assert typed[third] == {"ticked": False, "opinion": "待查"}
    shown = page.content.decode()
    assert 'value="已核房产"' in shown and 'value="收入不实"' in shown and '<option value="no" selected>' in shown
    assert '<option value="home_visit" selected>' in shown and "请写明" in shown


def test_an_opinion_that_is_too_long_is_called_so(client, stage, audited):
    client.force_login(stage.town)
    long = "核" * 2_001
    page = client.post(f"{RECORD}?area={VILLAGE}", {"case": ticked(audited[0]), "agrees": "yes", "opinion": long})
    assert "2000" in page.content.decode() and "请至少勾选一户" not in page.content.decode()
    assert long in page.content.decode()


def test_a_reason_stays_when_the_case_has_moved(client, stage, audited):
    client.force_login(stage.town)
    old = [text[:-1] + "0" for text in ticked(audited[0])]
    told = {"case": old, "decision": "refuse", "why": "有商品房", "opinion": "情况属实"}
    page = client.post(f"{DECIDE}?area={VILLAGE}", told).content.decode()
    assert 'value="有商品房"' in page and "情况属实" in page and stage.state_of(audited[0]) == "open"


def test_an_old_page_decides_nothing(client, stage, audited):
    client.force_login(stage.town)
    old = ticked(*audited)
    Case.objects.get(pk=audited[0].case_id)
    stage.look("town", *audited)
    stage.send_on(audited[0], by=stage.town)
    client.post(f"{DECIDE}?area={VILLAGE}", {"case": old, "decision": "approve"})
    assert stage.step_of(audited[1]) == "town_audit"


@pytest.mark.parametrize("data", [{}, {"case": "x"}, {"case": "99999999:1", "decision": "approve"}, {"case": "1:1:1"}])
def test_nonsense_changes_nothing(client, stage, audited, data):
    client.force_login(stage.town)
    for address in (RECORD, DECIDE):
        response = client.post(f"{address}?area={VILLAGE}", data)
        assert response.status_code == 200 and "请至少勾选一户" in response.content.decode()
    assert not Review.objects.exists() and stage.step_of(audited[0]) == "town_audit"


def test_only_the_level_itself_decides(client, stage, audited):
    make_village(OTHER_VILLAGE)
    for user, expected in (
        (stage.clerk, 403),
        (make_user(Role.LEADER, TOWN), 403),
        (make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]), 404),
    ):
        client.force_login(user)
        data = {"case": ticked(*audited), "opinion": "x", "agrees": "yes", "decision": "approve"}
        for address in (RECORD, DECIDE):
            response = client.post(f"{address}?area={VILLAGE}&level=town", data)
            assert response.status_code == expected, (user, address)
    client.force_login(make_user(Role.AUDITOR, TOWN))
    assert client.get(REVIEWS).status_code == 403


def test_the_county_sees_every_village_and_opens_one(client, stage, audited):
    client.force_login(stage.county)
    page = client.get(REVIEWS, {"level": "town"}).content.decode()
    assert "永安村" in page and ">6<" in page
    assert client.get(REVIEWS, {"level": "county", "area": VILLAGE}).status_code == 200
    assert client.get(REVIEWS, {"area": "999999"}).status_code == 404


def test_a_notice_is_seen_as_it_will_hang_and_posted(client, stage):
    found = stage.apply(3)
    stage.bring_to("first_notice", *found)
    client.force_login(stage.clerk)
    page = client.get(POST).content.decode()
    assert "张0" in page and "20/24" in page
    data = {"villages": VILLAGE, "opens_on": str(timezone.localdate()), "place": "村委会公示栏"}
    assert client.post(POST, data | {"place": ""}).status_code == 200 and not Notice.objects.exists()
    refused = client.post(POST, data | {"place": "电话13900007777"})
    assert refused.status_code == 200 and "不得公示：“张贴地点”" in refused.text and not Notice.objects.exists()
    assert client.post(POST, data).status_code == 302
    assert Notice.objects.get().items_count == 3
    assert "张0" not in client.get(POST).content.decode()
    assert client.post(POST, data).status_code == 200 and Notice.objects.count() == 1


def test_without_a_number_of_days_no_notice_opens_and_the_screen_says_in_words_what_is_missing(client, stage):
    stage.bring_to("first_notice", *stage.apply(1))
    Parameter.objects.filter(name="first_notice_days").delete()
    client.force_login(stage.clerk)
    page = client.post(POST, {"villages": VILLAGE, "opens_on": str(timezone.localdate()), "place": "公示栏"})
    assert "尚未设定“一公示天数”" in page.text and "永安村" in page.text and "first_notice_days" not in page.text
    assert not Notice.objects.exists()


def test_the_town_posts_for_many_villages_and_for_no_other_step(client, stage):
    other = f"{TOWN}205"
    make_village(other, "李家村")
    make_user(area=other)
    found = stage.apply(2)
    stage.bring_to("second_notice", *found)
    client.force_login(stage.town)
    page = client.get(POST).content.decode()
    assert "永安村" in page and "李家村" in page
    data = {"villages": [VILLAGE], "opens_on": str(timezone.localdate()), "place": "公示栏"}
    assert client.post(f"{POST}?step=first_notice", data | {"villages": [other]}).status_code == 200
    assert client.post(f"{POST}?step=second_notice", data).status_code == 302
    assert Notice.objects.filter(kind="second_notice").count() == 1
    client.force_login(make_user(Role.LEADER, TOWN))
    assert client.post(POST, data).status_code == 403


@pytest.fixture
def second_village(stage) -> str:
    """Another village of the same clerk."""
    code = f"{TOWN}205"
    make_village(code, "李家村")
    add_role(stage.clerk, Role.VILLAGE_CLERK, code)
    stage.clerk = User.objects.get(pk=stage.clerk.pk)
    rounds.set_quotas(stage.round, {VILLAGE: 250, code: 250}, by=stage.county, at=stage.now)
    return code


def test_a_refused_posting_ticks_no_village_that_was_not_ticked(client, stage, second_village):
    for village in (VILLAGE, second_village):
        stage.village = village
        stage.bring_to("second_notice", *stage.apply(1))
    client.force_login(stage.town)
    box = 'name="villages" value="{}"{} aria'
    page = client.get(POST).content.decode()
    assert box.format(VILLAGE, " checked") in page and box.format(second_village, " checked") in page
    data = {"villages": [second_village], "opens_on": str(timezone.localdate()), "place": ""}
    page = client.post(POST, data).content.decode()
    assert box.format(VILLAGE, "") in page and box.format(second_village, " checked") in page
    client.post(POST, data | {"place": "公示栏"})
    assert [each.area_id for each in Notice.objects.filter(kind="second_notice")] == [second_village]


def test_do_it_now_leads_to_the_village_and_step_of_the_case(client, stage, second_village):
    stage.village = second_village
    found = stage.apply(1)[0]
    case = reverse("identification:case", args=[found.case_id])
    stage.bring_to("village_evaluation", found)
    assert where_it_leads(client, stage.clerk, case) == {"area": second_village, "screen": "meeting-new"}
    for user in (stage.town, stage.county, make_user(Role.LEADER, TOWN)):
        assert where_it_leads(client, user, case) is None
    stage.bring_to("first_notice", found, since="village_evaluation")
    assert where_it_leads(client, stage.clerk, case) == {
        "area": second_village, "screen": "notice-post", "step": "first_notice"
    }  # fmt: skip
    stage.bring_to("town_audit", found, since="first_notice")
    assert where_it_leads(client, stage.clerk, case) is None
    assert where_it_leads(client, stage.town, case) == {"area": second_village, "screen": "reviews", "level": "town"}


def where_it_leads(client, user, case) -> dict[str, str] | None:
    """What the way out of the first thing that a case misses asks for; it opens for the user."""
    client.force_login(user)
    urls = [each.url for each in client.get(case).context["page"].missing if "?round=" in each.url]
    if not urls:
        return None
    response = client.get(urls[0])
    assert response.status_code == 200, urls[0]
    asked = response.wsgi_request.GET.dict()
    asked.pop("round")
    return asked | {"screen": response.resolver_match.url_name}


def test_a_page_that_answers_a_refused_form_leads_to_pages_that_open(client, stage, audited):
    client.force_login(stage.town)
    refused = client.post(f"{RECORD}?area={VILLAGE}", {})
    assert refused.status_code == 200
    text = refused.content.decode()
    assert f'action="{REVIEWS}?area={VILLAGE}"' in text and f'value="{REVIEWS}?area={VILLAGE}"' in text
    assert 'href="?' not in text
    lost = client.get(RECORD)
    assert lost.status_code == 405 and lost["Allow"] == "POST" and "405" in lost.content.decode()


def test_sixty_cases_take_no_more_statements(client, stage, django_assert_max_num_queries):
    found = stage.apply(60)
    stage.bring_to("town_audit", *found)
    client.force_login(stage.town)
    with django_assert_max_num_queries(36):
        assert client.get(f"{REVIEWS}?area={VILLAGE}").content.decode().count('name="case"') == 60
    with django_assert_max_num_queries(16):
        client.get(REVIEWS)
    stage.look("town", *found)
    stage.send_on(*found, by=stage.town)
    stage.now += timedelta(hours=1)
    with django_assert_max_num_queries(24):
        client.get(f"{POST}?area={VILLAGE}")
