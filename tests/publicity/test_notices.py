"""Notices: opened frozen, closed by the clock, each entry on its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.publicity.factories import OPENS, make_item, make_notice, noon, picture
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user, make_village

from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.publicity import rules, signals
from jingzhun.publicity.actions.notices import (
    NewNotice,
    NoticeStillOpen,
    add_board_photo,
    close_due,
    close_notice,
    open_notice,
    open_notices,
)
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_MOMENT = datetime(2014, 5, 13, 23, 59, 59, tzinfo=SHANGHAI)
NEXT_DAY = datetime(2014, 5, 14, 0, 0, 1, tzinfo=SHANGHAI)


def test_a_notice_runs_for_the_days_of_the_parameter_and_says_so_in_the_journal():
    notice = make_notice()
    entry = Entry.objects.get(record=notice.number)
    assert notice.closes_on == date(2014, 5, 13)
    assert (entry.action, entry.area_code) == ("publicity.notice_opened", VILLAGE)
    assert entry.values["digest"] == notice.digest == rules.list_digest([make_item().shown])
    assert "张三" not in str(entry.values) and "case:1" not in str(entry.values)


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE publicity_noticeitem SET shown = \'{"head": "李四"}\'',
        "UPDATE publicity_noticeitem SET position = 9",
        "UPDATE publicity_noticeitem SET subject = 'case:2'",
        "DELETE FROM publicity_noticeitem",
        "INSERT INTO publicity_noticeitem (notice_id, position, subject, shown, state)"
        " SELECT id, 2, 'case:2', '{}', 'open' FROM publicity_notice",
        "UPDATE publicity_notice SET closes_on = closes_on - 1",
        "UPDATE publicity_notice SET sealed = false",
        "UPDATE publicity_notice SET digest = 'x'",
        "DELETE FROM publicity_notice",
    ],
)
def test_the_database_refuses_to_change_what_was_announced(change):
    notice = make_notice()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert rules.list_digest(item.shown for item in notice.items.all()) == notice.digest


def test_nothing_private_can_be_put_on_a_notice():
    with pytest.raises(rules.NotPublic) as entry:
        make_notice(items=[make_item("case:1"), make_item("case:2", head="张三 13912345678")])
    told = entry.value
    assert (told.field, told.position, told.area) == ("head", 2, "201村") and "号码" in told.reason
    assert "201村第2项" in str(told) and "户主" in str(told) and "139" not in str(told)
    with pytest.raises(rules.NotPublic, match="张贴地点") as place:
        make_notice(place="打电话给 13912345678")
    assert place.value.position is None and "place" not in str(place.value)
    assert not Notice.objects.exists() and not Entry.objects.exists()


@pytest.mark.parametrize(
    ("role", "area", "kind", "may"),
    [
        (Role.VILLAGE_CLERK, VILLAGE, "first_notice", True),
        (Role.FIRST_SECRETARY, VILLAGE, "first_notice", True),
        (Role.VILLAGE_CLERK, OTHER_VILLAGE, "first_notice", False),
        (Role.VILLAGE_CLERK, VILLAGE, "second_notice", False),
        (Role.VILLAGE_CLERK, VILLAGE, "announcement", False),
        (Role.TOWN_COMMISSIONER, VILLAGE[:9], "second_notice", True),
        (Role.TOWN_COMMISSIONER, VILLAGE[:9], "announcement", False),
        (Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9], "second_notice", False),
        (Role.COUNTY_OFFICER, VILLAGE[:6], "announcement", True),
        (Role.COUNTY_OFFICER, VILLAGE[:6], "first_notice", False),
        (Role.LEADER, VILLAGE[:6], "announcement", False),
        (Role.HELPER, VILLAGE, "first_notice", False),
    ],
)
def test_each_level_gives_its_own_notices_in_its_own_area(role, area, kind, may):
    new = NewNotice(kind, make_village(), [make_item()], OPENS)
    user = make_user(role, area)
    if may:
        assert open_notice(new, by=user, at=noon(OPENS)).by == user
    else:
        with pytest.raises(rules.NotOfThisLevel):
            open_notice(new, by=user, at=noon(OPENS))


def test_a_notice_never_closes_before_its_last_day_is_over():
    notice = make_notice()
    with pytest.raises(NoticeStillOpen) as early:
        close_notice(notice, by=SYSTEM, at=LAST_MOMENT)
    assert early.value.closes_on == date(2014, 5, 13) and "2014-05-13" in str(early.value)
    assert close_notice(notice, by=SYSTEM, at=NEXT_DAY).state == "closed"


def test_closing_passes_the_entries_tells_the_apps_above_and_happens_once():
    notice = make_notice(items=[make_item("case:1"), make_item("case:2")])
    heard = []
    signals.notices_closed.connect(receiver := lambda notices, **_: heard.extend(each.number for each in notices))
    try:
        close_notice(notice, by=SYSTEM, at=NEXT_DAY)
        close_notice(notice, by=SYSTEM, at=NEXT_DAY)
    finally:
        signals.notices_closed.disconnect(receiver)
    assert heard == [notice.number]
    assert set(notice.items.values_list("state", flat=True)) == {"passed"}
    assert Entry.objects.get(action="publicity.notice_closed").values["items"] == {"passed": 2}


def test_the_clock_closes_what_is_due_however_long_it_stood_still():
    due = make_notice()
    later = make_notice(area=OTHER_VILLAGE, opens_on=OPENS + timedelta(days=3))
    assert close_due(LAST_MOMENT) == []
    assert close_due(NEXT_DAY) == [due]
    assert close_due(NEXT_DAY) == []
    assert close_due(datetime(2019, 1, 1, tzinfo=SHANGHAI)) == [later]


def test_one_notice_that_cannot_be_closed_does_not_hold_up_the_others():
    first, second = make_notice(), make_notice(area=OTHER_VILLAGE)

    def fail(notices, **_):
        if first in notices:
            raise RuntimeError("a case cannot go on")

    signals.notices_closed.connect(fail)
    try:
        assert close_due(NEXT_DAY) == [second]
    finally:
        signals.notices_closed.disconnect(fail)
    first.refresh_from_db()
    assert first.state == "open" and set(first.items.values_list("state", flat=True)) == {"open"}
    assert close_due(NEXT_DAY) == [first]


def test_many_notices_open_in_as_many_statements_as_one():
    def count(notices, serial):
        new = [
            NewNotice("first_notice", make_village(f"6104261022{n:02d}"), [make_item(f"{serial}:{n}:1")], OPENS)
            for n in range(10, 10 + notices)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            open_notices(new, by=SYSTEM, at=noon(OPENS))
        return len(queries)

    assert count(1, "a") == count(40, "b")


def test_all_notices_open_or_none():
    good = NewNotice("first_notice", make_village(), [make_item()], OPENS)
    bad = NewNotice("first_notice", make_area(OTHER_VILLAGE), [make_item(cause="因残")], OPENS)
    with pytest.raises(rules.NotPublic):
        open_notices([good, bad], by=SYSTEM, at=noon(OPENS))
    assert not Notice.objects.exists() and not NoticeItem.objects.exists()


def test_a_photo_shows_that_the_notice_hung_on_the_board(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    notice, clerk = make_notice(), make_user()
    assert not BoardPhoto.objects.on_board().exists()
    file = picture()
    photo = add_board_photo(notice, file, date(2014, 5, 7), size=len(file.getvalue()), by=clerk)
    assert BoardPhoto.objects.on_board().get().notice == notice
    assert Entry.objects.get(action="publicity.board_photo_added").values["sha256"] == photo.sha256
    with pytest.raises(Refused):
        add_board_photo(notice, picture(), date(2014, 5, 5), size=100, by=clerk)
    with pytest.raises(rules.NotOfThisLevel):
        add_board_photo(notice, picture(), date(2014, 5, 7), size=100, by=make_user(area=OTHER_VILLAGE))


def test_the_days_of_a_notice_cannot_be_said_to_be_over_already():
    """Posted today, "open since nine days": nobody could have objected."""
    new = NewNotice("first_notice", make_village(), [make_item()], OPENS - timedelta(days=9))
    for opens_on, at in ((OPENS - timedelta(days=9), noon(OPENS)), (OPENS, noon(OPENS + timedelta(days=1)))):
        with pytest.raises(Refused, match="不得早于今天"):
            open_notice(replace(new, opens_on=opens_on), by=make_user(), at=at)
    assert not Notice.objects.exists()
    last_moment = noon(OPENS).replace(hour=23, minute=59)
    assert open_notice(replace(new, opens_on=OPENS), by=make_user(), at=last_moment).closes_on == date(2014, 5, 13)


@pytest.mark.parametrize(("day", "counts"), [(5, False), (6, True), (13, True), (14, False)])
def test_the_photo_is_taken_while_the_notice_hangs(settings, tmp_path, day, counts):
    settings.MEDIA_ROOT = tmp_path
    notice, taken_on, later = make_notice(), date(2014, 5, day), noon(date(2014, 5, 20))
    if counts:
        assert add_board_photo(notice, picture(), taken_on, size=100, by=SYSTEM, at=later).taken_on == taken_on
    else:
        with pytest.raises(Refused, match="2014-05-13"):
            add_board_photo(notice, picture(), taken_on, size=100, by=SYSTEM, at=later)


def test_before_a_notice_hangs_there_is_nothing_to_take_a_photo_of():
    notice, day_before = make_notice(), OPENS - timedelta(days=1)
    with pytest.raises(Refused, match="2014-05-06起张贴"):
        add_board_photo(notice, picture(), day_before, size=100, by=SYSTEM, at=noon(day_before))
