"""What people see of entitlements: the overview, work lists, a household's page, lists of departments."""

import io
import threading
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.policy.stage import COUNTY, DAY, answer_of, policy, poor
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_id, make_member, make_user, make_village

from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy.actions.batch import refresh, run_entitlements
from jingzhun.policy.actions.receipt_lists import ListRefused, OfList, take_receipts
from jingzhun.policy.actions.receipts import Received, record_receipts
from jingzhun.policy.models import Entitlement, EntitlementRun, Receipt
from jingzhun.policy.queries import worklists
from jingzhun.policy.queries.household import policies_of
from jingzhun.policy.receipt_lists import read_receipts
from jingzhun.policy.tasks import answer, work_out
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.actions.edits import edit_member
from jingzhun.registry.rules.refusals import Refused

GROWN = {"name": "张三", "education": "primary"}
PUPIL = {"name": "张小", "birth_date": date(2004, 1, 2), "relation": "son"}


def officer(client, area=COUNTY):
    user = make_user(Role.COUNTY_OFFICER, area)
    client.force_login(user)
    return user


def got(household, code, amount=None, reference="measure:1"):
    told = Received(household, policy(code), 2014, amount, date(2014, 10, 1), "measure", reference)
    record_receipts([told], by=SYSTEM)


def test_a_pupil_whose_stage_nobody_recorded_is_unknown_and_says_so(county, client):
    """A sick pupil's family: whether the boarding allowance is due hangs on one fact, and the page names it."""
    household = poor(members=["张三", PUPIL | {"health": ["chronic"]}], cause_main="illness")
    make_member(household, "李四", relation="spouse", education="junior")
    household.members.filter(name="张三").update(education="primary")
    told = answer_of(household, "boarding-primary")
    assert (told.answer, told.missing, told.value) == (None, ("student_stage",), None)
    client.force_login(make_user())
    page = client.get(reverse("policy:household", args=[household.number]), {"year": 2014})
    assert "缺： 在校阶段" in page.content.decode() and "补登以下情况即可判断" in page.content.decode()
    household.members.filter(name="张小").update(student="primary")
    told = answer_of(household, "boarding-primary")
    assert (told.answer, told.persons, told.value) == (True, 1, Decimal(1000))
    assert answer_of(household, "boarding-junior").answer is False
    assert answer_of(household, "chronic-list").persons == 1


def test_a_page_says_in_plain_words_what_decided(county, client):
    household = poor(survey={"members_counted": 1, "income_wage": Decimal("1900.5")}, members=["张三"])
    client.force_login(make_user())
    address = reverse("policy:household", args=[household.number])
    shown = client.get(address, {"year": 2014}).content.decode()
    assert "人均纯收入1,900.50元，低于2,020元" in shown
    client.cookies["django_language"] = "en"
    shown = client.get(address, {"year": 2014}).content.decode()
    assert "per-capita net income 1,900.50 yuan is below 2,020 yuan" in shown
    assert "155 yuan × 12 for each person" in shown


def test_the_lists_shrink_when_a_benefit_arrives(county, client):
    household = poor(members=[GROWN, PUPIL | {"student": "primary"}])
    run_entitlements(county, DAY, by=SYSTEM)
    officer(client)
    address = reverse("policy:entitlement-list")
    asked = {"area": COUNTY, "year": 2014, "policy": "boarding-primary", "show": "missed"}
    assert household.number in client.get(address, asked).content.decode()
    got(household, "boarding-primary", Decimal(1000))
    assert household.number not in client.get(address, asked).content.decode()
    got(household, "kindergarten", Decimal(750), "measure:2")
    undue = asked | {"policy": "kindergarten", "show": "undue"}
    assert household.number in client.get(address, undue).content.decode()
    shown = client.get(reverse("policy:entitlements"), {"area": COUNTY, "year": 2014}).context
    assert shown["total"].undue == 1
    counts = {row["version"].policy.code: row["count"] for row in shown["policies"]}
    assert (counts["boarding-primary"].entitled, counts["boarding-primary"].missed) == (1, 0)
    # What was received is taken back: it is missed again.
    receipt = Receipt.objects.get(reference="measure:1")
    back = reverse("policy:receipt-take-back", args=[receipt.pk])
    client.post(back, {"why": ""})
    assert Receipt.objects.get(pk=receipt.pk).revoked_at is None
    client.post(back, {"why": "签名不符"})
    assert household.number in client.get(address, asked).content.decode()


