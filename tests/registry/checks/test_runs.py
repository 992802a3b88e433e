"""Checks from day to day: found, fixed, found again, accepted; by whom, since when, and how the numbers move."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_survey, make_user
from tests.registry.worker import lose_jobs, work_off

from jingzhun.areas.models import Area
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.actions.checks import (
    LOCK,
    NotAccepted,
    accept_finding,
    ask_for_run,
    carry_out,
    recheck_household,
    reopen_finding,
    run_checks,
)
from jingzhun.registry.actions.edits import edit_household, edit_member, save_survey
from jingzhun.registry.models import CheckDay, CheckFinding, CheckRun, Household
from jingzhun.registry.queries import checks as queries

pytestmark = pytest.mark.django_db

YEAR = 2014


@pytest.fixture
def clerk():
    return make_user()


@pytest.fixture
def county() -> Area:
    return make_area("610426")


@pytest.fixture
def family() -> Household:
    """A household whose spouse is entered as a man."""
    return make_household(VILLAGE, members=["王建国", {"name": "李秀英", "sex": "male", "relation": "spouse"}])


def open_codes(household: Household) -> set[str]:
    return set(CheckFinding.objects.open().filter(household=household).values_list("code", flat=True))


def spouse_of(household: Household):
    return household.members.get(relation="spouse")


def test_a_run_keeps_what_it_finds_and_tells_how_much(county, family):
    run = run_checks(county, YEAR)
    assert "REL-05" in open_codes(family)
    assert (run.state, run.appeared, run.resolved) == ("done", CheckFinding.objects.count(), 0)
    assert run.errors + run.warnings + run.hints == run.appeared
    entry = Entry.objects.get(action="checks.run")
    assert (entry.area_code, entry.values["year"]) == ("610426", YEAR)


def test_a_second_run_sees_the_same_findings_again(county, family):
    run_checks(county, YEAR)
    before = dict(CheckFinding.objects.values_list("pk", "first_seen"))
    again = run_checks(county, YEAR)
    assert dict(CheckFinding.objects.values_list("pk", "first_seen")) == before
    assert (again.appeared, again.resolved) == (0, 0)


def test_what_was_corrected_is_fixed_at_the_next_run_and_open_anew_if_it_comes_back(county, family, clerk):
    run_checks(county, YEAR)
    finding = CheckFinding.objects.get(code="REL-05")
    spouse = edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
    assert run_checks(county, YEAR).resolved >= 1
    finding.refresh_from_db()
    assert finding.state == "resolved"
    edit_member(spouse, {"sex": "male"}, by=clerk)
    run_checks(county, YEAR)
    since = finding.first_seen
    finding.refresh_from_db()
    assert finding.state == "open" and finding.first_seen > since
    assert CheckFinding.objects.filter(code="REL-05").count() == 1


def test_an_edit_has_its_household_judged_anew(county, family, clerk):
    run_checks(county, YEAR)
    edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
    work_off("rechecks")
    assert "REL-05" not in open_codes(family)
    save_survey(family, {"year": 2013, "members_counted": 5, "dangerous_house": True, "house_grade": "A"}, by=clerk)
    work_off("rechecks")
    assert {"CON-01", "SUR-01"} <= open_codes(family)


def test_an_edit_mends_the_findings_of_every_year(county, family, clerk):
    run_checks(county, YEAR + 1)
    run_checks(county, YEAR)  # asked for last
    found = CheckFinding.objects.filter(code="REL-05", household=family, resolved_at=None)
    assert set(found.values_list("year", flat=True)) == {YEAR, YEAR + 1}
    edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
    work_off("rechecks")
    assert not found.exists()


def test_an_edit_before_any_check_judges_nothing(family, clerk):
    edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
    work_off("rechecks")
    assert not CheckFinding.objects.exists()


def test_a_household_judged_alone_leaves_the_others_findings_in_peace(county, family):
    other = make_household(OTHER_VILLAGE, members=["赵大", {"name": "钱二", "sex": "male", "relation": "spouse"}])
    run_checks(county, YEAR)
    spouse_of(other).delete()
    before = open_codes(other)
    recheck_household(family.pk)
    assert open_codes(other) == before


def test_when_one_of_two_gives_up_the_shared_account_both_are_fixed(county, clerk):
    one, two = (
        make_household(VILLAGE, members=[name], bank="信用社", account="62226000000001") for name in ("张三", "李四")
    )
    run_checks(county, YEAR)
    assert "HH-06" in open_codes(one) and "HH-06" in open_codes(two)
    edit_household(one, {"account": "62226000000002"}, by=clerk)
    work_off("rechecks")
    assert "HH-06" not in open_codes(one) | open_codes(two)
    edit_household(one, {"account": "62226000000001"}, by=clerk)
    work_off("rechecks")
    assert "HH-06" in open_codes(one) and "HH-06" in open_codes(two)


def test_what_is_true_all_the_same_is_accepted_with_a_reason_and_stays_listed(county, family, clerk):
    run_checks(county, YEAR)
    accept_finding(CheckFinding.objects.get(code="REL-05"), "户口簿如此，已报派出所更正", by=clerk)
    run_checks(county, YEAR)
    finding = CheckFinding.objects.get(code="REL-05")
    assert (finding.state, finding.accepted_by) == ("accepted", clerk)
    assert "REL-05" not in open_codes(family)
    entry = Entry.objects.get(action="checks.accepted")
    assert (entry.record, entry.why, entry.values["rule"]) == (family.number, "户口簿如此，已报派出所更正", "REL-05")


def test_nothing_is_accepted_without_a_reason_or_twice(county, family, clerk):
    run_checks(county, YEAR)
    finding = CheckFinding.objects.get(code="REL-05")
    with pytest.raises(NotAccepted):
        accept_finding(finding, "  ", by=clerk)
    accept_finding(finding, "核实无误", by=clerk)
    with pytest.raises(NotAccepted):
        accept_finding(finding, "再次", by=clerk)
    assert Entry.objects.filter(action="checks.accepted").count() == 1


def test_an_acceptance_holds_for_the_values_it_was_given_for(county, clerk):
    family = make_household(VILLAGE, survey={"year": 2013, "house_area": 600, "members_counted": 1})
    run_checks(county, YEAR)
    accept_finding(CheckFinding.objects.get(code="CON-03"), "两院合计", by=clerk)
    family.surveys.update(house_area=900)
    run_checks(county, YEAR)
    assert CheckFinding.objects.get(code="CON-03").state == "open"


def test_an_acceptance_can_be_taken_back(county, family, clerk):
    run_checks(county, YEAR)
    finding = accept_finding(CheckFinding.objects.get(code="REL-05"), "核实无误", by=clerk)
    reopen_finding(finding, "看错了", by=clerk)
    assert "REL-05" in open_codes(family)
    with pytest.raises(NotAccepted):
        reopen_finding(finding, "", by=clerk)


def test_a_run_over_one_town_says_nothing_of_another(family):
    other = make_household(OTHER_VILLAGE, members=["赵大", {"name": "钱二", "sex": "male", "relation": "spouse"}])
    run_checks(make_area(VILLAGE[:9]), YEAR)
    assert open_codes(family) and not open_codes(other)
    run_checks(make_area(OTHER_VILLAGE[:9]), YEAR)
    assert open_codes(family) and open_codes(other)


def test_each_year_has_findings_of_its_own(county, family):
    make_survey(family, 2014, dangerous_house=True, house_grade="A", members_counted=2)
    run_checks(county, 2014)
    assert "CON-01" not in open_codes(family)
    run_checks(county, 2015)
    found = CheckFinding.objects.get(code="CON-01")
    assert found.year == 2015


def test_the_trend_tells_each_days_open_findings(county, family, clerk):
    run_checks(county, YEAR)
    CheckDay.objects.update(day=date(2026, 1, 5))
    edit_member(spouse_of(family), {"relation": "sibling"}, by=clerk)
    run_checks(county, YEAR)
    CheckDay.objects.exclude(day=date(2026, 1, 5)).update(day=date(2026, 1, 7))
    days = queries.trend(queries.Chosen(county, YEAR), today=date(2026, 1, 8))
    assert list(days) == [date(2026, 1, 5), date(2026, 1, 7)]
    assert days[date(2026, 1, 7)]["error"] == days[date(2026, 1, 5)]["error"] - 1


def test_a_village_not_checked_on_a_day_counts_with_its_last_number(county, family):
    make_household(OTHER_VILLAGE, members=["赵大", {"name": "钱二", "sex": "male", "relation": "spouse"}])
    run_checks(county, YEAR)
    CheckDay.objects.update(day=date(2026, 1, 5))
    run_checks(make_area(VILLAGE), YEAR)
    CheckDay.objects.exclude(day=date(2026, 1, 5)).update(day=date(2026, 1, 7))
    days = queries.trend(queries.Chosen(county, YEAR), today=date(2026, 1, 8))
    assert days[date(2026, 1, 7)] == days[date(2026, 1, 5)]


def test_a_run_asked_for_is_carried_out_once(county, family):
    officer = make_user(Role.COUNTY_OFFICER, "610426")
    run = ask_for_run(county, YEAR, by=officer)
    assert ask_for_run(county, YEAR, by=officer) == run
    carry_out(run)
    run.refresh_from_db()
    assert (run.state, run.by) == ("done", officer)
    assert ask_for_run(county, YEAR, by=officer) != run


def test_a_run_whose_job_is_gone_is_given_up_and_another_one_takes_its_place(county, family):
    officer = make_user(Role.COUNTY_OFFICER, "610426")
    lost = ask_for_run(county, YEAR, by=officer)
    CheckRun.objects.filter(pk=lost.pk).update(state="running")
    lose_jobs()
    run = ask_for_run(county, YEAR, by=officer)
    lost.refresh_from_db()
    assert run != lost and lost.state == "failed" and lost.finished_at
    assert work_off("checks") == 1
    run.refresh_from_db()
    assert run.state == "done"


def test_a_run_that_was_given_up_is_not_carried_out_by_a_late_job(county, family):
    run = ask_for_run(county, YEAR, by=make_user(Role.COUNTY_OFFICER, "610426"))
    CheckRun.objects.update(state="failed")
    work_off("checks")
    run.refresh_from_db()
    assert run.state == "failed" and not CheckFinding.objects.exists()


def test_a_run_and_its_job_are_there_together_or_not_at_all(county):
    officer = make_user(Role.COUNTY_OFFICER, "610426")
    with transaction.atomic():
        ask_for_run(county, YEAR, by=officer)
        transaction.set_rollback(True)
    assert not CheckRun.objects.exists() and work_off() == 0


def test_a_household_says_that_its_check_is_under_way(county, family, clerk):
    run_checks(county, YEAR)
    assert not queries.is_under_way(family)
    edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
    assert queries.is_under_way(family)
    assert not queries.is_under_way(make_household(OTHER_VILLAGE))
    work_off("rechecks")
    assert not queries.is_under_way(family)
    ask_for_run(make_area(VILLAGE[:9]), YEAR, by=clerk)
    assert queries.is_under_way(family)
    assert not queries.is_under_way(make_household(OTHER_VILLAGE))


def test_an_edit_does_not_wait_for_a_check_of_the_whole_county(family, clerk):
    """Another session holds the lock that checks take one after another; the edit is saved all the same."""
    CheckRun.objects.create(area_code="610426", year=YEAR, state="done")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        edit_member(spouse_of(family), {"sex": "female"}, by=clerk)
        save_survey(family, {"year": 2014, "members_counted": 2}, by=clerk)
    finally:
        other.close()
    assert queries.is_under_way(family)


def test_a_run_that_fails_says_so_and_changes_nothing(county, family, monkeypatch):
    run = CheckRun.objects.create(area_code="610426", year=YEAR)
    monkeypatch.setattr("jingzhun.registry.actions.checks.DAY", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        carry_out(run)
    run.refresh_from_db()
    assert run.state == "failed" and "division by zero" in run.failure
    assert not CheckFinding.objects.exists()


def test_a_run_takes_as_many_statements_for_two_households_as_for_twenty(county, family):
    with CaptureQueriesContext(
        connection,
    ) as few:
        run_checks(county, YEAR)
    for _ in range(20):
        make_household(VILLAGE, members=["王建国", {"name": "李秀英", "sex": "male", "relation": "spouse"}])
    with CaptureQueriesContext(connection) as many:
        run_checks(county, YEAR)
    assert len(many) == len(few) <= 25


def test_a_member_who_is_removed_takes_the_findings_along(county, family):
    run_checks(county, YEAR)
    family.members.all().delete()
    run_checks(county, YEAR)
    assert "HH-01" in open_codes(family)
    assert not CheckFinding.objects.filter(member__isnull=False).exists()
