"""The editor's form and the text of a condition: one goes into the other and back, and neither says anything else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.methods.conditions import Kind, answer, read, sql
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, kinds_of
from jingzhun.policy.rules.clauses import (
    COMPARES,
    Block,
    Clauses,
    Does,
    NoForm,
    Row,
    to_clauses,
    to_condition,
)

KINDS = kinds_of(HOUSEHOLD)
OF = {kind: sorted(name for name, each in KINDS.items() if each == kind) for kind in Kind}
numbers = st.decimals(-1_000, 100_000, places=2).map(lambda value: value.normalize() + 0)
days = st.dates(date(1990, 1, 1), date(2030, 1, 1))
unknown = st.sampled_from([Does.UNKNOWN, Does.KNOWN])
rows = st.one_of(
    st.builds(Row, st.sampled_from(OF[Kind.FLAG]), st.sampled_from([Does.YES, Does.NO])),
    st.builds(Row, st.sampled_from(sorted(KINDS)), unknown),
    st.builds(Row, st.sampled_from(OF[Kind.NUMBER]), st.sampled_from(COMPARES), number=numbers),
    st.builds(
        Row, st.sampled_from(OF[Kind.NUMBER]), st.sampled_from(COMPARES), number=st.none() | numbers,
        times=st.sampled_from(OF[Kind.NUMBER]),
    ),
    st.builds(Row, st.sampled_from(OF[Kind.DAY]), st.sampled_from(COMPARES), day=days),
    st.builds(
        Row, st.sampled_from(OF[Kind.TEXT]), st.sampled_from([Does.AMONG, Does.NOT_AMONG]),
        codes=st.lists(st.sampled_from(["illness", "a b", "o'clock", "因病"]), min_size=1, unique=True).map(tuple),
    ),
)  # fmt: skip
blocks = st.lists(rows, min_size=1, max_size=3, unique=True).map(lambda found: Block(tuple(found)))
forms = st.builds(Clauses, st.lists(blocks, min_size=1, max_size=4).map(tuple), st.booleans())
values = {
    Kind.NUMBER: st.none() | numbers,
    Kind.FLAG: st.none() | st.booleans(),
    Kind.DAY: st.none() | days,
    Kind.TEXT: st.none() | st.sampled_from(["illness", "a b", "因病"]),
}
facts = st.fixed_dictionaries({name: values[kind] for name, kind in KINDS.items()})


def read_back(form: Clauses) -> Clauses:
    condition = to_condition(form)
    assert condition is not None
    return to_clauses(read(sql(condition), KINDS), KINDS)


@given(forms)
def test_a_form_comes_back_from_its_text_as_the_same_form(form):
    again = read_back(form)
    assert read_back(again) == again
    if len(form.blocks) > 1 and any(len(block.rows) > 1 for block in form.blocks):
        assert again == form


@given(forms, facts)
def test_a_form_says_the_same_as_its_text_of_any_household(form, known):
    condition = to_condition(form)
    again = to_condition(read_back(form))
    assert condition and again and answer(condition, known) is answer(again, known)


@given(forms, facts)
def test_a_form_made_of_a_denied_condition_says_the_same(form, known):
    condition = to_condition(form)
    denied = read(f"NOT ({sql(condition)})", KINDS)
    try:
        again = to_condition(to_clauses(denied, KINDS))
    except NoForm:
        return
    assert again and answer(denied, known) is answer(again, known)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("registered", Clauses((Block((Row("registered", Does.YES),)),))),
        ("per_capita < poverty_line", Clauses((Block((Row("per_capita", Does.BELOW, times="poverty_line"),)),))),
        ("2020 > per_capita", Clauses((Block((Row("per_capita", Does.BELOW, number=Decimal(2020)),)),))),
        ("attribute = 'low'", Clauses((Block((Row("attribute", Does.AMONG, codes=("low",)),)),))),
        (
            "registered AND (car IS NULL OR NOT car)",
            Clauses((Block((Row("registered", Does.YES),)), Block((Row("car", Does.UNKNOWN), Row("car", Does.NO))))),
        ),
        (
            "(registered AND car) OR business",
            Clauses(
                (Block((Row("registered", Does.YES), Row("car", Does.YES))), Block((Row("business", Does.YES),))),
                any_of=True,
            ),
        ),
    ],
)  # fmt: skip
def test_what_officers_write_has_its_form(text, form):
    assert to_clauses(read(text, KINDS), KINDS) == form


@pytest.mark.parametrize(
    "text",
    [
        "per_capita + 100 < poverty_line",
        "registered AND (car OR (business AND commercial_property))",
        "per_capita * members < 9000",
        "members IN (1, 2)",
    ],
)
def test_what_has_no_form_says_so(text):
    with pytest.raises(NoForm):
        to_clauses(read(text, KINDS), KINDS)


def test_most_policies_of_the_reference_set_have_a_form():
    from jingzhun.policy.reference import reference

    without = []
    for each in reference():
        for text, level in ((each.condition, HOUSEHOLD), (each.member_condition, MEMBER)):
            try:
                if text:
                    to_clauses(read(text, kinds_of(level)), kinds_of(level))
            except NoForm:
                without.append(each.code)
    assert len(without) <= 3, without
