"""What a notice may show and how long it counts, as pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.factories import make_id

from jingzhun.publicity import codes, rules
from jingzhun.publicity.rules import NotPublic, require_public

DAYS = st.dates(date(2013, 1, 1), date(2035, 1, 1))
NUMBERS = st.text("0123456789", min_size=7, max_size=19)


def test_a_notice_of_seven_days_opened_on_the_6th_counts_until_the_end_of_the_13th():
    closes = rules.notice_closes_on(date(2014, 5, 6), 7)
    assert closes == date(2014, 5, 13)
    assert not rules.is_over(date(2014, 5, 13), closes) and rules.is_over(date(2014, 5, 14), closes)
    assert rules.days_left(date(2014, 5, 13), closes) == 1 and rules.days_left(date(2014, 5, 14), closes) == 0


@given(DAYS, st.integers(1, 60))
def test_a_notice_runs_its_full_days_after_the_opening_day(opens_on, days):
    closes = rules.notice_closes_on(opens_on, days)
    counted = [opens_on + timedelta(days=n) for n in range(1, days + 1)]
    assert all(rules.counts_on(day, opens_on, closes) and not rules.is_over(day, closes) for day in counted)
    assert rules.counts_on(opens_on, opens_on, closes)
    assert rules.is_over(counted[-1] + timedelta(days=1), closes)
    assert not rules.counts_on(opens_on - timedelta(days=1), opens_on, closes)


@pytest.mark.parametrize("kind", rules.KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_notice_shows_public_columns_only(kind):
    assert set(kind.columns) <= set(rules.PUBLIC_FIELDS)


@pytest.mark.parametrize(
    "shown",
    [
        {"head": "张三", "group": "3组", "members": "4", "attribute": "低保贫困户", "cause": "因病支出型"},
        {"head": "欧阳*", "members": "4 人", "vote": "赞成 32，反对 1，弃权 0", "cause": "spending due to illness"},
        {"village": "永安村", "households": "1,204", "persons": "4,816", "incidence": "35.6 %", "score": "87.25"},
        {"vote": "2014-05-04: 32 / 1 / 0", "rank": "3", "attribute": "minimum-living-allowance poor"},
        {"head": "买买提·艾合买提", "group": ""},
    ],
)
def test_what_the_rules_allow_may_be_shown(shown):
    require_public(shown)


@pytest.mark.parametrize(
    "shown",
    [
        {"id_number": "x"},
        {"address": "街道 3 号"},
        {"children": "张小明"},
        {"head": f"张三 {make_id(date(1970, 1, 1))}"},
        {"head": "张三 13912345678"},
        {"head": "张三 139-1234 5678"},
        {"head": "张三 １３９１２３４５６７８"},
        {"head": "张三 一三九一二三四五六七八"},
        {"vote": "029-3766 1234"},
        {"group": "6217 0000 1234 5678 901"},
        {"attribute": "残疾"},
        {"attribute": "disabled"},
        {"cause": "因病"},
        {"cause": "患尿毒症"},
        {"cause": "Long-term ILLNESS of the son"},
        {"members": "4，张小明"},
        {"members": "13912345678"},
        {"head": "张\u202e三"},
        {"head": "张\x00三"},
        {"head": "张三" * 40},
        {"members": 4},
    ],
)
def test_what_gives_a_person_away_is_refused(shown):
    with pytest.raises(NotPublic) as refused:
        require_public(shown)
    for value in shown.values():
        assert not isinstance(value, str) or len(value) < 5 or value not in str(refused.value)


@given(NUMBERS, st.sampled_from(["head", "group", "attribute", "cause", "vote", "village"]), st.data())
def test_no_number_of_seven_digits_or_more_gets_through_however_it_is_taken_apart(number, key, data):
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "-", "·", " - ", "\u3000"]), min_size=len(number)))
    written = "".join(sign + gap for sign, gap in zip(number, gaps, strict=False))
    if rules.why_private(key, written) == "":
        # Only a day may look like it: 2014-05-06.
        assert any(gaps), written
        assert written.strip()[:2] in ("19", "20")
    fullwidth = number.translate({ord("0") + n: "０１２３４５６７８９"[n] for n in range(10)})
    with pytest.raises(NotPublic):
        require_public({key: f"张三{fullwidth}"})


def test_names_are_masked_so_that_only_neighbours_know_them():
    assert [rules.masked_name(name) for name in ("张三", "张三丰", "欧阳锋", "欧阳秘密", "李", "")] == [
        "张*",
        "张*丰",
        "欧阳*",
        "欧阳*密",
        "李",
        "",
    ]


@given(st.integers(0, 8), st.sampled_from(codes.ALPHABET))
def test_a_wrong_sign_in_a_tracking_number_is_noticed(place, sign):
    number = codes.new_tracking_number()
    assert codes.is_tracking_number(number)
    wrong = number[:place] + sign + number[place + 1 :]
    assert codes.is_tracking_number(wrong) == (wrong == number)


@given(st.integers(0, 7))
def test_two_swapped_signs_in_a_tracking_number_are_noticed(place):
    number = codes.new_tracking_number()
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert codes.is_tracking_number(swapped) == (swapped == number)


def test_a_tracking_number_may_be_typed_in_any_way():
    number = codes.new_tracking_number()
    assert codes.cleaned(f" {codes.grouped(number).lower()} ") == number
