"""The pairing is the cheapest there is: held against a second solver, and every rule against the plan itself."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from jingzhun.methods.pairing import NEVER, NOBODY, Instance, NoInstance, cost_of, greedy, lacking, pair


@st.composite
def instances(draw) -> Instance:
    """Small counties: some pairs must not be, some households are held, some are kin."""
    groups, kinds = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    helpers, households = draw(st.integers(0, 4)), draw(st.integers(0, 6))
    least = draw(st.lists(st.integers(0, 3), min_size=helpers, max_size=helpers))
    more = draw(st.lists(st.integers(0, 2), min_size=helpers, max_size=helpers))
    cost = draw(st.lists(st.integers(-1, 9), min_size=groups * kinds, max_size=groups * kinds))
    pairs = st.tuples(st.integers(0, max(helpers - 1, 0)), st.integers(0, max(households - 1, 0)))
    there = helpers and households
    held = draw(st.lists(pairs, max_size=4, unique_by=lambda each: each[1])) if there else []
    kin = draw(st.lists(pairs, max_size=4, unique=True)) if there else []
    return Instance(
        np.array(draw(st.lists(st.integers(0, groups - 1), min_size=helpers, max_size=helpers)), np.int64),
        np.array(draw(st.lists(st.integers(0, kinds - 1), min_size=households, max_size=households)), np.int64),
        np.array(cost, np.int64).reshape(groups, kinds),
        np.array(least, np.int64),
        np.array(least, np.int64) + np.array(more, np.int64),
        np.array(held, np.int64).reshape(-1, 2),
        draw(st.integers(0, 5)),
        np.array(kin, np.int64).reshape(-1, 2),
    )


def may_stay(instance: Instance, helper: int, household: int) -> bool:
    cost = instance.cost[instance.helper_class[helper], instance.household_class[household]]
    return cost != NEVER and [helper, household] not in instance.kin.tolist()


def by_another_solver(instance: Instance) -> tuple[int, int, int]:
    """Households without a helper, households lacking to least numbers, cost: each least in turn, by CP-SAT."""
    model = cp_model.CpModel()
    helpers, households = len(instance.least), len(instance.household_class)
    kin = {tuple(each) for each in instance.kin.tolist()}
    held = {household: helper for helper, household in instance.held.tolist() if may_stay(instance, helper, household)}
    with_whom, price = {}, {}
    for helper in range(helpers):
        for household in range(households):
            cost = int(instance.cost[instance.helper_class[helper], instance.household_class[household]])
            if cost != NEVER and (helper, household) not in kin:
                with_whom[helper, household] = model.new_bool_var("")
                parts = household in held and held[household] != helper
                price[helper, household] = cost + instance.parting * parts
    short = [model.new_int_var(0, int(least), "") for least in instance.least]
    alone = [model.new_bool_var("") for _ in range(households)]
    for household in range(households):
        model.add(sum(x for (_, h), x in with_whom.items() if h == household) + alone[household] == 1)
    for helper in range(helpers):
        taken = sum(x for (c, _), x in with_whom.items() if c == helper)
        model.add(taken <= int(instance.most[helper]))
        model.add(taken + short[helper] >= int(instance.least[helper]))
    cost = sum(price[key] * x for key, x in with_whom.items())
    found = []
    for goal in (sum(alone), sum(short), cost):
        model.minimize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        found.append(round(solver.objective_value))
        model.add(goal == found[-1])
    return tuple(found)


@settings(max_examples=120)
@given(instances())
def test_no_plan_is_better(instance):
    plan = pair(instance)
    assert plan.optimal
    assert (int((plan.helper == NOBODY).sum()), int(plan.short.sum()), plan.cost) == by_another_solver(instance)


@settings(max_examples=200)
@given(instances())
def test_every_plan_keeps_the_rules(instance):
    plan = pair(instance)
    taken = np.bincount(plan.helper[plan.helper != NOBODY], minlength=len(instance.least))
    assert (taken <= instance.most).all()
    assert (plan.short == np.maximum(instance.least - taken, 0)).all()
    assert cost_of(instance, plan.helper) == plan.cost  # no kin, no pair that must not be
    assert plan.bound == plan.cost


def county(helpers: int, households: int, **more) -> Instance:
    return Instance(
        np.zeros(helpers, np.int64), np.zeros(households, np.int64), np.zeros((1, 1), np.int64),
        np.full(helpers, 2), np.full(helpers, 3), **more,
    )  # fmt: skip


def test_who_helps_nobody_and_whom_nobody_helps():
    """Zero cadres; then a village that nobody can reach; then fewer households than the quotas ask."""
    assert (pair(county(0, 3)).helper == NOBODY).all()
    unreached = dataclasses.replace(
        county(2, 5), household_class=np.array([0, 0, 0, 0, 1]), cost=np.array([[4, NEVER]])
    )
    plan = pair(unreached)
    assert plan.helper[4] == NOBODY and (plan.helper[:4] != NOBODY).all() and plan.cost == 16 and plan.optimal
    assert pair(county(3, 5)).short.sum() == 1


def test_todays_pairs_stay_unless_parting_pays():
    instance = Instance(
        np.array([0, 1]), np.array([0, 0]), np.array([[5], [1]]), np.array([0, 0]), np.array([2, 2]),
        held=np.array([[0, 0], [0, 1]]),
    )  # fmt: skip
    assert pair(dataclasses.replace(instance, parting=5)).helper.tolist() == [0, 0]
    assert pair(dataclasses.replace(instance, parting=3)).helper.tolist() == [1, 1]


def test_kin_never_help_each_other_even_where_they_do_today():
    plan = pair(county(2, 2, kin=np.array([[0, 0], [1, 1]]), held=np.array([[0, 0]])))
    assert plan.helper.tolist() == [1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"least": np.array([4, 4])},  # more than most
        {"helper_class": np.array([0, 1])},  # no such class
        {"held": np.array([[0, 0], [1, 0]])},  # two helpers of one household
        {"kin": np.array([[0, 9]])},  # no such household
        {"cost": np.array([[-2]])},
    ],
)
def test_what_is_no_instance_is_refused(wrong):
    with pytest.raises(NoInstance):
        pair(dataclasses.replace(county(2, 4), **wrong))


@given(instances())
def test_one_after_another_keeps_to_the_rules_and_is_never_cheaper(instance):
    helper = greedy(instance)
    cost = cost_of(instance, helper)  # raises where a pair must not be
    taken = np.bincount(helper[helper != NOBODY], minlength=len(instance.least))
    before = [pair for pair in instance.held.tolist() if may_stay(instance, *pair)]
    assert all(int(helper[household]) == holder for holder, household in before)
    best = pair(instance)
    gaps = ((helper == NOBODY).sum(), lacking(instance, helper).sum())
    if (taken <= instance.most).all():
        assert gaps >= ((best.helper == NOBODY).sum(), best.short.sum())
        assert gaps > ((best.helper == NOBODY).sum(), best.short.sum()) or cost >= best.cost
