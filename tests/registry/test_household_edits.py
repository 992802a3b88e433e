"""A correction is checked, tells who changed what, and never runs over somebody else's."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from jingzhun.journal.models import Entry
from jingzhun.journal.rules import personal_digest
from jingzhun.registry.actions.edits import edit_household, edit_member, save_survey, save_village_year
from jingzhun.registry.actions.recording import record_household
from jingzhun.registry.actions.saving import ChangedMeanwhile, digested
from jingzhun.registry.models import Household, Survey, VillageYear
from jingzhun.registry.queries.history import changes, version_of, versions_of
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.official import header

from .factories import VILLAGE, make_area, make_household, make_id, make_survey, make_user, make_village

pytestmark = pytest.mark.django_db
BORN = date(1965, 5, 20)
ID = make_id(BORN, serial=7)


@pytest.fixture
def clerk(client):
    make_village()
    user = make_user(full_name="王文书")
    client.force_login(user)
    return user


@pytest.fixture
def household(clerk):
    return make_household(members=[{"name": "张三", "id_number": ID}], survey={}, cause_main="illness")


def form_of(response) -> dict[str, str]:
    """What a browser would send back of a form as it is."""
    form = response.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, list | tuple):
            sent[bound.name] = [str(item) for item in value]
        elif value is not None:
            sent[bound.name] = str(value).lower() if isinstance(value, bool) else str(value)
    return sent


def test_a_correction_stands_in_the_journal_and_the_history_field_by_field(household, clerk):
    values = {"attribute": "poor", "cause_main": "disability", "phone": "13812345678"}
    edit_household(household, values, by=clerk, why="核实")
    entry = Entry.objects.get(action="registry.household_edited")
    assert entry.values["changed"] == {"attribute": ["", "poor"]}
    assert "illness" not in str(entry.values) and "disability" not in str(entry.values)
    assert entry.values["phone after"].startswith("digest:")
    assert "13812345678" not in str(entry.values)
    assert entry.why == "核实"
    found = Household.objects.get(pk=household.pk)
    assert found.phone == "13812345678"
    [change] = changes(versions_of(found), [found])
    assert change.user_id == clerk.pk
    assert {field.field for field in change.changes} == {"attribute", "cause_main", "phone"}


def test_health_incomes_and_surveyors_enter_the_journal_as_digests_only(household, clerk):
    member = household.members.get()
    edit_member(member, {"health": ["severe_illness"], "student": "none"}, by=clerk)
    values = {"year": 2014, "members_counted": 3, "income_wage": Decimal("7777"), "surveyor_1": "李调查"}
    survey = save_survey(household, values, by=clerk)
    save_survey(household, values | {"surveyor_1": "王调查"}, by=clerk, version=version_of(survey))
    entries = list(Entry.objects.order_by("id"))
    assert [entry.action for entry in entries] == [
        "registry.member_edited",
        "registry.survey_recorded",
        "registry.survey_edited",
    ]
    assert (entries[1].values["year"], entries[1].values["members_counted"]) == (2014, 3)
    for told in ("severe_illness", "7777", "李调查", "王调查"):
        assert all(told not in str(entry.values) for entry in entries)


def test_what_was_surveyed_can_be_proved_from_the_history(household, clerk, settings):
    save_survey(household, {"year": 2014, "income_wage": Decimal("7777")}, by=clerk)
    survey = Survey.objects.get(year=2014)  # as it is stored: 7777.00
    proof = personal_digest(digested(survey, "income_wage", survey.income_wage), bytes.fromhex(settings.DIGEST_KEY))
    assert Entry.objects.get(action="registry.survey_recorded").values["income_wage"] == proof


def test_equal_incomes_of_two_households_do_not_look_equal(household, clerk):
    other = make_household(members=["李四"])
    for each in (household, other):
        save_survey(each, {"year": 2014, "income_wage": Decimal("7777")}, by=clerk)
    one, two = Entry.objects.filter(action="registry.survey_recorded")
    assert one.values["income_wage"] != two.values["income_wage"]


def test_nothing_changed_leaves_no_trace(household, clerk):
    edit_household(household, {"cause_main": "illness", "causes_other": []}, by=clerk)
    assert not Entry.objects.exists()
    assert version_of(household) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cause_main": "illness", "causes_other": ["illness"]}, "causes_other"),
        ({"causes_other": ["schooling", "disaster", "no_land"], "cause_main": "illness"}, "causes_other"),
        ({"cause_main": "", "causes_other": ["schooling"]}, "cause_main"),
        ({"phone": "12ab"}, "phone"),
        ({"account": "x"}, "account"),
    ],
)
def test_a_household_is_not_saved_against_the_rules(household, clerk, values, field):
    with pytest.raises(Refused) as refused:
        edit_household(household, values, by=clerk)
    assert field in refused.value.messages
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("610499", "18"),
        ("61049919650520001A", "mistyped"),
        ("610499196513200017", "birth date"),
        (ID[:17] + ("5" if ID[17] != "5" else "4"), "check"),
    ],
)
def test_a_wrong_id_number_is_refused_with_what_is_wrong(household, clerk, number, words):
    with pytest.raises(Refused) as refused:
        edit_member(household.members.get(), {"id_number": number}, by=clerk)
    from django.utils import translation

    with translation.override("en"):
        assert words in str(refused.value.messages["id_number"][0])


def test_a_new_name_and_id_bring_what_follows_from_them(household, clerk):
    number = make_id(date(1970, 2, 3), "female")
    values = {"name": "单雄信", "id_number": number, "birth_date": date(1970, 2, 3), "sex": "female"}
    member = edit_member(household.members.get(), values, by=clerk)
    member.refresh_from_db()
    assert (member.pinyin, member.initials) == ("shanxiongxin", "sxx")
    assert (member.id_birth_date, member.id_sex) == (date(1970, 2, 3), "female")
    assert member.id_index


def test_two_live_people_never_share_an_id_number(household, clerk):
    other = make_household(members=["李四"])
    with pytest.raises(Refused) as refused:
        edit_member(other.members.get(), {"id_number": ID, "birth_date": BORN}, by=clerk)
    assert "id_number" in refused.value.messages


def test_the_head_stays_head_until_there_is_another(household, clerk):
    with pytest.raises(Refused):
        edit_member(household.members.get(), {"relation": "spouse"}, by=clerk)


def test_joining_and_leaving_are_no_edits(household, clerk):
    with pytest.raises(Refused):
        edit_member(household.members.get(), {"left_on": date(2016, 1, 1)}, by=clerk)


def test_a_survey_is_recorded_once_a_year_and_its_income_is_computed(household, clerk):
    values = {"year": 2015, "members_counted": 2, "income_wage": Decimal("5000.01"), "visited_on": date(2016, 3, 1)}
    save_survey(household, values, by=clerk)
    assert Survey.objects.get(year=2015).per_capita == Decimal("2500.01")
    with pytest.raises(Refused) as refused:
        save_survey(household, values, by=clerk)
    assert "year" in refused.value.messages
    assert Entry.objects.filter(action="registry.survey_recorded").count() == 1


def test_who_saves_later_is_told_what_the_other_changed(household, clerk):
    opened = version_of(household)
    edit_household(household, {"attribute": "allowance"}, by=clerk, version=opened)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        edit_household(household, {"address": "东街"}, by=make_user(), version=opened)
    [change] = meanwhile.value.by_others
    assert [(field.field, field.before, field.after) for field in change.changes] == [("attribute", "", "allowance")]
    assert change.user_id == clerk.pk


def test_on_the_screen_nothing_is_lost_when_two_edit_at_once(client, household, clerk):
    address = reverse("registry:household-edit", args=[household.number])
    sent = form_of(client.get(address))
    edit_household(household, {"attribute": "allowance"}, by=clerk)
    response = client.post(address, sent | {"address": "东街3号"})
    page = response.content.decode()
    assert "王文书" in page
    assert "东街3号" in page
    again = form_of(response)
    assert (again["attribute"], again["address"]) == ("allowance", "东街3号")
    assert client.post(address, again).status_code == 302
    household.refresh_from_db()
    assert (household.attribute, household.address) == ("allowance", "东街3号")


def test_the_form_keeps_personal_numbers_that_are_not_typed_anew(client, household):
    member = household.members.get()
    address = reverse("registry:member-edit", args=[household.number, member.number])
    response = client.get(address)
    assert ID not in response.content.decode()
    sent = form_of(response) | {"phone": "13912345678"}
    assert client.post(address, sent).status_code == 302
    member.refresh_from_db()
    assert (member.id_number, member.phone) == (ID, "13912345678")
    sent = form_of(client.get(address)) | {"phone": "-"}
    client.post(address, sent)
    member.refresh_from_db()
    assert (member.id_number, member.phone) == (ID, "")


def test_a_warning_does_not_hold_back(client, household):
    member = household.members.get()
    address = reverse("registry:member-edit", args=[household.number, member.number])
    sent = form_of(client.get(address)) | {"birth_date": "1965-05-21"}
    response = client.post(address, sent, follow=True)
    member.refresh_from_db()
    assert member.birth_date == date(1965, 5, 21)
    assert "warning" in [message.level_tag for message in response.context["messages"]]


IMPOSSIBLE = [
    ("household", "phone", "abc"),
    ("household", "account", "12"),
    ("member", "phone", "abc"),
    ("member", "name", "9999"),
    ("member", "work_months", "13"),
    ("survey", "arable", "30000"),
    ("survey", "house_area", "90000"),
    ("survey", "members_counted", "300"),
    ("survey", "house_year", "1492"),
    ("survey", "income_wage", "99999999"),
    ("survey", "road_km", "-1"),
    ("survey", "surveyor_1", "123"),
]


def address_of(household, kind: str) -> str:
    if kind == "household":
        return reverse("registry:household-edit", args=[household.number])
    if kind == "member":
        return reverse("registry:member-edit", args=[household.number, f"{household.number}01"])
    return reverse("registry:survey-edit", args=[household.number, household.surveys.get().year])


@pytest.mark.parametrize(("kind", "name", "typed"), IMPOSSIBLE)
def test_what_cannot_be_true_is_refused_beside_its_field(client, household, kind, name, typed):
    address = address_of(household, kind)
    response = client.post(address, form_of(client.get(address)) | {name: typed})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [name], response.context["form"].errors
    assert typed.removesuffix(".00") in str(response.context["form"].errors[name])


@pytest.mark.parametrize(
    ("kind", "name", "typed", "told"),
    [
        ("member", "name", "张三1", "姓名：“张三1”作为姓名不常见，请核实。"),
        ("survey", "arable", "300", "耕地面积 (亩)：“300”不常见（通常为 ≤ 100），请核实。"),
        ("survey", "members_counted", "16", "人数：“16”不常见（通常为 1–15），请核实。"),
        ("survey", "income_wage", "-5", "工资性收入：金额为负数；亏损应计入支出。"),
    ],
)
def test_what_is_unusual_is_saved_and_pointed_out_by_its_label(client, household, kind, name, typed, told):
    address = address_of(household, kind)
    response = client.post(address, form_of(client.get(address)) | {name: typed}, follow=True)
    assert told in [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("language", "told", "computed"),
    [
        ("zh-hans", "来源文件所填人均纯收入（仅与计算值比对，不使用）", "人均纯收入"),
        ("en", "Per-capita net income as typed in the source file (only compared with the computed one, never used)",
         "Per-capita net income"),
    ],
)  # fmt: skip
def test_the_stated_income_says_that_it_is_not_the_computed_one(client, household, language, told, computed):
    household.surveys.update(stated_per_capita=Decimal(1234))
    client.cookies["django_language"] = language
    page = client.get(reverse("registry:household", args=[household.number])).content.decode()
    assert told in page and computed in page.replace(told, "")
    assert told in client.get(address_of(household, "survey")).content.decode()
    assert header(("survey", "stated_per_capita"), "zh") == "人均纯收入"  # the official header stays


def test_a_bad_form_says_where(client, household):
    member = household.members.get()
    address = reverse("registry:member-edit", args=[household.number, member.number])
    response = client.post(address, form_of(client.get(address)) | {"id_number": "123"})
    assert response.status_code == 200
    assert response.context["form"].errors["id_number"]


def test_a_village_reports_once_a_year(clerk):
    village = make_area(VILLAGE)
    save_village_year(village, 2014, {"households": 300}, by=clerk)
    save_village_year(village, 2014, {"households": 301}, by=clerk)
    assert VillageYear.objects.get().households == 301
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "registry.village_recorded",
        "registry.village_edited",
    ]


def test_a_new_report_carries_on_that_a_village_is_poor_and_no_clerk_says_so(client, clerk):
    village = make_area(VILLAGE)
    VillageYear.objects.create(area=village, year=2013, poor_village=True, poor_since=date(2013, 12, 1))
    VillageYear.objects.create(area=village, year=2015)
    address = reverse("registry:village-year", args=[VILLAGE, 2014])
    page = client.get(address)
    assert not {"poor_village", "poor_since", "exited_on"} & page.context["form"].fields.keys()
    assert "2013-12-01" in page.content.decode()
    client.post(address, form_of(page) | {"households": "300", "poor_village": "", "exited_on": "2014-05-01"})
    report = VillageYear.objects.get(year=2014)
    assert (report.households, report.poor_village, report.poor_since) == (300, True, date(2013, 12, 1))
    assert report.exited_on is None
    client.post(
        reverse("registry:village-year", args=[VILLAGE, 2015]),
        form_of(client.get(reverse("registry:village-year", args=[VILLAGE, 2015]))) | {"poor_village": "on"},
    )
    assert not VillageYear.objects.get(year=2015).poor_village
    with pytest.raises(Refused):
        save_village_year(village, 2016, {"poor_village": True}, by=clerk)


@pytest.mark.parametrize("there", [True, False], ids=["changed meanwhile", "recorded meanwhile"])
def test_a_report_that_somebody_else_saved_meanwhile_keeps_what_was_typed(client, clerk, there):
    village = make_area(VILLAGE)
    address = reverse("registry:village-year", args=[VILLAGE, 2014])
    if there:
        save_village_year(village, 2014, {"households": 300}, by=clerk)
    sent = form_of(client.get(address)) | {"labour": "420", "leading_industries": "苹果，核桃"}
    save_village_year(village, 2014, {"households": 301}, by=clerk)
    page = client.post(address, sent)
    assert "他人修改了这一记录" in page.content.decode() and ("<del>300</del>" in page.content.decode()) == there
    assert VillageYear.objects.get().labour is None
    client.post(address, form_of(page))
    report = VillageYear.objects.get()
    assert (report.households, report.labour, report.leading_industries) == (301, 420, ["苹果", "核桃"])


def test_an_industry_that_is_too_long_is_told_and_not_cut(client, clerk):
    address = reverse("registry:village-year", args=[VILLAGE, 2014])
    page = client.post(address, form_of(client.get(address)) | {"leading_industries": "苹果、" + "梨" * 41})
    assert "40 个字" in page.context["form"].errors["leading_industries"][0] and not VillageYear.objects.exists()


def test_the_timeline_tells_who_changed_what(client, household, clerk):
    edit_household(household, {"cause_main": "disability", "phone": "13812345678"}, by=clerk)
    page = client.get(reverse("registry:household-timeline", args=[household.number])).content.decode()
    for text in ("因病", "因残", "王文书", "138****5678"):
        assert text in page
    assert "13812345678" not in page


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_save_at_once_do_not_run_over_each_other():
    make_village()
    clerk, household = make_user(), make_household(cause_main="illness")
    opened, start, results = version_of(household), Barrier(2), []

    def save(address: str) -> None:
        start.wait()
        try:
            edit_household(Household.objects.get(pk=household.pk), {"address": address}, by=clerk, version=opened)
            results.append("saved")
        except ChangedMeanwhile:
            results.append("told")
        finally:
            connection.close()

    _at_once(save, ["东街", "西街"])
    assert sorted(results) == ["saved", "told"]


@pytest.mark.django_db(transaction=True)
def test_two_households_recorded_at_once_get_two_numbers():
    village = make_village()
    clerk, start, numbers = make_user(), Barrier(4), []

    def write(name: str) -> None:
        start.wait()
        try:
            event = record_household(village, {"name": name, "sex": "male"}, {}, on=date(2016, 1, 1), by=clerk)
            numbers.append(event.household.number)
        finally:
            connection.close()

    _at_once(write, ["甲", "乙", "丙", "丁"])
    assert sorted(numbers) == [f"{VILLAGE}0000{serial}" for serial in range(1, 5)]


def _at_once(work, arguments) -> None:
    threads = [Thread(target=work, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_survey_that_was_opened_is_corrected_on_the_screen(client, household):
    make_survey(household, 2014)
    address = reverse("registry:survey-edit", args=[household.number, 2014])
    sent = form_of(client.get(address)) | {"income_wage": "9000.50", "safe_water": "true"}
    assert client.post(address, sent).status_code == 302
    survey = Survey.objects.get(year=2014)
    assert (survey.income_wage, survey.safe_water) == (Decimal("9000.50"), True)
