"""The farming year: inputs are there before the season needs them, and lateness shows before it happens."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.assistance.factories import make_cadre, make_pairing
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions import measures, seasons
from jingzhun.assistance.actions.measures import Wanted
from jingzhun.assistance.actions.seasons import Told
from jingzhun.assistance.models import Measure, Season
from jingzhun.assistance.rules.seasons import Work, due_after_change, due_on, month_and_day, needed_by
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

COUNTY = "610426"
APPLES = Told("苹果", "套袋", "纸袋", "05-25", "06-20", 15, "县果业局")

days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))
works = st.builds(Work, days, days, st.integers(0, 60))


@given(works, st.integers(2013, 2040))
def test_inputs_are_due_before_the_work_begins_and_it_ends_after(work, year):
    assert work.begin_in(year) - due_on(work, year) == timedelta(days=work.days_before)
    assert work.begin_in(year) <= work.end_in(year) < work.begin_in(year) + timedelta(days=367)


@given(works, st.dates(date(2014, 1, 1), date(2040, 12, 31)))
def test_what_is_planned_for_a_day_is_for_the_first_work_that_is_not_over(work, day):
    due = needed_by(work, day)
    begun = due + timedelta(days=work.days_before)
    assert work.end_in(begun.year) >= day
    assert work.end_in(begun.year - 1) < day


@given(works, works, st.dates(date(2014, 1, 1), date(2040, 12, 31)))
def test_a_work_that_is_moved_is_met_in_time_by_what_waits_for_it_and_never_later_than_before(old, new, day):
    due = min(day, needed_by(old, day))
    begun = needed_by(old, due) + timedelta(days=old.days_before)
    moved = due_after_change(old, new, due)
    assert moved <= due
    nearest = moved + timedelta(days=new.days_before)
    assert nearest <= begun + timedelta(days=184)  # of this year's work, not of the next one's


def test_a_work_moved_far_ahead_leaves_nothing_to_the_next_year():
    bags, early = Work.of("05-25", "06-20", 15), Work.of("03-05", "03-20", 10)
    assert needed_by(early, date(2015, 5, 10)) == date(2016, 2, 24)  # what is planned anew is for the next year
    assert due_after_change(bags, early, date(2015, 5, 10)) == date(2015, 2, 23)
    kids, later = Work.of("12-25", "02-20", 10), Work.of("01-10", "03-01", 15)
    assert due_after_change(kids, later, date(2014, 12, 15)) == date(2014, 12, 15)
    assert due_after_change(later, kids, date(2014, 12, 26)) == date(2014, 12, 15)


def test_a_work_over_new_year_and_one_on_the_leap_day():
    prune = Work.of("12-20", "02-28", 15)
    assert due_on(prune, 2014) == date(2014, 12, 5)
    assert needed_by(prune, date(2015, 1, 20)) == date(2014, 12, 5)  # the work is on: it is too late for this winter
    assert needed_by(prune, date(2015, 3, 1)) == date(2015, 12, 5)
    leap = Work.of("02-29", "02-29", 0)
    assert (due_on(leap, 2015), due_on(leap, 2016)) == (date(2015, 2, 28), date(2016, 2, 29))
    for wrong in ("13-01", "02-30", "x", ""):
        with pytest.raises(ValueError):
            month_and_day(wrong)


@pytest.fixture
def officer(settings, client, db):
    settings.DEMO = True
    make_area(VILLAGE)
    user = make_user(Role.COUNTY_OFFICER, COUNTY)
    client.force_login(user)
    return user


@pytest.fixture
def household(officer):
    return make_household(VILLAGE, registered_on=date(2014, 10, 1), members=["王大山"], cause_main="no_skills")


def in_days(number: int) -> tuple[str, date]:
    day = timezone.localdate() + timedelta(days=number)
    return f"{day:%m-%d}", day


def make_season(officer, begins_in: int, days_before: int = 10) -> Season:
    """A work that begins so many days from now and lasts three weeks."""
    (begins, _first), (ends, _last) = in_days(begins_in), in_days(begins_in + 21)
    told = Told("苹果", "套袋", "纸袋", begins, ends, days_before, "县果业局")
    return seasons.add_season(make_area(COUNTY), told, by=officer)


def test_a_measure_cannot_be_planned_for_a_day_on_which_it_is_too_late(officer, household):
    season = make_season(officer, begins_in=30)
    due = timezone.localdate() + timedelta(days=20)
    wanted = {"kind": "materials", "content": "纸袋5000个", "season": season}
    with pytest.raises(Refused, match=f"赶不上农时.*{due}"):
        measures.plan_measures([Wanted(household, due_on=due + timedelta(days=1), **wanted)], by=officer)
    assert not Measure.objects.exists()
    (measure,) = measures.plan_measures([Wanted(household, due_on=due, **wanted)], by=officer)
    with pytest.raises(Refused, match="赶不上农时"):
        measures.change(measure, Wanted(household, due_on=due + timedelta(days=9), **wanted), by=officer)


def test_lateness_is_flagged_before_it_happens_on_the_calendar_the_list_and_the_phone(client, officer, household):
    soon, later, over = (make_season(officer, begins_in) for begins_in in (20, 60, 9))
    today = timezone.localdate()
    due = {soon: today + timedelta(days=10), later: today + timedelta(days=50), over: today - timedelta(days=1)}
    wanted = [Wanted(household, "materials", str(season.pk), day, season=season) for season, day in due.items()]
    made = measures.plan_measures(wanted, by=officer)
    measures.approve(made, by=make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    page = client.get(reverse("assistance:seasons"))
    lines = {
        line.season: (line.waiting, line.soon, line.late) for _first, of in page.context["products"] for line in of
    }
    assert lines == {soon: (1, 1, 0), later: (1, 0, 0), over: (1, 0, 1)}
    listed = reverse("assistance:measures")
    for state, season in (("soon", soon), ("late", over)):
        rows = client.get(listed, {"state": state}).context["page"]
        assert [row.season for row in rows] == [season]
    assert len(client.get(listed, {"season": soon.pk, "state": "open"}).context["page"]) == 1
    assert "即将到期" in client.get(listed).content.decode()
    assert "即将到期" in client.get(reverse("assistance:household", args=[household.number])).content.decode()
    helper = make_user(Role.HELPER, COUNTY)
    make_pairing(household, make_cadre(user=helper))
    client.force_login(helper)
    assert "bg-orange-lt" in client.get(reverse("assistance:mine")).content.decode()
    measures.deliver([made[2]], today, by=officer)
    client.force_login(officer)
    assert client.get(reverse("assistance:seasons")).context["late"] == 0


def test_an_earlier_season_moves_up_what_waits_for_it(client, officer, household):
    season = make_season(officer, begins_in=40)
    due = timezone.localdate() + timedelta(days=30)
    (measure,) = measures.plan_measures([Wanted(household, "materials", "纸袋", due, season=season)], by=officer)
    begins, _day = in_days(30)
    sent = {name: getattr(season, name) for name in ("product", "work", "inputs", "ends", "days_before", "source")}
    change = reverse("assistance:season-change", args=[season.pk])
    assert client.post(change, sent | {"begins": "31-31"}).status_code == 200
    assert client.post(change, sent | {"begins": begins}).status_code == 302
    measure.refresh_from_db()
    assert measure.due_on == due - timedelta(days=10)
    entry = Entry.objects.get(action="assistance.season_changed")
    assert (entry.values["fields"], entry.values["measures"]) == (["begins"], 1)
    end = reverse("assistance:season-end", args=[season.pk])
    assert client.post(end, {"day": timezone.localdate().isoformat(), "why": "改种"}).status_code == 302
    ((_first, (line,)),) = client.get(reverse("assistance:seasons")).context["products"]
    assert (line.season, line.waiting) == (season, 1)  # what still waits for a work that has ended is not silent
    assert client.get(reverse("assistance:measures"), {"season": season.pk}).context["page"].object_list == [measure]
    measures.drop(measure, "改种", by=officer)
    assert client.get(reverse("assistance:seasons")).context["products"] == []
    with pytest.raises(Refused, match="已停用"):
        seasons.change_season(season, APPLES, by=officer)


def test_what_nobody_approved_is_not_silent_either(client, officer, household):
    season, today = make_season(officer, begins_in=20), timezone.localdate()
    due = today + timedelta(days=10)
    wanted = [
        Wanted(household, "materials", "没批的纸袋", day, season=season) for day in (due, due - timedelta(days=30))
    ]
    measures.plan_measures([*wanted, Wanted(household, "materials", "来年的", due + timedelta(days=200))], by=officer)
    panel = client.get(reverse("assistance:household-panel", args=[household.number]))
    assert (panel.context["late"], panel.context["soon"]) == (1, 1)
    assert "逾期 1" in panel.content.decode() and "即将到期 1" in panel.content.decode()
    helper = make_user(Role.HELPER, COUNTY)
    make_pairing(household, make_cadre(user=helper))
    client.force_login(helper)
    mine = client.get(reverse("assistance:mine"))
    assert (mine.context["late"], mine.context["soon"]) == (1, 1)
    shown = mine.content.decode()
    assert shown.count("没批的纸袋") == shown.count("待审批") == 2 and "来年的" not in shown


def test_inputs_are_listed_by_product_and_village_and_go_to_excel_with_their_flag(client, officer, household):
    apples = make_season(officer, begins_in=20)
    (begins, _first), (ends, _last) = in_days(20), in_days(41)
    goats = seasons.add_season(
        make_area(COUNTY), Told("奶山羊", "产羔", "保温灯", begins, ends, 10, "县畜牧局"), by=officer
    )
    today, elsewhere = timezone.localdate(), make_household(OTHER_VILLAGE, registered_on=date(2014, 10, 1))
    soon, late = today + timedelta(days=9), today - timedelta(days=2)
    rows = [(household, apples, soon), (household, goats, soon), (elsewhere, apples, soon), (household, apples, late)]
    made = measures.plan_measures(
        [Wanted(whose, "materials", season.inputs, day, season=season) for whose, season, day in rows], by=officer
    )
    listed = reverse("assistance:measures")
    of_apples = client.get(listed, {"product": "苹果", "area": VILLAGE})
    assert set(of_apples.context["page"]) == {made[0], made[3]}
    assert set(client.get(listed, {"product": "苹果", "state": "soon"}).context["page"]) == {made[0], made[2]}
    assert list(client.get(listed, {"product": "奶山羊"}).context["page"]) == [made[1]]
    assert list(client.get(listed, {"product": "没有的"}).context["page"]) == []
    measures.approve([made[3]], by=make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    measures.deliver([made[3]], today, by=officer)
    assert "逾期到位" in client.get(listed).content.decode()
    file = client.get(reverse("assistance:measures-export"), {"product": "苹果"}).content
    heads, *lines = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    told = [(line[heads.index("农时")], line[heads.index("时效")]) for line in lines]
    assert sorted(told) == sorted([("苹果：套袋", "逾期到位"), ("苹果：套袋", "即将到期"), ("苹果：套袋", "即将到期")])


def test_a_season_that_now_ends_before_the_inputs_would_come_makes_them_late(client, officer, household):
    season, today = make_season(officer, begins_in=150), timezone.localdate()
    wanted = Wanted(household, "materials", "纸袋", today + timedelta(days=140), season=season)
    (measure,) = measures.plan_measures([wanted], by=officer)
    (begins, _first), (ends, _last) = in_days(5), in_days(20)
    assert seasons.change_season(season, replace(APPLES, begins=begins, ends=ends, days_before=10), by=officer) == 1
    measure.refresh_from_db()
    assert measure.due_on == today - timedelta(days=5)
    assert client.get(reverse("assistance:seasons")).context["late"] == 1


def test_the_usual_year_is_taken_over_once_and_the_countys_own_stays(client, officer):
    assert "采用常规农时" in client.get(reverse("assistance:seasons")).content.decode()
    client.post(reverse("assistance:seasons-usual"))
    number = Season.objects.count()
    assert number == len(seasons.usual_year()) >= 15
    assert client.post(reverse("assistance:seasons-usual")).status_code == 302
    assert Season.objects.count() == number == Entry.objects.filter(action="assistance.season_added").count()
    for season in Season.objects.all():
        assert due_on(season.work_of_year, 2015) < season.work_of_year.end_in(2015)
    assert "苹果" in client.get(reverse("assistance:seasons")).content.decode()
    client.cookies["django_language"] = "en"
    assert "Thinning and bagging" in client.get(reverse("assistance:seasons")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_to_the_year_at_once_both_do_and_the_usual_year_is_taken_over_once(officer):
    county, gate, told = make_area(COUNTY), threading.Barrier(2), []

    def arrange() -> None:
        try:
            gate.wait(5)
            told.append(seasons.load_usual_year(county, by=officer))
            seasons.add_season(county, APPLES, by=officer)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrange) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    usual = len(seasons.usual_year())
    assert (sorted(told), Season.objects.count()) == ([0, usual], usual + 2)


def test_only_the_county_changes_its_year(client, officer):
    season = seasons.add_season(make_area(COUNTY), APPLES, by=officer)
    for role, area in ((Role.TOWN_COMMISSIONER, VILLAGE[:9]), (Role.COUNTY_OFFICER, "610427")):
        stranger = make_user(role, area)
        with pytest.raises(NotYours):
            seasons.change_season(season, APPLES, by=stranger)
        client.force_login(stranger)
        address = reverse("assistance:season-end", args=[season.pk])
        assert client.post(address, {"day": "2015-01-01", "why": "x"}).status_code in (403, 404)
    client.force_login(make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    make_area(OTHER_VILLAGE)
    assert client.get(reverse("assistance:seasons")).status_code == 200
