"""The register goes out in every layout and comes back unchanged."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user, make_village
from tests.registry.importing import load, read, reasons, register
from tests.registry.worker import lose_jobs

from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry import dictionary
from jingzhun.registry.actions import exports, imports
from jingzhun.registry.actions.exports import Asked
from jingzhun.registry.models import Export, Household, RegisterSpell
from jingzhun.registry.queries import exports as queries
from jingzhun.registry.queries.asked import asked_for
from jingzhun.registry.rules.plausible import impossible
from jingzhun.registry.workbook import cells
from jingzhun.registry.workbook.book import scratch
from jingzhun.registry.workbook.wording import guarded, unguarded

pytestmark = pytest.mark.django_db

COUNTY, YEAR = "610426", 2014
LAYOUTS = [("national", "zh"), ("national", "en"), ("own", "zh"), ("own", "en"), ("csv", "zh"), ("csv", "en")]


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    make_village(VILLAGE, "永安村委会", groups=2)
    make_village(OTHER_VILLAGE, "平安村委会")


def export(path: Path, layout: str = "national", language: str = "zh", **options: Any) -> Path:
    """Write the county's register into a file, with personal numbers unless told otherwise."""
    file = path / f"out.{'csv' if layout == 'csv' else 'xlsx'}"
    asked = Asked(COUNTY, YEAR, layout, language, **({"personal": True} | options))
    with file.open("wb") as target:
        exports.write(asked, target, by=SYSTEM, progress=lambda _done, _total: None)
    return file


# Any value that the register may hold, by kind of field.
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30) | st.sampled_from(
    ["=1+1", "-5", "+86", "@组", "'=x", "_x0041_", "a\nb", "<&>", "1,5", '"', "'", "😀", "1"]
)
KINDS: dict[str, st.SearchStrategy] = {
    "text": TEXT.filter(lambda text: cells.read_text(text) == text and cells.narrow(text) != ""),
    "date": st.none() | st.dates(date(1950, 1, 1), date(2014, 12, 1)),
    "bool": st.none() | st.booleans(),
}
ELSEWHERE = {"number", "area_code", "province", "city", "county", "town", "village", "group", "status",
             "registered_on", "exit_year", "name", "sex", "relation", "id_number", "birth_date", "year",
             "cause_main", "causes_other"}  # fmt: skip


def values(sheet: str) -> st.SearchStrategy[dict[str, Any]]:
    """Values for all the fields of a sheet that stand by themselves."""
    return st.fixed_dictionaries(
        {field.name: _values(field) for field in dictionary.fields(sheet) if field.name not in ELSEWHERE}
    )


def _values(field: dictionary.Field) -> st.SearchStrategy:
    codes = list(dictionary.codes(field.code_list)) if field.code_list else []
    if field.kind == "code":
        return st.sampled_from(["", *codes])
    if field.name == "health":  # healthy and ill at once is refused
        return st.just(["healthy"]) | st.lists(st.sampled_from(codes[1:]), unique=True)
    if field.kind == "int":
        return st.none() | st.integers(int(field.low), int(field.high))
    if field.kind in ("money", "decimal"):
        cents = st.integers(int(field.low * 100), int(field.high * 100))
        return st.none() | cents.map(lambda each: Decimal(each) / 100)
    if field.kind == "text":
        return st.just("") | KINDS["text"].filter(lambda text: len(text) <= 20 and not impossible(field, text))
    if field.kind in ("phone", "account"):
        return st.just("") | st.from_regex(field.pattern, fullmatch=True)
    return KINDS[field.kind]