def test_every_number_of_the_overview_is_that_of_its_list(county, client):
    for number in range(4):
        poor(members=["张三", PUPIL | {"student": "primary" if number % 2 else ""}])
    run_entitlements(county, DAY, by=SYSTEM)
    officer(client)
    shown = client.get(reverse("policy:entitlements"), {"area": COUNTY, "year": 2014}).context
    for row in shown["policies"]:
        for show in ("missed", "undue", "unknown", "entitled"):
            listed = client.get(f"{row['url']}&show={show}").context["table"]
            assert len(listed.rows) == getattr(row["count"], show), (row["title"], show)


def test_a_work_list_leaves_as_a_workbook(county, client):
    household = poor(members=["张三", PUPIL], cause_main="illness")
    run_entitlements(county, DAY, by=SYSTEM)
    officer(client)
    asked = f"?area={COUNTY}&year=2014&show=unknown&policy=boarding-primary&cause=illness"
    sheet = openpyxl.load_workbook(io.BytesIO(client.post(reverse("policy:entitlement-export") + asked).content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == [household.number] and "在校阶段" in rows[0][8]
    assert Entry.objects.get(action="policy.list_exported").values["rows"] == 1


def test_screens_ask_no_more_for_many_households(county, client):
    officer(client)
    poor()
    run_entitlements(county, DAY, by=SYSTEM)
    asked = {"area": COUNTY, "year": 2014}

    def queries():
        taken = []
        for name in ("policy:entitlements", "policy:entitlement-list"):
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse(name), asked)
            taken.append(len(captured))
        return taken

    first = queries()
    for _ in range(30):
        poor()
    run_entitlements(county, DAY, by=SYSTEM)
    assert queries() == first and max(first) <= 16


def test_a_household_asks_a_bounded_number(county, client):
    household = poor(members=["张三", PUPIL])
    for code in ("kindergarten", "legal-aid", "medical-premium"):
        got(household, code, reference=code)
    client.force_login(make_user())
    for name in ("policy:household", "policy:household-panel"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=[household.number])).status_code == 200
        assert len(captured) <= 16


def test_only_the_village_and_what_lies_above_see_a_household(county, client):
    household = poor()
    make_village(OTHER_VILLAGE)
    for role, area in ((Role.VILLAGE_CLERK, OTHER_VILLAGE), (Role.HELPER, VILLAGE), (Role.AUDITOR, COUNTY)):
        client.force_login(make_user(role, area))
        assert client.get(reverse("policy:household", args=[household.number])).status_code in (403, 404)
    assert client.get(reverse("policy:entitlements"), {"area": VILLAGE}).status_code in (403, 404)


def test_the_batch_is_the_countys_and_is_told(county, client):
    poor()
    poor(exited_on=date(2014, 11, 1))
    for role, area in ((Role.VILLAGE_CLERK, VILLAGE), (Role.SUPERVISOR, COUNTY)):
        with pytest.raises(NotYours):
            run_entitlements(county, DAY, by=make_user(role, area))
    with pytest.raises(Refused):
        run_entitlements(county.parent, DAY, by=SYSTEM)
    user = officer(client)
    run = run_entitlements(county, DAY, by=user)
    assert (run.households, run.policies) == (1, 30)
    assert Entry.objects.get(action="policy.entitlements_run").values["households"] == 1


def test_a_button_asks_the_worker_once(county, client):
    poor()
    officer(client)
    run = reverse("policy:entitlements-run") + f"?area={COUNTY}&year=2014"
    assert client.get(run).status_code == 405
    client.post(run)
    client.post(run)
    waiting = EntitlementRun.objects.get()
    progress = reverse("policy:entitlement-run", args=[waiting.pk])
    assert "正在计算" in client.get(progress).content.decode()
    work_out(waiting.pk)
    assert client.get(progress)["HX-Redirect"].startswith(reverse("policy:entitlements"))
    work_out(waiting.pk)  # again after a crash: it sees that it is done
    assert Entry.objects.filter(action="policy.entitlements_run").count() == 1


