"""What many see of the help: lists of an area, needs given to an office, two who decide at once."""

from datetime import date, timedelta
from io import BytesIO
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.assistance.stage import delivered, picture, planned, today
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user

from jingzhun.assistance.actions import measures, needs
from jingzhun.assistance.actions.measures import Signed
from jingzhun.assistance.actions.visits import Heard, Seen, hear, log_visit
from jingzhun.assistance.models import Measure, Need, Visit
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy.models import Policy, Receipt
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_visit(household, helper):
    seen = Seen(household, today(), "在家", sent_as=uuid4(), needs=(Heard("job", "想打工"),))
    start, made = Barrier(2), []

    def send() -> None:
        start.wait()
        try:
            made.append(log_visit(seen, [picture()], by=helper).pk)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2 and len(set(made)) == 1
    assert Visit.objects.get().photos.count() == 1 and Need.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_measure_is_confirmed_once_even_if_two_do_it_at_once(household, clerk, town):
    measure = delivered(household, clerk, town, policy=Policy.objects.create(code="grant", area_id="610426"))
    start, told = Barrier(2), []

    def sign() -> None:
        start.wait()
        try:
            told.append(measures.confirm([Signed(measure, "贫困户主", today())], picture(), by=clerk))
        except Refused:
            told.append(0)
        finally:
            connection.close()

    threads = [Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 1] and Receipt.objects.count() == 1
    assert Entry.objects.filter(action="assistance.measure_confirmed").count() == 1


def test_an_organisations_people_see_the_need_given_to_them_and_nothing_else_of_the_household(
    client, household, helper
):
    unit = make_organisation("永寿县水利局")
    engineer = make_user(Role.HELPER, "610426", full_name="水利员")
    make_cadre("水利员", organisation=unit, user=engineer)
    given = Heard("infrastructure", "吃水困难", "organisation", unit.pk)
    need, other = hear([(household, given, None), (household, Heard("job", "想打工"), None)], by=helper)
    client.force_login(engineer)
    page = client.get(reverse("assistance:needs") + "?to=me")
    assert [each.pk for each in page.context["page"]] == [need.pk]
    page = client.get(reverse("assistance:need", args=[need.pk])).content.decode()
    assert "吃水困难" in page and reverse("assistance:household", args=[household.number]) not in page
    assert client.get(reverse("assistance:need", args=[other.pk])).status_code == 404
    assert client.get(reverse("assistance:household", args=[household.number])).status_code == 404
    assert client.post(reverse("assistance:need-answer", args=[other.pk]), {"answer": "x"}).status_code == 404
    assert client.post(reverse("assistance:need-answer", args=[need.pk]), {"answer": "月底接通"}).status_code == 302
    assert client.post(reverse("assistance:need-close", args=[need.pk]), {"satisfied": "yes"}).status_code == 403
    client.force_login(helper)
    told = client.get(reverse("assistance:need", args=[need.pk])).content.decode()
    assert "月底接通" in told and "水利员" in told and "永寿县水利局" in told
    engineer.cadre.left_on = today()
    engineer.cadre.save()
    client.force_login(engineer)
    assert client.get(reverse("assistance:need", args=[need.pk])).status_code == 404


def test_needs_given_to_me_are_those_of_my_office(client, settings, household, helper, clerk, town):
    settings.DEMO = True  # a county's officer needs no second factor there
    county = make_user(Role.COUNTY_OFFICER, "610426")
    rows = [(household, Heard("job", f"给{routed}的需求", routed), None) for routed in ("village", "town", "county")]
    hear(rows, by=helper)
    for user, texts in ((clerk, ["给village的需求"]), (town, ["给town的需求"]), (county, ["给county的需求"]),
                        (helper, [])):  # fmt: skip
        client.force_login(user)
        page = client.get(reverse("assistance:needs") + "?to=me")
        assert [each.text for each in page.context["page"]] == texts
    assert client.get(reverse("assistance:needs") + "?to=town").context["page"].paginator.count == 1


def test_a_household_that_is_not_content_has_its_need_open_with_a_new_term(household, helper, town):
    (need,) = hear([(household, Heard("job", "想打工"), None)], today() - timedelta(days=40), by=helper)
    needs.answer(need, "等通知", by=town)
    need = needs.close(need, False, by=helper)
    assert (need.state, need.due_on) == (Need.State.OPEN, today() + timedelta(days=15))


