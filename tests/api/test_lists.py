"""A department's program hands in a list; it is judged, taken once, and people decide on what it raises."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.identification.stage import COUNTY
from tests.registry.factories import make_area, make_id, make_user

from jingzhun.identification.actions.rounds import open_round
from jingzhun.identification.models import CrossList, CrossRecord, Flag
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role

from .conftest import BORN, FRAME, ROUNDS, Program, give_key, id_of, listing

pytestmark = pytest.mark.django_db


def faults(response) -> list[tuple[int | None, str]]:
    return [(each["row"], each["field"]) for each in response.json()["errors"]]


def test_an_administrator_makes_a_key_a_program_hands_in_a_list_and_the_town_lifts_the_doubt(stage, department, lists):
    applied = stage.apply(2)
    admin = Client()
    admin.force_login(make_user(Role.ADMINISTRATOR, COUNTY, username="admin"))
    made = admin.post(
        reverse("people:access-key-add", args=[department.pk]),
        {"label": "交警车辆清单", "expires_on": str(timezone.localdate() + timedelta(days=90))},
    )
    program = Program(made.context["text"])

    (round_,) = program.get(ROUNDS).json()
    assert round_["area"] == COUNTY and round_["running"] and f"{ROUNDS}/{round_['id']}/lists" == lists
    sent = listing((id_of(applied[0]), "陕D12345；五菱"), (make_id(BORN), "陕D00001"))
    response = program.post(lists, sent)
    assert response.status_code == 201
    answer = response.json()
    assert answer["rows"] == 2 and answer["matched"] == 1
    assert answer["flags"] == {"raised": 1, "open": 1, "confirmed": 0, "lifted": 0}

    town = Client()
    town.force_login(stage.town)
    page = town.get(reverse("identification:flags")).content.decode()
    assert "陕D12345；五菱" in page and "县公安局交警大队" in page
    flag = Flag.objects.get()
    town.post(reverse("identification:flags-decide"), {"flag": flag.pk, "confirmed": "no", "reason": "三轮车，务农用"})
    after = program.get(f"{lists}/{answer['id']}")
    assert after.json()["flags"] == {"raised": 1, "open": 0, "confirmed": 0, "lifted": 1}
    (line,) = program.get(lists).json()
    assert line["id"] == answer["id"] and "matched" not in line
    for each in (response, after):
        assert id_of(applied[0]) not in each.content.decode() and "张0" not in each.content.decode()


def test_the_journal_and_the_county_s_page_say_that_a_program_handed_it_in(stage, department, program, lists):
    (applied,) = stage.apply(1)
    program.post(lists, listing((id_of(applied), "陕D12345")))
    entry = Entry.objects.get(action="identification.list_taken")
    assert entry.actor == "jiaojing" and entry.role == "department"
    assert entry.values["way"] == "api" and program.key.startswith(entry.values["access_key"])
    assert program.key not in json.dumps(entry.values)
    county = Client()
    county.force_login(stage.county)
    assert "车辆清单" in county.get(reverse("identification:lists")).content.decode()


def test_every_bad_row_is_told_with_its_number_masked_and_nothing_is_taken(stage, program, lists):
    (applied,) = stage.apply(1)
    sound = id_of(applied)
    wrong = sound[:17] + ("0" if sound[17] != "0" else "1")
    sent = listing((sound, "陕A1"), (wrong, "陕A2"), ("", "陕A3"), ("123", "陕A4"), (make_id(BORN), "长" * 201))
    sent["rows"].append({"id_number": make_id(BORN), "detail": "陕\u0000A"})
    response = program.post(lists, sent)
    assert response.status_code == 422 and "5 things are wrong" in response.json()["detail"]
    assert faults(response) == [(1, "id_number"), (2, "id_number"), (3, "id_number"), (4, "detail"), (5, "detail")]
    told = response.json()["errors"]
    assert told[0]["value"] == f"{wrong[:6]}********{wrong[14:]}" and wrong not in response.content.decode()
    assert all(each["problem"] for each in told)
    assert not CrossList.objects.exists() and not Flag.objects.exists()


def test_what_does_not_fit_the_schema_is_told_in_the_same_form(program, lists):
    sent = FRAME | {"kind": "boats", "as_of": "31.8.2014", "colour": "red"}
    sent["rows"] = [{"id_number": 610426197103080077}, {"id": "x"}, "610426", {"id_number": "1" * 41}]
    response = program.post(lists, sent)
    assert response.status_code == 422
    assert set(faults(response)) == {
        (None, "kind"), (None, "as_of"), (None, "colour"),
        (0, "id_number"), (1, "id_number"), (1, "id"), (2, "rows"), (3, "id_number"),
    }  # fmt: skip
    by_field = {each["field"]: each["problem"] for each in response.json()["errors"]}
    assert "vehicle" in by_field["kind"] and "2014-08-31" in by_field["as_of"]
    assert "610426197103080077" not in response.content.decode()
    program.language = "zh-CN"
    chinese = program.post(lists, sent).json()
    assert "没有收下" in chinese["detail"] and "缺" in json.dumps(chinese, ensure_ascii=False)


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ({"as_of": str(date.today() + timedelta(days=2))}, "as_of"),
        ({"source": "  "}, "source"),
        ({"source": "县\u0000局"}, "source"),
        ({"rows": []}, "rows"),
    ],
)
def test_what_cannot_be_of_a_list_is_refused(program, lists, frame, field):
    response = program.post(lists, listing((make_id(BORN), "")) | frame)
    assert response.status_code == 422 and faults(response) == [(None, field)]
    assert not CrossList.objects.exists()


def test_a_list_sent_once_more_after_a_lost_answer_is_not_taken_twice(stage, program, lists):
    (applied,) = stage.apply(1)
    sent = listing((id_of(applied), "陕D12345"))
    first, again = program.post(lists, sent), program.post(lists, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and CrossList.objects.count() == CrossRecord.objects.count() == 1
    assert Entry.objects.filter(action="identification.list_taken").count() == 1
    other = program.post(lists, sent | {"as_of": "2014-05-01"})
    assert other.status_code == 201 and other.json()["flags"]["raised"] == 0  # known already: no second doubt


def test_two_departments_with_the_same_list_see_each_its_own(stage, program, lists):
    (applied,) = stage.apply(1)
    sent = listing((id_of(applied), "陕D12345"))
    other = Program(give_key(make_user(Role.DEPARTMENT, COUNTY, username="fangguan")))
    mine, theirs = program.post(lists, sent).json(), other.post(lists, sent)
    assert theirs.status_code == 201 and mine["flags"]["raised"] == 1
    assert [each["id"] for each in program.get(lists).json()] == [mine["id"]]
    assert other.get(f"{lists}/{mine['id']}").status_code == 404


def test_whoever_applied_since_is_found_when_the_list_comes_again(stage, program, lists):
    sent = listing((make_id(BORN, serial=5), "陕D12345"))
    assert program.post(lists, sent).json()["matched"] == 0
    (applied,) = stage.apply(1)
    head = applied.household.members.get(relation="head")
    from jingzhun.people.fields import index_of

    head.id_index = index_of(make_id(BORN, serial=5), "member.id_number")
    head.save()
    again = program.post(lists, sent)
    assert again.status_code == 200 and again.json()["matched"] == 1 and again.json()["flags"]["open"] == 1


def test_another_county_s_round_is_not_found(stage, program):
    other = open_round(make_area("610427"), 2014, "initial", (stage.today, stage.today), at=stage.now)
    address = f"{ROUNDS}/{other.pk}/lists"
    for response in (program.get(address), program.post(address, listing((make_id(BORN), ""))),
                     program.get(f"{address}/1"), program.get(f"{ROUNDS}/{10**30}/lists")):  # fmt: skip
        assert response.status_code == 404 and response.json()["detail"]
    assert [each["area"] for each in program.get(ROUNDS).json()] == [COUNTY]
    assert not CrossList.objects.exists()


def test_another_county_s_list_is_not_found(stage, program, lists):
    made = open_round(make_area("610427"), 2014, "initial", (stage.today, stage.today), at=stage.now)
    theirs = Program(give_key(make_user(Role.DEPARTMENT, "610427")))
    taken = theirs.post(f"{ROUNDS}/{made.pk}/lists", listing((make_id(BORN), ""))).json()
    assert program.get(f"{lists}/{taken['id']}").status_code == 404


@pytest.mark.parametrize("role", [Role.VILLAGE_CLERK, Role.TOWN_COMMISSIONER, Role.LEADER, Role.ADMINISTRATOR])
def test_other_roles_take_no_lists(stage, lists, role):
    user = make_user(role, COUNTY if role in (Role.LEADER, Role.ADMINISTRATOR) else stage.village)
    program = Program(give_key(user))
    for response in (program.get(ROUNDS), program.get(lists), program.post(lists, listing((make_id(BORN), "")))):
        assert response.status_code == 403 and response.json()["detail"]
    assert not CrossList.objects.exists()


def test_a_long_list_takes_no_more_statements(stage, program, lists, django_assert_max_num_queries):
    heads = [(id_of(each), "陕D1") for each in stage.apply(40)]
    with django_assert_max_num_queries(30):
        assert program.post(lists, listing(*heads)).json()["flags"]["raised"] == 40