CAUSES = st.lists(st.sampled_from(list(dictionary.codes("cause"))), unique=True, max_size=3)
SPELLS = st.sampled_from(
    [
        [],
        [(date(2014, 5, 4), None, False)],
        [(date(2013, 3, 1), date(2014, 12, 31), False)],
        [(date(2012, 3, 1), date(2013, 12, 31), False), (date(2014, 12, 31), None, True)],
    ]
)
HOUSEHOLDS = st.lists(
    st.tuples(
        values("household"), CAUSES, SPELLS, st.lists(st.tuples(HAN, values("member")), min_size=1, max_size=3),
        st.none() | values("survey"), st.sampled_from([VILLAGE, f"{VILLAGE}001", OTHER_VILLAGE]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


# Shrinking a register that fails would take minutes.
PROPERTY = settings(
    max_examples=10,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def fill(drawn: list[Any], *, counted: bool = False) -> None:
    """Put households that were drawn into the register; `counted`: the surveys' members are those there are."""
    serial = count(1)
    for own, causes, spells, people, survey, area in drawn:
        members = [
            {"name": name, "relation": "head" if place == 0 else "other", "sex": "male", "birth_date": date(1970, 1, 2)}
            | given | {"id_number": make_id(date(1970, 1, 2), "male", next(serial))}
            for place, (name, given) in enumerate(people)
        ]  # fmt: skip
        if survey and counted:
            survey = survey | {"members_counted": len(people)}
        household = make_household(
            make_village(area) if len(area) == 12 else area,
            members=members, survey=survey and survey | {"visited_on": survey["visited_on"] or date(2014, 4, 1)},
            cause_main=causes[0] if causes else "", causes_other=causes[1:], **own,
        )  # fmt: skip
        for registered_on, exited_on, relapse in spells:
            RegisterSpell.objects.create(
                household=household, registered_on=registered_on, exited_on=exited_on, relapse=relapse
            )


def state() -> list[Any]:
    """All that an export tells, for comparison."""
    on = asked_for(YEAR)
    found = queries.wanted(COUNTY, on, "")
    return [(each.shared, list(each.members)) for each in queries.households(found, on, personal=True)]


def differences(before: list[Any], after: list[Any]) -> list[Any]:
    """What differs between two states, field by field."""
    flat = [
        {(place, who, key): value for place, (shared, members) in enumerate(each)
         for who, row in enumerate([shared, *members]) for key, value in row.items()}
        for each in (before, after)
    ]  # fmt: skip
    return [
        (key, flat[0].get(key), flat[1].get(key)) for key in flat[0] | flat[1] if flat[0].get(key) != flat[1].get(key)
    ]


def empty() -> None:
    """A register without anybody."""
    with connection.cursor() as cursor:
        for table in ("registerspell", "survey", "member", "household"):
            cursor.execute(f"DELETE FROM registry_{table}")


@contextmanager
def aside() -> Iterator[None]:
    """Whatever is done leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("layout", "language"), LAYOUTS)
@given(drawn=HOUSEHOLDS)
@settings(
    max_examples=12,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_goes_out_comes_back_unchanged(tmp_path, layout, language, drawn):
    with aside():
        fill(drawn)
        before = register()
        job = read(export(tmp_path, layout, language), year=2013)
        assert not job.counts["problem_rows"], reasons(job)
        assert job.counts["households"] == {"add": 0, "change": 0, "same": len(drawn), "refused": 0}, job.counts
        assert not job.counts["fields"] and not job.counts["new_members"] and not job.counts["spells"], job.counts
        imports.confirm(job)
        after = register()
        assert [after[name] for name in before if name != "Entry"] == [
            before[name] for name in before if name != "Entry"
        ]


@pytest.mark.parametrize(("layout", "language"), LAYOUTS)
@given(drawn=HOUSEHOLDS)
@settings(
    max_examples=8,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_register_moves_into_an_empty_house(tmp_path, layout, language, drawn):
    with aside():
        fill(drawn, counted=True)
        before, file = state(), export(tmp_path, layout, language)
        empty()
        load(file, year=2013)
        assert not differences(before, state())


@given(TEXT)
def test_the_guard_against_formulas_comes_off_again(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_without_personal_numbers_their_columns_are_absent_and_nothing_is_lost(tmp_path):
    make_household(phone="13900001111", account="6228480000000000001", survey={"members_counted": 1})
    before = state()
    file = export(tmp_path, personal=False)
    headers = [cell.value for cell in openpyxl.load_workbook(file).active[2]]
    assert "姓名" in headers and not {"证件号码", "联系电话", "银行卡号", "本人电话"} & set(headers)
    load(file, year=None)
    assert state() == before


def test_a_household_without_members_is_left_out_of_a_list_of_persons_and_counted(tmp_path):
    make_household()
    make_household(members=[])
    for layout, households, left_out in (("national", 1, 1), ("own", 2, 0)):
        with (tmp_path / layout).open("wb") as target:
            asked = Asked(COUNTY, YEAR, layout)
            written = exports.write(asked, target, by=SYSTEM, progress=lambda _done, _total: None)
        assert (written.households, written.left_out) == (households, left_out)
    load((tmp_path / "own").rename(tmp_path / "own.xlsx"), year=None)


def test_who_left_and_what_closed_stays_at_home(tmp_path):
    gone = {"name": "李四", "left_on": date(2014, 6, 1), "leave_reason": "death"}
    make_household(members=["张三", gone])
    make_household(OTHER_VILLAGE, members=[gone], closed_on=date(2014, 6, 1))
    rows = list(openpyxl.load_workbook(export(tmp_path)).active.iter_rows(min_row=3, values_only=True))
    assert [row[8] for row in rows] == ["张三"]


def test_only_the_households_asked_for(tmp_path):
    make_household(members=["张三"], registered_on=date(2014, 5, 1))
    make_household(members=["李四"])
    make_household(OTHER_VILLAGE, members=["王五"], registered_on=date(2013, 5, 1), exited_on=date(2014, 5, 1))
    for status, names in (("registered", ["张三"]), ("exited", ["王五"]), ("", ["张三", "李四", "王五"])):
        rows = openpyxl.load_workbook(export(tmp_path, status=status)).active.iter_rows(min_row=3, values_only=True)
        assert [row[8] for row in rows] == names


def test_the_journal_tells_what_left_the_house_and_never_whose_number(tmp_path):
    make_household(phone="13900001111")
    export(tmp_path, "own")
    entry = Entry.objects.get(action="registry.exported")
    assert (entry.values["households"], entry.values["persons"], entry.values["personal"]) == (1, 1, True)
    assert "13900001111" not in str(entry.values)


def test_the_template_is_understood_when_filled_in(tmp_path):
    from jingzhun.registry.workbook.template import write_template

    for language, yes in (("zh", "是"), ("en", "yes")):
        empty()
        file = tmp_path / f"{language}.xlsx"
        with file.open("wb") as target:
            write_template(target, language)
        book = openpyxl.load_workbook(file)
        households, members, _codes = book.worksheets
        head = {cell.value: cell.column for cell in households[1]}
        label = {field.name: field.en if language == "en" else field.zh for field in dictionary.fields()}
        row = {"number": "1", "village": "永安村", "year": 2013, "income_wage": 5000, "tap_water": yes}
        for name, value in row.items():
            header = label[name] if name != "number" else dictionary.field("household", "number")
            header = header if isinstance(header, str) else (header.en if language == "en" else header.zh)
            households.cell(2, head[header], value)
        heads = {cell.value: cell.column for cell in members[1]}
        relation = dictionary.codes("relation")["head"]
        number = dictionary.field("household", "number")
        for name, value in {"name": "张三", "relation": relation.en if language == "en" else relation.zh}.items():
            members.cell(2, heads[label[name]], value)
        members.cell(2, heads[number.en if language == "en" else number.zh], "1")
        book.save(file)
        load(file, year=None)
        found = Household.objects.get()
        assert found.number.startswith(VILLAGE) and found.surveys.get().tap_water is True


def test_an_order_is_written_by_the_job_and_kept_for_its_user_alone_for_a_day(client):
    make_household(phone="13900001111")
    clerk, other = make_user(), make_user(username="other")
    order = exports.order(Asked(VILLAGE, YEAR, "own", personal=True), by=clerk)
    assert order.state == Export.State.WAITING
    done = exports.carry_out(order)
    assert done.state == Export.State.READY and exports.path_of(done).stat().st_mode & 0o077 == 0
    address = f"/register/exports/{order.pk}/file/"
    client.force_login(other)
    assert client.get(address).status_code == 404
    client.force_login(clerk)
    assert client.get(address).status_code == 200
    assert exports.sweep() == 0
    Export.objects.update(ended_at=done.ended_at - exports.KEPT)
    assert exports.sweep() == 1 and not exports.path_of(done).exists()
    assert client.get(address).status_code == 404


def test_nobody_takes_out_what_is_not_theirs():
    clerk, leader = make_user(), make_user(Role.LEADER, COUNTY, username="leader")
    with pytest.raises(PermissionError):
        exports.order(Asked(OTHER_VILLAGE, YEAR, "own"), by=clerk)
    with pytest.raises(PermissionError):
        exports.order(Asked(COUNTY, YEAR, "own"), by=clerk)
    with pytest.raises(PermissionError):
        exports.order(Asked(COUNTY, YEAR, "own", personal=True), by=leader)
    exports.order(Asked(COUNTY, YEAR, "own"), by=leader)


def test_who_lost_the_area_meanwhile_gets_no_file():
    clerk = make_user()
    make_household()
    order = exports.order(Asked(VILLAGE, YEAR, "own"), by=clerk)
    clerk.assignments.update(valid_until=date(2015, 1, 1))
    order = Export.objects.select_related("by").get(pk=order.pk)
    assert exports.carry_out(order).state == Export.State.FAILED
    assert not exports.path_of(order).exists() and order.error_text


def test_who_may_no_longer_see_personal_numbers_cannot_fetch_them(client):
    make_household(phone="13900001111")
    user = make_user()
    order = exports.carry_out(exports.order(Asked(VILLAGE, YEAR, "own", personal=True), by=user))
    user.assignments.update(role=Role.LEADER)
    client.force_login(user)
    assert client.get(f"/register/exports/{order.pk}/").status_code == 200
    assert client.get(f"/register/exports/{order.pk}/file/").status_code == 404


@pytest.mark.parametrize("layout", ["national", "own", "csv"])
def test_a_full_disk_is_told_and_leaves_no_half_file(layout):
    for serial in range(40):
        make_household(members=[f"张{serial}"], address="村东头" * 20)
    order = exports.order(Asked(VILLAGE, YEAR, layout), by=make_user())
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))  # no file may grow beyond: as on a full disk
    try:
        done = exports.carry_out(order)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert (done.state, done.error_text) == (Export.State.FAILED, "磁盘已满。请腾出空间后重新导出。")
    assert list(exports.folder().iterdir()) == [] == list(scratch().iterdir())
    assert not Entry.objects.filter(action="registry.exported").exists()


def test_an_order_that_has_just_been_carried_out_is_not_given_up():
    make_household()
    seen = exports.order(Asked(VILLAGE, YEAR, "csv"), by=make_user())  # what a page has read a moment ago
    exports.carry_out(Export.objects.get(pk=seen.pk))
    lose_jobs()
    assert exports.give_up_if_abandoned(seen).state == Export.State.READY
    assert exports.path_of(seen).exists()


def test_an_order_whose_job_died_is_given_up():
    order = exports.order(Asked(VILLAGE, YEAR, "csv"), by=make_user())
    lose_jobs()
    assert exports.give_up_if_abandoned(order).state == Export.State.FAILED
    assert exports.carry_out(order).state == Export.State.FAILED and not exports.path_of(order).exists()


def test_what_killed_jobs_left_is_swept_away():
    (left := scratch() / "tmp1").mkdir()
    (left / "rows").write_text("张三")
    assert exports.sweep() == 0 and left.exists()  # somebody may be writing
    exports.sweep(timezone.now() + exports.KEPT * 2)
    assert not left.exists()


def test_what_a_job_is_writing_is_not_swept_away():
    order = exports.order(Asked(VILLAGE, YEAR, "own"), by=make_user())
    writing, left = (exports.folder() / f"{number}.part" for number in (order.pk, order.pk + 1))
    for path in (writing, left):
        path.write_bytes(b"PK")
        os.utime(path, (0, 0))
    exports.sweep()
    assert writing.exists() and not left.exists()


def test_the_file_is_named_by_the_day_of_the_county(settings):
    order = exports.order(Asked(VILLAGE, YEAR, "csv"), by=make_user())
    order.created_at = datetime(2014, 10, 17, 17, 30, tzinfo=UTC)  # half past one of the 18th
    assert order.file_name == f"{VILLAGE}-2014-csv-2014-10-18.csv"


def test_no_sheet_goes_below_its_last_row(monkeypatch):
    for serial in range(4):
        make_household(members=[f"张{serial}"])
    monkeypatch.setattr("jingzhun.registry.workbook.writer.EXCEL_ROWS", 4)  # those who came after the count
    order = exports.carry_out(exports.order(Asked(VILLAGE, YEAR, "national"), by=make_user()))
    assert order.state == Export.State.FAILED and "CSV" in order.error_text