def test_visits_are_listed_and_a_next_step_that_nobody_took_is_overdue(client, household, helper, clerk, town):
    past = today() - timedelta(days=20)
    log_visit(Seen(household, past, "在家", next_step="送化肥", next_on=past + timedelta(days=5)), by=helper)
    away = make_household(OTHER_VILLAGE, members=["别村人"], registered_on=date(2014, 10, 1))
    log_visit(Seen(away, today(), "别村"), by=make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    address = reverse("assistance:visits")
    for user in (helper, clerk, town):
        client.force_login(user)
        page = client.get(address)
        assert [each.found for each in page.context["page"]] == ["在家"]
        assert client.get(address + "?state=step").context["page"].paginator.count == 1
        assert client.get(f"{address}?q={household.number}").context["page"].paginator.count == 1
        assert client.get(f"{address}?q=高帮扶&state=place").context["page"].paginator.count == 0
    log_visit(Seen(household, today(), "化肥已送"), by=helper)
    page = client.get(address + "?state=step")
    assert page.context["page"].paginator.count == 0
    assert [number for *_, number, _address, _on in page.context["tiles"]] == [
        2,
        1 + (past.month == today().month),
        0,
        0,
    ]
    assert client.get(reverse("assistance:visits-export")).content.startswith(b"PK")


def test_the_overview_counts_what_its_numbers_open(
    client, settings, household, clerk, town, django_assert_max_num_queries
):
    settings.DEMO = True  # a county's officer needs no second factor there
    for number in range(12):
        make_household(VILLAGE, members=[f"农户{number}"], registered_on=date(2014, 10, 1))
    make_household(OTHER_VILLAGE, registered_on=date(2014, 10, 1))
    planned(household, clerk, due_on=today() - timedelta(days=1))
    hear([(household, Heard("job", "想打工"), None)], today() - timedelta(days=30), by=clerk)
    client.force_login(make_user(Role.COUNTY_OFFICER, "610426"))
    with django_assert_max_num_queries(24):
        page = client.get(reverse("assistance:overview"))
    assert [row["name"] for row in page.context["rows"]] == ["店头镇", "常宁镇"]
    for row in page.context["rows"]:
        for number, label, _tone, address in row["cells"]:
            opened = client.get(address).context["page"].paginator.count
            assert opened == number, (row["name"], str(label))
    village = client.get(reverse("assistance:overview") + f"?area={VILLAGE[:9]}").context["rows"]
    assert [row["code"] for row in village] == [VILLAGE]
    assert client.get(reverse("assistance:overview-export")).content.startswith(b"PK")
    client.force_login(town)
    assert [row["code"] for row in client.get(reverse("assistance:overview")).context["rows"]] == [VILLAGE]
    for wrong in (OTHER_VILLAGE, "x", "61042699", "610426102209"):
        assert client.get(reverse("assistance:overview") + f"?area={wrong}").status_code == 404


def test_measures_are_ticked_and_approved_together_all_or_none(client, household, clerk, town):
    first, second, third = (planned(household, clerk, content=f"措施{number}") for number in range(3))
    address = reverse("assistance:measures-approve")
    client.force_login(clerk)
    assert client.post(address, {"measure": [first.pk]}).status_code == 403
    client.force_login(town)
    assert "批准勾选" in client.get(reverse("assistance:measures") + "?state=planned").content.decode()
    client.post(address, {"measure": [first.pk, second.pk, "x", 10**9]})
    assert Measure.objects.filter(state="approved").count() == 2
    client.post(address, {"measure": [second.pk, third.pk]})
    third.refresh_from_db()
    assert third.state == "planned"
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    client.post(address, {"measure": [third.pk]})
    third.refresh_from_db()
    assert third.state == "planned"


def test_a_delivery_has_its_photo_and_a_file_that_is_none_is_refused(client, household, clerk, town):
    measure = planned(household, clerk)
    measures.approve([measure], by=town)
    client.force_login(clerk)
    address = reverse("assistance:measure-deliver", args=[measure.pk])
    wrong = BytesIO(b"no picture")
    wrong.name = "a.png"
    page = client.post(address, {"on": today().isoformat(), "photo": wrong})
    assert page.status_code == 200 and page.context["form"].errors["photo"]
    measure.refresh_from_db()
    assert measure.state == "approved" and not measure.papers.exists()
    file, _size = picture()
    file.name = "a.png"
    assert client.post(address, {"on": today().isoformat(), "photo": file}).status_code == 302
    assert not measure.papers.get().signature


def test_the_helper_sees_the_phone_number_by_a_button_and_the_journal_tells(client, household, helper):
    household.phone = "13900007777"
    household.save()
    client.force_login(helper)
    address = reverse("assistance:household", args=[household.number])
    assert "13900007777" not in client.get(address).content.decode()
    shown = client.post(reverse("assistance:household-phone", args=[household.number]))
    assert "13900007777" in shown.content.decode() and shown["Cache-Control"] == "no-store"
    assert Entry.objects.get(action="assistance.phone_seen").actor_id == helper.pk
    household.pairings.update(until=today(), ended_because="调离")
    for name in ("household", "household-phone", "visit-new", "plan-new"):
        assert client.post(reverse(f"assistance:{name}", args=[household.number])).status_code == 404
    assert Entry.objects.filter(action="assistance.phone_seen").count() == 1


def test_the_registers_page_tells_how_the_help_stands(client, household, clerk, town, django_assert_max_num_queries):
    make_pairing(household)
    planned(household, clerk)
    log_visit(Seen(household, today(), "在家", next_step="送化肥", next_on=today()), by=clerk)
    client.force_login(town)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("assistance:household-panel", args=[household.number])).content.decode()
    assert "高帮扶" in page and "送化肥" in page and "今年无计划" in page and "该走访" not in page
