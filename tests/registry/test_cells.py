"""What clerks type and Excel makes of it becomes a value or a named problem; nothing is guessed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jingzhun.registry import dictionary
from jingzhun.registry.workbook import cells
from jingzhun.registry.workbook.problems import Fault

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

WIDE = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
DAYS = st.dates(date(1910, 1, 1), date(2099, 12, 31))
AMOUNTS = st.decimals(0, 9_999_999, places=2, allow_nan=False)
LONG_DIGITS = st.from_regex(r"[1-9][0-9]{15,18}", fullmatch=True)
FIELDS = dictionary.fields()
CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(cells.Odd, st.sampled_from(["excel_error", "formula_without_value"]), st.text(max_size=8)),
)


def money(cell: object) -> object:
    return cells.read_decimal(cell, 10, negative=True)


@given(DAYS)
def test_a_day_is_read_however_it_is_written(day):
    texts = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f"{day:%Y%m%d}",
        f" {day.isoformat()} 00:00:00 ",
        day.isoformat().translate(WIDE),
    ]
    assert {cells.read_date(text) for text in texts} == {day}
    assert cells.read_date(Decimal((day - cells.EPOCH).days)) == day
    assert cells.read_date(int(f"{day:%Y%m%d}")) == day
    assert cells.read_date(datetime(day.year, day.month, day.day, 8)) == day == cells.read_date(day)


@pytest.mark.parametrize("text", ["2014-2-30", "2014年13月1日", "20141301", "2015-00-10"])
def test_a_day_that_does_not_exist(text):
    assert cells.read_date(text).code == "not_a_day"


@pytest.mark.parametrize("cell", ["去年", "14-5-1", "2014", 2014, "5月1日", "1965052", Decimal("0.5")])
def test_what_is_no_date(cell):
    assert cells.read_date(cell).code == "not_a_date"


def test_a_month_is_its_first_day():
    assert cells.read_date("2014/1") == cells.read_date("2014年1月") == date(2014, 1, 1)


@given(AMOUNTS)
def test_an_amount_is_exact_however_it_is_written(amount):
    texts = [str(amount), f"{amount:,}", f"{amount}元", f"¥{amount:,}", str(amount).translate(WIDE), f" {amount} 亩"]
    assert {money(text) for text in texts} == {amount}
    assert money(amount) == amount
    assert money(Decimal(f"{float(amount):.15g}")) == amount  # as Excel keeps it


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1,23", "not_a_number"), ("约500", "not_a_number"), ("5百", "not_a_number"), ("1.234", "too_precise"),
     (Decimal("1e12"), "too_large"), (True, "not_a_number"), ("0.5万", "not_a_number"),
     (date(2014, 1, 1), "not_a_number")],
)  # fmt: skip
def test_what_is_no_amount(cell, code):
    assert money(cell).code == code


def test_a_quotient_is_rounded_but_an_area_is_not():
    per_capita = cells.parser(dictionary.field("survey", "stated_per_capita"))
    assert per_capita(Decimal("2333.33333333333")) == Decimal("2333.33")
    assert cells.parser(dictionary.field("survey", "arable"))(Decimal("2.3333")).code == "too_precise"


@given(LONG_DIGITS)
def test_a_long_number_that_excel_kept_as_a_number_is_reported_never_completed(digits):
    for read in (cells.read_id_text, cells.read_account, lambda cell: cells.read_register_number(cell, 17)):
        assert read(Decimal(f"{float(digits):.15g}")).code == "damaged_number"
        assert read(f"{float(digits):.5E}").code == "damaged_number"
    assert cells.read_account(digits) == digits


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_phone_is_read_however_it_is_written(number):
    texts = [number, f"+86 {number}", f"{number[:3]}-{number[3:7]}-{number[7:]}", number.translate(WIDE), f"'{number}"]
    assert {cells.read_phone(text) for text in texts} == {number}
    assert cells.read_phone(Decimal(number)) == number


@pytest.mark.parametrize("text", ["029-87654321", "(0910)7661234", "87654321"])
def test_a_landline_is_a_phone(text):
    assert cells.read_phone(text).isdigit()


@pytest.mark.parametrize("text", ["123", "13900001111、13900002222", "无号码", "139000O1111"])
def test_what_is_no_phone(text):
    assert cells.read_phone(text).code == "not_a_phone"


@pytest.mark.parametrize("code_list", sorted({field.code_list for field in FIELDS if field.code_list}))
def test_every_label_alias_and_code_of_a_list_is_understood(code_list):
    for entry in dictionary.codes(code_list).values():
        assert cells.read_code(entry.zh, code_list) == cells.read_code(entry.en.upper(), code_list) == entry.code
        assert cells.read_code(f" {entry.code} ", code_list) == entry.code


@given(st.lists(st.sampled_from(sorted(dictionary.codes("cause"))), min_size=1, unique=True),
       st.sampled_from(["、", ",", "，", "；", ";", "|", "+", " ", "， "]))  # fmt: skip
def test_several_codes_keep_their_order(codes, separator):
    text = separator.join(dictionary.codes("cause")[code].zh for code in codes)
    assert cells.read_codes(text, "cause") == codes


def test_yes_and_no_have_many_faces():
    assert {cells.read_bool(cell) for cell in ("是", "有", "Y", "yes", True, 1, Decimal(1), "√", "１")} == {True}
    assert {cells.read_bool(cell) for cell in ("否", "无", "N", False, 0, "×")} == {False}
    assert cells.read_bool("也许").code == "not_in_list" and cells.read_bool("") is None


@pytest.mark.parametrize("blank", ["", "  ", "/", "—", "--", None])
@pytest.mark.parametrize("field", [field for field in FIELDS if field.kind != "text"], ids=lambda field: field.name)
def test_what_clerks_write_for_nothing_is_nothing(field, blank):
    assert cells.parser(field)(blank) is None


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.sheet}.{field.name}")
@given(cell=CELLS)
@example(cell="\x00")
@settings(max_examples=60)
def test_no_cell_breaks_a_parser(field, cell):
    value = cells.parser(field, 20)(cell)
    kinds = {"text": str, "int": int, "money": Decimal, "decimal": Decimal, "date": date, "bool": bool, "code": str,
             "codes": list, "id": str, "phone": str, "account": str}  # fmt: skip
    assert value is None or isinstance(value, Fault | kinds[field.kind])
    if isinstance(value, Fault):
        assert str(value)
    if isinstance(value, Decimal):
        assert value == round(value, 2) and abs(value) < 10**10
    if isinstance(value, str):
        assert value and "\x00" not in value


def test_names_spread_to_equal_width_are_closed_up():
    assert cells.read_text("张　三", person=True) == "张三" == cells.read_text(" 张 三 ", person=True)
    assert cells.read_text("Tursun Ali", person=True) == "Tursun Ali"


def test_a_span_of_hours_is_no_number():
    assert money(timedelta(hours=3)).code == "not_a_number"
