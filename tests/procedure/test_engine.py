"""The engine that runs every procedure, tried with a small one: a village asks, the town looks, the county ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import translation
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_user, make_village

from jingzhun.areas.rules import Level
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE, Role
from jingzhun.procedure import queries, registry
from jingzhun.procedure.actions import (
    Blocked,
    CaseMoved,
    NewCase,
    NotAllowed,
    NotYours,
    Verdict,
    advance,
    advance_many,
    open_cases,
    remind,
)
from jingzhun.procedure.models import Case, Passage, Reminder
from jingzhun.procedure.rules import DONE, Decision, Procedure, State, Step

AT = datetime(2014, 5, 5, 2, tzinfo=UTC)
APPROVE = Verdict(Decision.APPROVE)
TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]
ready: set[str] = set()  # subjects whose evidence is there
left: list[str] = []


def evidence(cases, at):
    return {case.pk: "The visit is missing." for case in cases if case.subject not in ready}


def effect(cases, by, at):
    left.extend(case.subject for case in cases)


TABLE = Procedure(
    name="trial",
    label="trial",
    source="test",
    withdraw=WORK_IN_VILLAGE,
    appeal_days="refusal_appeal_days",
    appeal_decision_days="appeal_decision_days",
    steps=(
        Step("ask", "ask", Level.VILLAGE, WORK_IN_VILLAGE, "look", days="home_visit_days", may_refuse=False),
        Step("look", "look", Level.TOWN, AUDIT_IN_TOWN, "end", back=("ask",), guards=("evidence",)),
        Step("end", "end", Level.COUNTY, REVIEW_IN_COUNTY, DONE, back=("ask", "look")),
    ),
    guards={"evidence": evidence},
    demands={"evidence": "a visit"},
    effects={"end": effect},
)


@pytest.fixture(autouse=True)
def trial(monkeypatch) -> Iterator[None]:
    monkeypatch.setitem(registry._procedures, "trial", TABLE)
    ready.clear()
    left.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def people(db):
    make_village(VILLAGE), make_village(OTHER_VILLAGE)
    return {
        "clerk": make_user(),
        "stranger": make_user(area=OTHER_VILLAGE),
        "town": make_user(Role.TOWN_COMMISSIONER, TOWN),
        "county": make_user(Role.COUNTY_OFFICER, COUNTY),
    }


def opened(clerk, *subjects: str, at: datetime = AT) -> list[Case]:
    return open_cases("trial", 1, [NewCase(each, VILLAGE) for each in subjects or ("a",)], by=clerk, at=at)


def test_a_case_goes_from_step_to_step_and_every_decision_stands_in_the_journal(people):
    (case,) = opened(people["clerk"])
    ready.add("a")
    for who, hours in (("clerk", 1), ("town", 2), ("county", 5)):
        case = advance(case, APPROVE, by=people[who], seen=case.version, at=AT + timedelta(hours=hours))
    assert (case.step, case.state, case.due_on) == (DONE, State.PASSED, None) and left == ["a"]
    passages = list(queries.timeline(case))
    assert [(each.from_step, each.to_step) for each in passages] == [
        ("", "ask"), ("ask", "look"), ("look", "end"), ("end", DONE),
    ]  # fmt: skip
    assert [each.waited for each in passages][1:] == [timedelta(hours=hours) for hours in (1, 1, 3)]
    assert list(Entry.objects.order_by("id").values_list("action", "role")) == [
        ("trial.opened", "village_clerk"),
        ("trial.ask.approve", "village_clerk"),
        ("trial.look.approve", "town_commissioner"),
        ("trial.end.approve", "county_officer"),
    ]


def test_a_guard_names_what_is_missing_and_nothing_moves(people):
    (case,) = opened(people["clerk"])
    advance(case, APPROVE, by=people["clerk"])
    with pytest.raises(Blocked, match="visit is missing"):
        advance(case, APPROVE, by=people["town"])
    case.refresh_from_db()
    assert case.step == "look" and case.version == 2 and Passage.objects.count() == Entry.objects.count() == 2


def test_of_many_those_with_evidence_go_and_the_others_are_told_why(people, django_assert_max_num_queries):
    cases = opened(people["clerk"], *"abcdefgh")
    advance_many([case.pk for case in cases], APPROVE, by=people["clerk"])
    ready.update("abc")
    with django_assert_max_num_queries(12):
        moved = advance_many([case.pk for case in cases], APPROVE, by=people["town"])
    assert [case.subject for case in moved.cases] == ["a", "b", "c"]
    assert {Case.objects.get(pk=key).subject for key in moved.blocked} == set("defgh")


@pytest.mark.parametrize("who", ["stranger", "town", "county"])
def test_a_step_is_decided_by_its_own_level_and_area_only(people, who):
    (case,) = opened(people["clerk"])
    with pytest.raises(NotYours):
        advance(case, APPROVE, by=people[who])
    with pytest.raises(NotYours):
        open_cases("trial", 1, [NewCase("b", VILLAGE)], by=people[who])


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (Verdict(Decision.RETURN, "wrong", "look"), "no way back"),
        (Verdict(Decision.REFUSE, "rich"), "Nothing is refused"),
        (Verdict(Decision.REOPEN, "again"), "under way"),
        (Verdict(Decision.WITHDRAW), "Say why"),
        (Verdict(Decision.WITHDRAW, "  "), "Say why"),
    ],
)
def test_what_the_table_does_not_allow_is_not_done(people, verdict, why):
    (case,) = opened(people["clerk"])
    with pytest.raises(NotAllowed, match=why):
        advance(case, verdict, by=people["clerk"])
    case.refresh_from_db()
    assert case.version == 1


def test_a_case_comes_back_with_a_reason_and_starts_its_step_anew(people):
    (case,) = opened(people["clerk"])
    case = advance(case, APPROVE, by=people["clerk"], at=AT)
    case = advance(case, Verdict(Decision.RETURN, "the house was not seen", "ask"), by=people["town"],
                   at=AT + timedelta(days=3))  # fmt: skip
    assert (case.step, case.state, case.due_on) == ("ask", State.OPEN, date(2014, 5, 8) + timedelta(days=15))
    assert case.passages.latest("version").note == "the house was not seen"


def test_a_refusal_may_be_appealed_against_in_time_and_the_level_above_decides(people):
    (case,) = opened(people["clerk"])
    ready.add("a")
    advance(case, APPROVE, by=people["clerk"], at=AT)
    advance(case, Verdict(Decision.REFUSE, "owns a lorry"), by=people["town"], at=AT)
    late, last = AT + timedelta(days=16), AT + timedelta(days=15)
    with pytest.raises(NotAllowed, match="2014-05-20"):
        advance(case, Verdict(Decision.APPEAL, "it is my brother's"), by=people["clerk"], at=late)
    case = advance(case, Verdict(Decision.APPEAL, "it is my brother's"), by=people["clerk"], at=last)
    assert case.due_on == date(2014, 6, 4) and remind(date(2014, 6, 5)) == 1  # an appeal waits 15 days, not for ever
    with pytest.raises(NotYours):
        advance(case, Verdict(Decision.REOPEN, "so it is"), by=people["town"])
    case = advance(case, Verdict(Decision.REOPEN, "so it is"), by=people["county"])
    assert (case.step, case.state) == ("look", State.OPEN)
    case = advance(case, Verdict(Decision.REFUSE, "owns two"), by=people["town"], at=AT)
    case = advance(case, Verdict(Decision.APPEAL, "no"), by=people["clerk"], at=AT)
    case = advance(case, Verdict(Decision.UPHOLD, "he does"), by=people["county"])
    assert case.state == State.CLOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(people["clerk"])  # refused for good in this round
    assert open_cases("trial", 2, [NewCase("a", VILLAGE)], by=people["clerk"], at=AT)  # in the next it may ask again


def test_who_refused_does_not_decide_on_the_appeal(people):
    (case,) = opened(people["clerk"])
    ready.add("a")
    for who in ("clerk", "town"):
        case = advance(case, APPROVE, by=people[who], at=AT)
    advance(case, Verdict(Decision.REFUSE, "rich"), by=people["county"], at=AT)
    case = advance(case, Verdict(Decision.APPEAL, "poor"), by=people["clerk"], at=AT)
    colleague = make_user(Role.COUNTY_OFFICER, COUNTY)
    assert not queries.choices(people["county"], case) and Decision.UPHOLD in queries.choices(colleague, case)
    with pytest.raises(NotAllowed, match="somebody else"):
        advance(case, Verdict(Decision.UPHOLD, "rich"), by=people["county"], at=AT)
    assert advance(case, Verdict(Decision.REOPEN, "look again"), by=colleague, at=AT).step == "end"


def test_a_subject_has_one_live_case_in_a_round(people):
    opened(people["clerk"])
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(people["clerk"])


def test_who_decides_on_an_old_screen_is_told_who_was_first(people):
    (case,) = opened(people["clerk"])
    advance(case, APPROVE, by=people["clerk"], seen=1)
    with pytest.raises(CaseMoved, match="王文书"):
        advance(case, Verdict(Decision.WITHDRAW, "moved away"), by=people["clerk"], seen=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told():
    make_village(VILLAGE)
    clerk, first, second = make_user(), make_user(Role.TOWN_COMMISSIONER, TOWN), make_user(Role.TOWN_COMMISSIONER, TOWN)
    (case,) = opened(clerk)
    ready.add("a")
    advance(case, APPROVE, by=clerk)
    start, ends = Barrier(2), []

    def decide(user, verdict):
        try:
            start.wait()
            advance(case, verdict, by=user, seen=2)
            ends.append("done")
        except CaseMoved as error:
            ends.append(str(error))
        finally:
            connection.close()

    verdicts = ((first, APPROVE), (second, Verdict(Decision.RETURN, "look again", "ask")))
    threads = [Thread(target=decide, args=each) for each in verdicts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert sorted(end == "done" for end in ends) == [False, True] and case.version == 3
    assert Entry.objects.count() == Passage.objects.count() == 3


def test_the_database_keeps_every_passage(people):
    opened(people["clerk"])
    with pytest.raises(ProgrammingError), transaction.atomic():
        Passage.objects.update(note="other")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Passage.objects.all().delete()


def test_a_due_day_is_told_once_soon_and_once_overdue_even_after_the_clock_stood_still(people):
    (case,) = opened(people["clerk"])  # due on 20 May
    assert [remind(date(2014, 5, day)) for day in (10, 18, 19, 20, 21)] == [0, 1, 0, 0, 1]
    assert remind(date(2014, 7, 1)) == 0
    assert set(Reminder.objects.values_list("kind", flat=True)) == {"soon", "overdue"}
    opened(people["clerk"], "b")
    assert remind(date(2014, 7, 1)) == 1  # the clock stood still since May: overdue is told, soon is past
    advance(case, APPROVE, by=people["clerk"])
    remind(date(2014, 7, 2))
    assert set(Reminder.objects.values_list("case__subject", flat=True)) == {"b"}


def test_a_table_that_leads_nowhere_is_refused():
    step = Step("ask", "ask", Level.VILLAGE, WORK_IN_VILLAGE, "nowhere", back=("later",), guards=("unknown",))
    with pytest.raises(ValueError, match=r"must lead to done.*cannot go back to later.*no guard unknown"):
        Procedure("bad", "bad", "test", (step,), WORK_IN_VILLAGE)


def test_what_holds_many_cases_back_is_told_at_once(people):
    cases = opened(people["clerk"], "a", "b", "c")
    ready.update("a")
    advance(cases[2], Verdict(Decision.WITHDRAW, "x"), by=people["clerk"])
    cases = [advance(case, APPROVE, by=people["clerk"]) for case in cases[:2]] + [Case.objects.get(subject="c")]
    held = queries.obstacles_of_many(cases)
    assert set(held) == {cases[1].pk} and held[cases[1].pk] == queries.obstacles(cases[1])
    assert queries.obstacles_of_many([]) == {} and queries.obstacles(cases[2]) == []


def test_the_system_sends_on_too(people):
    cases = opened(people["clerk"], "a", "b")
    ready.update("ab")
    assert advance(cases[1], APPROVE, by=SYSTEM).step == "look"
