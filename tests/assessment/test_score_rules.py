"""How values become points and points a total: whatever the card, and however the values lie."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.assessment.cards_data import default_cards
from jingzhun.assessment.queries.figures import unknown
from jingzhun.assessment.rules.scores import Rule, Scored, band_of, ranks, total, value_of

numbers = st.decimals(-500, 500, places=2)
weights = st.decimals(0, 40, places=2)
shares = st.decimals(0, 1, places=2)


@st.composite
def rules(draw, kind="score"):
    steps = draw(st.lists(st.tuples(numbers, shares), max_size=4, unique_by=lambda step: step[0]))
    steps = list(zip(sorted(least for least, _share in steps), sorted(share for _least, share in steps), strict=True))
    empty, full = draw(st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]))
    return Rule.of(kind, draw(weights), empty, full, steps)


@given(rules(), numbers, numbers)
def test_a_better_value_never_gives_fewer_points_and_never_more_than_the_weight(rule, one, other):
    low, high = sorted((one, other))
    rising = bool(rule.steps) or rule.full > rule.empty
    worse, better = (low, high) if rising else (high, low)
    assert 0 <= rule.points(worse) <= rule.points(better) <= rule.weight
    assert rule.points(None) == 0


@st.composite
def scored(draw, kind="score"):
    rule = draw(rules(kind))
    value = draw(st.none() | numbers)
    return Scored(rule, value, rule.points(value))


lines = st.lists(scored(), min_size=1, max_size=8)


@given(lines, st.lists(scored("bonus"), max_size=2), st.lists(scored("deduction"), max_size=3))
def test_a_total_lies_between_nothing_and_the_whole_with_its_bonus(scores, bonus, deductions):
    whole = sum(line.rule.weight for line in scores)
    most = whole + sum(line.rule.weight for line in bonus)
    found = total([*scores, *bonus, *deductions])
    assert 0 <= found.total <= most + Decimal("0.06")  # each line is rounded to a hundredth
    assert total([*scores, *bonus]).total >= found.total
    assert total([*scores, *deductions]).total <= found.total


@given(lines, st.decimals(1, 9, places=0))
def test_a_veto_leaves_nothing_whatever_was_reached(scores, cases):
    rule = Rule("veto", Decimal(0), Decimal(0), Decimal(1))
    vetoed = total([*scores, Scored(rule, cases, Decimal(0))])
    assert vetoed.vetoed and vetoed.total == 0
    assert band_of(vetoed.total, [["excellent", 90], ["poor", 0]], vetoed=True) == "poor"
    assert not total([*scores, Scored(rule, Decimal(0), Decimal(0))]).vetoed


def test_what_could_not_be_judged_takes_nothing_away():
    rule = Rule("score", Decimal(50))
    full, unknown_ = Scored(rule, Decimal(80), rule.points(Decimal(80))), Scored(rule, None, Decimal(0))
    assert total([full, unknown_]).total == Decimal("80.00")
    assert total([full, Scored(rule, Decimal(0), Decimal(0))]).total == Decimal("40.00")
    assert value_of(Decimal(3), Decimal(0), counted=False) is None
    assert value_of(Decimal(3), Decimal(4), counted=False) == 75
    assert value_of(Decimal(3), Decimal(4), counted=True) == 3


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=12))
def test_who_has_more_points_has_the_better_place(totals):
    places = ranks(totals)
    assert min(places) == 1
    for mine, place in zip(totals, places, strict=True):
        assert place == 1 + sum(other > mine for other in totals)


def test_the_fund_grades_begin_where_the_rules_say():
    bands = [["A", "90"], ["B", "80"], ["C", "60"], ["D", "0"]]
    found = [band_of(Decimal(number), bands) for number in ("90", "89.99", "80", "79.99", "60", "59.99", "0")]
    assert found == ["A", "B", "B", "C", "C", "D", "D"]


def test_the_default_cards_carry_the_weights_of_the_rules_and_only_known_figures():
    groups = {}
    for card, indicators in default_cards():
        for line in indicators:
            assert not unknown(line["figures"], card["subject"]), line
            if line["kind"] == "score":
                key = (card["subject"], card["first_year"], line["group_en"])
                groups[key] = groups.get(key, 0) + Decimal(line["weight"])
        caps = {line["kind"]: sum(Decimal(each["weight"]) for each in indicators if each["kind"] == line["kind"])
                for line in indicators}  # fmt: skip
        assert caps["score"] == 100
        if card["subject"] == "county":
            assert (caps["bonus"], caps["deduction"]) == (5, 20)
        else:
            assert "veto" in caps
    for subject in ("town", "village", "department"):
        assert [groups[subject, 2014, name] for name in (
            "poverty reduction", "precision of identification and exit", "helpers and postings", "funds and projects",
            "quarterly results")] == [30, 20, 15, 20, 15]  # fmt: skip
    for year in (2014, 2016):
        assert [groups["county", year, name] for name in ("input", "disbursement", "supervision", "results")] == [
            10, 15, 25, 50]  # fmt: skip
