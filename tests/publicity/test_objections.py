"""Objections: received once, looked into, decided, appealed; each holds back its own entry only."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from tests.publicity.factories import OPENS, make_item, make_notice, make_objection, noon, picture, settle_as_system
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, add_role, make_area, make_user

from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.parameters import calendar
from jingzhun.people.rules import Role
from jingzhun.publicity import signals
from jingzhun.publicity.actions import limits, objections
from jingzhun.publicity.actions.contacts import set_contact
from jingzhun.publicity.actions.notices import close_notice
from jingzhun.publicity.models import Finding, Objection, Ruling
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
NEXT_DAY = datetime(2014, 5, 14, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]


def states(notice):
    return list(notice.items.order_by("position").values_list("state", flat=True))


def test_an_objection_holds_back_its_entry_and_not_the_list():
    notice = make_notice(items=[make_item(f"case:{n}") for n in (1, 2, 3)])
    filed = make_objection(notice, 2)
    assert list(Objection.objects.open()) == [filed.objection]
    close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    assert states(notice) == ["passed", "held", "passed"]
    settle_as_system(filed.objection, "dismissed")
    assert states(notice) == ["passed", "passed", "passed"]
    assert not Objection.objects.open().exists()


def test_an_upheld_objection_returns_the_entry_before_or_after_closing():
    notice = make_notice(items=[make_item(f"case:{n}") for n in (1, 2)])
    early, late = make_objection(notice, 1), make_objection(notice, 2)
    settle_as_system(early.objection, "upheld")
    assert states(notice) == ["returned", "open"]
    close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    settle_as_system(late.objection, "upheld")
    assert states(notice) == ["returned", "returned"]


def test_an_entry_with_two_objections_waits_for_both():
    notice = make_notice()
    first, second = make_objection(notice), make_objection(notice)
    close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    settle_as_system(first.objection, "dismissed")
    assert states(notice) == ["held"]
    settle_as_system(second.objection, "dismissed")
    assert states(notice) == ["passed"]


def test_somebody_missing_from_the_list_holds_nothing_back():
    notice = make_notice()
    filed = make_objection(notice, None)
    close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    assert states(notice) == ["passed"] and filed.objection.kind == "missing"


def test_the_app_above_hears_of_a_decision_within_its_transaction():
    filed, heard = make_objection(make_notice()), []
    signals.objection_settled.connect(receiver := lambda objection, **_: heard.append(objection.state))
    try:
        settle_as_system(filed.objection, "upheld")
    finally:
        signals.objection_settled.disconnect(receiver)
    assert heard == ["upheld"]


@pytest.mark.parametrize(
    ("at", "refused"),
    [
        (datetime(2014, 5, 5, 23, 59), objections.TooEarly),
        (datetime(2014, 5, 6, 0, 1), None),
        (datetime(2014, 5, 13, 23, 59), None),
        (datetime(2014, 5, 14, 0, 0), objections.TooLate),
    ],
)
def test_an_objection_counts_from_the_opening_day_until_the_end_of_the_last(at, refused):
    notice, at = make_notice(), at.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    if refused is None:
        assert make_objection(notice, at=at).objection.pk
    else:
        with pytest.raises(refused):
            make_objection(notice, at=at)


def test_the_same_form_sent_twice_is_one_objection_with_one_secret():
    notice, token = make_notice(), b"0123456789abcdef"
    first, again = make_objection(notice, token=token), make_objection(notice, token=token)
    assert (first.objection.pk, first.secret) == (again.objection.pk, again.secret)
    assert make_objection(notice).secret != first.secret and Objection.objects.count() == 2


def test_neither_name_nor_phone_nor_secret_lies_open_in_the_database():
    filed = make_objection(make_notice())
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM publicity_objection t UNION ALL SELECT t::text FROM journal_entry t")
        stored = "".join(row[0] for row in cursor.fetchall())
    for secret in ("王举报", "13900001111", filed.secret, "王举报".encode().hex(), filed.secret.encode().hex()):
        assert secret not in stored


def test_a_picture_that_is_none_is_refused_and_nothing_is_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    svg = picture()
    svg.write(b"<svg onload='alert(1)'/>" * 9)
    svg.truncate()
    svg.seek(0)
    with pytest.raises(Refused):
        make_objection(make_notice(), photos=[("photo1", svg, 200)])
    assert not Objection.objects.exists() and not list(tmp_path.rglob("*.jpg"))


def test_the_answer_is_due_in_ten_working_days():
    # 2014-05-06 is a Tuesday; the dragon boat festival's 2 June is the tenth day's neighbour, not among them.
    assert make_objection(make_notice()).objection.due_on == date(2014, 5, 20)
    assert calendar.after_working_days(date(2014, 5, 23), 5) == calendar.DueDay(date(2014, 5, 30))
    assert calendar.after_working_days(date(2014, 5, 30), 1) == calendar.DueDay(date(2014, 6, 3))
    assert calendar.after_working_days(date(2014, 9, 26), 2) == calendar.DueDay(date(2014, 9, 29))  # a worked Sunday


def test_a_year_whose_holidays_are_not_known_stops_nothing_and_is_told():
    assert calendar.after_working_days(date(2099, 1, 2), 5) == calendar.DueDay(date(2099, 1, 9), True)
    assert calendar.working_days_until(date(2099, 1, 2), date(2099, 1, 9)) == 5
    assert calendar.working_days_until(date(2014, 5, 30), date(2014, 5, 20)) == -8


@pytest.mark.parametrize(
    ("role", "area", "may"),
    [
        (Role.TOWN_COMMISSIONER, TOWN, True),
        (Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9], False),
        (Role.VILLAGE_CLERK, VILLAGE, False),
        (Role.FIRST_SECRETARY, VILLAGE, False),
        (Role.COUNTY_OFFICER, COUNTY, False),
        (Role.SUPERVISOR, COUNTY, False),
        (Role.LEADER, COUNTY, False),
    ],
)
def test_the_town_decides_in_its_own_area_and_nobody_else(role, area, may):
    objection, user = make_objection(make_notice()).objection, make_user(role, area)
    if may:
        objections.add_finding(objection, "房子是他哥哥的", by=user)
        objections.settle(objection, "dismissed", reason="核实", reply="谢谢", by=user)
    else:
        with pytest.raises(objections.NotTheirs):
            objections.settle(objection, "upheld", reason="核实", reply="谢谢", by=user)


def test_nothing_is_dismissed_without_a_finding():
    objection = make_objection(make_notice()).objection
    with pytest.raises(objections.ObjectionRefused):
        objections.settle(objection, "dismissed", reason="核实", reply="谢谢", by=SYSTEM)


def test_village_and_town_may_write_down_what_they_found_and_a_supervisor_may_not():
    objection = make_objection(make_notice()).objection
    for user in (make_user(), make_user(Role.TOWN_COMMISSIONER, TOWN)):
        objections.add_finding(objection, "入户看过", by=user)
    for user in (make_user(area=OTHER_VILLAGE), make_user(Role.SUPERVISOR, COUNTY)):
        with pytest.raises(objections.NotTheirs):
            objections.add_finding(objection, "入户看过", by=user)
    assert objection.findings.count() == 2


def test_a_dismissed_objection_goes_one_level_up_and_holds_its_entry_again():
    notice = make_notice()
    filed = make_objection(notice)
    close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    dismissed = settle_as_system(filed.objection, "dismissed", at=noon(date(2014, 5, 15)))
    assert states(notice) == ["passed"] and dismissed.appeal_until == date(2014, 5, 25)
    with pytest.raises(objections.TooLate):
        objections.appeal(dismissed, "没有调查", at=noon(date(2014, 5, 26)))
    appealed = objections.appeal(dismissed, "没有调查", at=noon(date(2014, 5, 25)))
    assert (appealed.state, appealed.level, states(notice)) == ("appealed", "county", ["held"])
    assert list(Objection.objects.open()) == [appealed]
    with pytest.raises(objections.NotTheirs):
        objections.settle(appealed, "upheld", reason="x", reply="x", by=make_user(Role.TOWN_COMMISSIONER, TOWN))
    officer = make_user(Role.COUNTY_OFFICER, COUNTY)
    final = objections.settle(appealed, "upheld", reason="x", reply="x", by=officer)
    assert states(notice) == ["returned"] and final.rulings.count() == 2
    with pytest.raises(objections.ObjectionRefused):
        objections.appeal(final, "again")


def test_who_objected_is_told_to_the_town_and_county_only_and_each_look_is_journaled():
    objection = make_objection(make_notice()).objection
    commissioner = make_user(Role.TOWN_COMMISSIONER, TOWN)
    assert objections.see_objector(objection, by=commissioner) == ("王举报", "13900001111")
    assert Entry.objects.get(action="publicity.objector_seen").actor_id == commissioner.pk
    for role, area in (
        (Role.VILLAGE_CLERK, VILLAGE),
        (Role.FIRST_SECRETARY, VILLAGE),
        (Role.SUPERVISOR, COUNTY),
        (Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]),
    ):
        with pytest.raises(objections.NotTheirs):
            objections.see_objector(objection, by=make_user(role, area))
    assert Entry.objects.filter(action="publicity.objector_seen").count() == 1


def test_attempts_are_counted_in_their_window_by_who_tries():
    at = noon(OPENS)
    assert [limits.attempt("x", "10.0.0.1", limit=2, seconds=600, now=at) for _ in range(3)] == [True, True, False]
    assert limits.attempt("x", "10.0.0.2", limit=2, seconds=600, now=at)
    assert limits.attempt("x", "10.0.0.1", limit=2, seconds=600, now=at.replace(minute=11))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM publicity_attempt t")
        assert "10.0.0" not in cursor.fetchone()[0]
    assert limits.sweep(noon(date(2014, 5, 8))) == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_at_once_one_wins_and_the_other_is_told():
    notice = make_notice()
    objection = make_objection(notice).objection
    users = [make_user(Role.TOWN_COMMISSIONER, TOWN) for _ in range(2)]
    objections.add_finding(objection, "看过", by=users[0])
    barrier, told = threading.Barrier(2), []

    def decide(user, outcome):
        barrier.wait()
        try:
            objections.settle(Objection.objects.get(), outcome, reason="x", reply="x", by=user)
            told.append("won")
        except objections.AlreadySettled:
            told.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=each) for each in zip(users, ("upheld", "dismissed"), strict=True)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["told", "won"]
    assert Objection.objects.get().rulings.count() == 1
    assert Entry.objects.filter(action="publicity.objection_settled").count() == 1


@contextmanager
def the_notice_closes_meanwhile(notice):
    """What is done in the block is not committed yet when the clock closes the notice."""

    def close():
        try:
            close_notice(notice, by=SYSTEM, at=NEXT_DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as clock:
        with transaction.atomic():
            yield
            closing = clock.submit(close)
            wait([closing], timeout=1)
        closing.result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_on_when_its_objection_is_dismissed_while_the_notice_closes():
    notice = make_notice()
    objection = make_objection(notice).objection
    with the_notice_closes_meanwhile(notice):
        settle_as_system(objection, "dismissed")
    assert states(notice) == ["passed"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_held_back_when_an_appeal_comes_while_the_notice_closes():
    notice = make_notice()
    dismissed = settle_as_system(make_objection(notice).objection, "dismissed")
    with the_notice_closes_meanwhile(notice):
        objections.appeal(dismissed, "没有调查", at=noon(OPENS))
    assert states(notice) == ["held"]


def test_what_was_found_and_ruled_stays_as_it_was():
    settle_as_system(make_objection(make_notice()).objection, "dismissed")
    for change in (
        lambda: Finding.objects.update(text="没有房子"),
        lambda: Finding.objects.all().delete(),
        lambda: Ruling.objects.update(outcome="upheld"),
        lambda: Ruling.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            change()
    assert Finding.objects.get().text.startswith("入户核实") and Ruling.objects.get().outcome == "dismissed"


def test_the_journal_names_the_role_that_was_asked_for():
    commissioner, clerk = make_user(Role.TOWN_COMMISSIONER, TOWN), make_user()
    for user in (commissioner, clerk):
        add_role(user, Role.HELPER, VILLAGE)  # nearer than the town, and first in the alphabet
    objection = make_objection(make_notice()).objection
    objections.add_finding(objection, "房子是他哥哥的", by=clerk)
    objections.see_objector(objection, by=commissioner)
    objections.settle(objection, "dismissed", reason="核实", reply="谢谢", by=commissioner)
    set_contact(make_area(TOWN), office="扶贫站", phone="029-1", address="", hours="", by=commissioner)
    told = dict(Entry.objects.filter(actor_id__in=[clerk.pk, commissioner.pk]).values_list("action", "role"))
    assert told == {
        "publicity.finding_added": "village_clerk",
        "publicity.objector_seen": "town_commissioner",
        "publicity.objection_settled": "town_commissioner",
        "publicity.contact_set": "town_commissioner",
    }
    assert Finding.objects.get().role == "village_clerk"