def test_a_household_that_changed_is_answered_anew_and_one_that_left_has_no_answers(county):
    household, other = poor(members=["张三", PUPIL]), poor()
    run_entitlements(county, DAY, by=SYSTEM)
    household.members.filter(name="张小").update(student="primary")
    before = list(other.entitlements.order_by("pk").values())
    refresh([household], DAY)
    assert household.entitlements.get(policy__code="boarding-primary").answer is True
    fresh = {(e.policy_id, e.answer, e.persons, e.value) for e in household.entitlements.all()}
    run_entitlements(county, DAY, by=SYSTEM)
    assert fresh == {(e.policy_id, e.answer, e.persons, e.value) for e in household.entitlements.all()}
    assert before == list(other.entitlements.order_by("pk").values())
    household.spells.update(exited_on=date(2014, 12, 1))
    refresh([household], DAY)
    assert not Entitlement.objects.filter(household=household).exists()


def test_the_reference_set_comes_once_and_leaves_the_countys_own(county, client):
    make_village(OTHER_VILLAGE)
    officer(client)
    own = policy("kindergarten").versions.get()
    own.amount = Decimal(900)
    own.save()
    client.post(reverse("policy:entitlements-reference") + f"?area={COUNTY}")
    assert policy("kindergarten").versions.get().amount == 900
    assert Entry.objects.filter(action="policy.reference_loaded").count() == 1


def listed(rows, name="名单.xlsx"):
    book = openpyxl.Workbook()
    for row in (["身份证号码", "姓名", "发放金额", "发放日期"], *rows):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile(name, target.getvalue())


def upload(client, rows, **told):
    sent = {"file": listed(rows), "policy": policy("kindergarten").pk, "year": 2014, "received_on": "2014-10-01",
            "department": "教育局"} | told  # fmt: skip
    return client.post(reverse("policy:receipts-upload"), sent)


def test_a_departments_list_is_taken_whole(county, client):
    first, second = make_id(date(2009, 1, 1)), make_id(date(2009, 2, 2))
    household = poor(members=["张三", PUPIL | {"id_number": first}])
    poor(members=["李四", PUPIL | {"id_number": second}])
    officer(client)
    rows = [[first, "张小", 750, "2014-09-01"], [second, "李小", "750.00", None]]
    assert upload(client, rows).status_code == 302
    receipt = household.receipts.get()
    assert (receipt.member.name, receipt.amount, receipt.received_on) == ("张小", 750, date(2014, 9, 1))
    assert Receipt.objects.get(household__number__endswith="2").received_on == date(2014, 10, 1)
    assert Entry.objects.get(action="policy.receipts_taken").values["rows"] == 2
    # Once more, also saved anew: nothing is recorded twice.
    again = upload(client, rows)
    assert again.status_code == 200 and Receipt.objects.count() == 2


def test_a_list_with_a_faulty_row_is_not_taken_and_each_is_named(county, client):
    sound, stranger = make_id(date(2009, 1, 1)), make_id(date(2009, 2, 2))
    poor(members=["张三", PUPIL | {"id_number": sound}])
    officer(client)
    rows = [[sound, "张小", 750, None], [stranger, "谁", 750, None], [sound, "张小", 750, None],
            [sound, "张小", -1, None], [sound, "张小", 1, "2099-01-01"], ["", "没号", 1, None]]  # fmt: skip
    page = upload(client, rows)
    assert not Receipt.objects.exists()
    bad = {each.row: each for each in page.context["bad"]}
    assert set(bad) == {3, 4, 5, 6, 7}
    assert (bad[3].cell, bad[5].cell, bad[7].cell) == ("A3", "C5", "A7")
    assert stranger not in page.content.decode()  # an ID number is shown masked


def test_a_file_that_is_no_list_is_refused_in_words(county, client):
    officer(client)
    for file in (SimpleUploadedFile("x.xlsx", b"not a workbook\0"), listed([])):
        sent = {"file": file, "policy": policy("kindergarten").pk, "year": 2014, "received_on": "2014-10-01",
                "department": "教育局"}  # fmt: skip
        page = client.post(reverse("policy:receipts-upload"), sent)
        assert page.context["form"].errors["file"]
    for role in (Role.VILLAGE_CLERK, Role.SUPERVISOR):
        client.force_login(make_user(role, VILLAGE if role == Role.VILLAGE_CLERK else COUNTY))
        assert upload(client, []).status_code == 403


def test_an_edit_has_the_household_answered_anew_once_the_county_was_worked_out(county):
    household = poor(members=["张三", PUPIL])
    today = timezone.localdate()

    def waiting() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT args ->> 'number' FROM procrastinate_jobs WHERE task_name = 'policy.answer'")
            return [int(number) for (number,) in cursor.fetchall()]

    clerk, pupil = make_user(), household.members.get(name="张小")
    edit_member(pupil, {"name": "张小小"}, by=clerk)
    assert waiting() == []  # the county's first batch will see it
    run_entitlements(county, today, by=SYSTEM)
    edit_member(pupil, {"health": ["chronic"]}, by=clerk)
    assert waiting() == [household.pk]
    listed = household.entitlements.filter(policy__code="chronic-list")
    before = listed.get().persons
    answer(household.pk)
    assert listed.get().persons == (before or 0) + 1


def test_a_receipt_of_a_household_off_the_register_is_undue_on_every_list(county, client):
    never, left = poor(registered_on=None), poor()
    left.spells.update(exited_on=date(2014, 11, 1))
    for number, household in enumerate((never, left)):
        got(household, "kindergarten", Decimal(750), f"measure:{number}")
    run_entitlements(county, DAY, by=SYSTEM)
    officer(client)
    asked = {"area": COUNTY, "year": 2014, "show": "undue"}
    rows = client.get(reverse("policy:entitlement-list"), asked).context["table"].data
    assert [(row.household, row.received_yuan, row.received_on) for row in rows] == [(never, 750, date(2014, 10, 1))], (
        "the other was on the register on the day of the receipt"
    )
    assert "750.00" in client.get(reverse("policy:entitlement-list"), asked).text
    where = worklists.Where(county, 2014)
    assert worklists.count(where, worklists.titles(where)).total.undue == 1
    refresh([never], DAY)
    assert Entitlement.objects.get(household=never).answer is False


def test_of_two_pupils_one_who_received_leaves_the_household_on_the_list(county, client):
    household = poor(members=[GROWN, PUPIL | {"student": "primary"},
                              PUPIL | {"name": "张二", "student": "primary"}])  # fmt: skip
    run_entitlements(county, DAY, by=SYSTEM)
    officer(client)

    def missed():
        asked = {"area": COUNTY, "year": 2014, "policy": "boarding-primary", "show": "missed"}
        listed_ = len(client.get(reverse("policy:entitlement-list"), asked).context["table"].data)
        shown = policies_of(household, 2014).shown
        (own,) = [each for each in shown if each.version.policy.code == "boarding-primary"]
        assert (own.state == "missed") == bool(listed_)
        return listed_

    for left, name in ((1, "张小"), (0, "张二")):
        member = household.members.get(name=name)
        told = Received(household, policy("boarding-primary"), 2014, Decimal(1000), date(2014, 10, 1), "measure",
                        f"measure:{name}", member)  # fmt: skip
        record_receipts([told], by=SYSTEM)
        assert missed() == left


@pytest.mark.django_db(transaction=True)
def test_the_same_payment_in_two_lists_at_once_is_recorded_once(county, tmp_path):
    first = make_id(date(2009, 1, 1))
    poor(members=["张三", PUPIL | {"id_number": first}])
    about = OfList(policy("kindergarten"), 2014, date(2014, 10, 1), "教育局", "名单.xlsx")
    gate, told = threading.Barrier(2), []

    def take(number):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(listed([[first, f"张小{number}", 750, None]]).read())
        gate.wait(10)
        try:
            take_receipts(county, about, read_receipts(path), by=SYSTEM)
            told.append("taken")
        except ListRefused:
            told.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=take, args=[number]) for number in range(2)]
    [each.start() for each in both]
    [each.join() for each in both]
    assert sorted(told) == ["refused", "taken"] and Receipt.objects.count() == 1
