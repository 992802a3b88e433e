"""Who helps whom: households are paired with helpers at the least cost, as a min-cost flow, and the optimum is proved.

Helpers who cost alike, and households that cost alike, share a class; the flow goes from helper to household through
their classes, so that a county has a million arcs and not eighty. The solver is OR-Tools' (network simplex by cost
scaling); its answer is not believed but proved: potentials of the residual network give a lower bound on every plan.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Ints = NDArray[np.int64]
NEVER = np.int64(-1)  # a cost: this pair must not be
NOBODY = -1


class NoInstance(ValueError):
    """The instance is none: shapes that do not fit, or numbers out of range."""


def _pairs() -> Ints:
    return np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Instance:
    """C helpers of G classes, H households of K classes; costs are whole numbers of the caller's unit, at least 0.

    A helper takes from `least` to `most` households. `held` are today's pairs (helper, household), one per household
    at most: to part one costs `parting`, unless it must not be. `kin` are pairs that must not be.
    """

    helper_class: Ints  # (C,), values below G
    household_class: Ints  # (H,), values below K
    cost: Ints  # (G, K), NEVER where it must not be
    least: Ints  # (C,)
    most: Ints  # (C,)
    held: Ints = field(default_factory=_pairs)  # (n, 2)
    parting: int = 0
    kin: Ints = field(default_factory=_pairs)  # (m, 2)


@dataclass(frozen=True)
class Plan:
    """A pairing. `helper` is each household's helper or NOBODY; `short` how many households each helper lacks.

    First as many households as possible have a helper, then as few as possible are lacking to the helpers' least
    numbers, then the cost is least. `bound`: no plan that leaves as few gaps costs less; `cost` equals it when the plan
    is `optimal`, which is proved and not the solver's word.
    """

    helper: Ints  # (H,)
    short: Ints  # (C,)
    cost: int
    bound: int
    arcs: int

    @property
    def optimal(self) -> bool:
        return self.cost == self.bound


@dataclass(frozen=True)
class _Network:
    """Arcs with their ends, capacities and costs; what flows out of each node; the price of a gap."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    parts: dict[str, slice]
    extra: int
    nobody: int


def pair(instance: Instance) -> Plan:
    """The cheapest pairing. Raises NoInstance."""
    _require(instance)
    apart = replace(_set_kin_apart(instance), held=_may_stay(instance))
    net = _network(apart)
    flow = _solve(net)
    helper = _assigned(apart, net, flow)
    gaps = net.extra * int(flow[net.parts["more"]].sum()) + net.nobody * int(flow[net.parts["nobody"]].sum())
    return Plan(
        helper=helper,
        short=lacking(instance, helper),
        cost=cost_of(instance, helper),
        bound=_bound(net, flow) - gaps,
        arcs=len(net.tail),
    )


def greedy(instance: Instance) -> Ints:
    """The helper of each household as an office would find one by hand; NOBODY where none is left.

    Today's pairs stay. Then household by household in the given order takes the cheapest helper who lacks households to
    the least number, and when nobody lacks any, the cheapest who can take more.
    """
    _require(instance)
    apart = replace(_set_kin_apart(instance), held=_may_stay(instance))
    helper = np.full(len(apart.household_class), NOBODY, np.int64)
    helper[apart.held[:, 1]] = apart.held[:, 0]
    taken = np.bincount(apart.held[:, 0], minlength=len(apart.least))
    far = int(apart.cost.max(initial=0)) + 1
    cost = np.where(apart.cost == NEVER, far, apart.cost).T.copy()  # (K, G)
    for limit in (apart.least, apart.most):
        room = np.maximum(limit - taken, 0)
        if not room.any():
            continue
        left = np.bincount(apart.helper_class, weights=room, minlength=cost.shape[1]).astype(np.int64)
        free = [np.flatnonzero(apart.helper_class == group)[::-1].tolist() for group in range(cost.shape[1])]
        for household in np.flatnonzero(helper == NOBODY).tolist():
            prices = np.where(left > 0, cost[apart.household_class[household]], far)
            group = int(prices.argmin())
            if prices[group] == far:
                continue
            while room[free[group][-1]] == 0:
                free[group].pop()
            chosen = free[group][-1]
            helper[household], room[chosen], left[group] = chosen, room[chosen] - 1, left[group] - 1
            taken[chosen] += 1
    return helper


def lacking(instance: Instance, helper: Ints) -> Ints:
    """How many households each helper lacks to the least number."""
    taken = np.bincount(helper[helper != NOBODY], minlength=len(instance.least))
    return np.maximum(instance.least - taken, 0)


def cost_of(instance: Instance, helper: Ints) -> int:
    """What a pairing costs, partings included. Raises NoInstance where it has a pair that must not be."""
    paired = np.flatnonzero(helper != NOBODY)
    costs = instance.cost[instance.helper_class[helper[paired]], instance.household_class[paired]]
    forbidden = {(int(c), int(h)) for c, h in instance.kin}
    if (costs == NEVER).any() or any((int(helper[h]), int(h)) in forbidden for h in paired):
        raise NoInstance("a pair that must not be")
    parted = sum(int(helper[household]) not in (NOBODY, holder) for holder, household in _may_stay(instance).tolist())
    return int(costs.sum()) + instance.parting * parted


def _may_stay(instance: Instance) -> Ints:
    """Today's pairs that are allowed."""
    helper, household = instance.held[:, 0], instance.held[:, 1]
    allowed = instance.cost[instance.helper_class[helper], instance.household_class[household]] != NEVER
    related = {(int(c), int(h)) for c, h in instance.kin}
    strangers = np.array([(c, h) not in related for c, h in instance.held.tolist()], bool)
    return instance.held[allowed & strangers]


def _require(instance: Instance) -> None:
    groups, kinds = instance.cost.shape
    helpers, households = len(instance.helper_class), len(instance.household_class)
    sound = (
        len(instance.least) == len(instance.most) == helpers
        and bool((instance.least >= 0).all() and (instance.least <= instance.most).all())
        and bool((instance.cost >= NEVER).all() and instance.parting >= 0)
        and _below(instance.helper_class, groups)
        and _below(instance.household_class, kinds)
        and all(_below(pairs[:, 0], helpers) and _below(pairs[:, 1], households)
                for pairs in (instance.held, instance.kin))
        and len(np.unique(instance.held[:, 1])) == len(instance.held)
    )  # fmt: skip
    if not sound:
        raise NoInstance("shapes or numbers that do not fit")


def _below(values: Ints, number: int) -> bool:
    return bool(((values >= 0) & (values < number)).all())


def _set_kin_apart(instance: Instance) -> Instance:
    """Helpers and households with kin among each other become classes of their own, so that their pair is NEVER."""
    if not len(instance.kin):
        return instance
    helpers, households = (np.unique(instance.kin[:, side]) for side in (0, 1))
    groups, kinds = instance.cost.shape
    cost = np.vstack([instance.cost, instance.cost[instance.helper_class[helpers]]])
    cost = np.hstack([cost, cost[:, instance.household_class[households]]])
    helper_class, household_class = instance.helper_class.copy(), instance.household_class.copy()
    helper_class[helpers] = groups + np.arange(len(helpers))
    household_class[households] = kinds + np.arange(len(households))
    cost[helper_class[instance.kin[:, 0]], household_class[instance.kin[:, 1]]] = NEVER
    return replace(instance, helper_class=helper_class, household_class=household_class, cost=cost, kin=_pairs())


def _network(instance: Instance) -> _Network:
    """Source, helpers, their classes, the households' classes, households: in this order as nodes."""
    helpers, households = len(instance.helper_class), len(instance.household_class)
    groups, kinds = instance.cost.shape
    first_group = 1 + helpers
    first_kind = first_group + groups
    first_household = first_kind + kinds
    nodes = first_household + households
    of_helper, of_household = 1 + np.arange(helpers), first_household + np.arange(households)
    zeros = np.zeros
    row, column = np.nonzero((instance.cost != NEVER) & _inhabited(instance))
    parts_of_pair = instance.cost[row, column]
    dearest = int(parts_of_pair.max(initial=0)) + instance.parting + 1
    extra = dearest * (groups + kinds + households + 1)  # more than any chain of changes can save
    members = np.bincount(instance.household_class, minlength=kinds)
    parted = zeros(households, np.int64)
    parted[instance.held[:, 1]] = instance.parting
    keeper, kept = instance.held[:, 0], instance.held[:, 1]
    kept_cost = instance.cost[instance.helper_class[keeper], instance.household_class[kept]]
    source = zeros(helpers, np.int64)
    arcs = {  # tail, head, capacity, cost
        "least": (source, of_helper, instance.least, zeros(helpers, np.int64)),
        "more": (source, of_helper, instance.most - instance.least, np.full(helpers, extra)),
        "classed": (of_helper, first_group + instance.helper_class, instance.most, zeros(helpers, np.int64)),
        "across": (first_group + row, first_kind + column, members[column], parts_of_pair),
        "parted": (first_kind + instance.household_class, of_household, np.ones(households, np.int64), parted),
        "held": (of_helper[keeper], of_household[kept], np.ones(len(kept), np.int64), kept_cost),
        "nobody": (zeros(households, np.int64), of_household, np.ones(households, np.int64),
                   np.full(households, 3 * extra)),
    }  # fmt: skip
    bounds = np.cumsum([0, *(len(each[0]) for each in arcs.values())]).tolist()
    parts = {name: slice(*ends) for name, ends in zip(arcs, pairwise(bounds), strict=True)}
    tail, head, capacity, cost = (
        np.concatenate([each[side] for each in arcs.values()]).astype(np.int64) for side in range(4)
    )
    supply = zeros(nodes, np.int64)
    supply[0], supply[first_household:] = households, -1
    return _Network(tail, head, capacity, cost, supply, parts, extra, 3 * extra)


def _inhabited(instance: Instance) -> NDArray[np.bool_]:
    """Which pairs of classes have anybody on both sides."""
    groups, kinds = instance.cost.shape
    here = np.bincount(instance.helper_class, minlength=groups) > 0
    there = np.bincount(instance.household_class, minlength=kinds) > 0
    return here[:, None] & there[None, :]


def _solve(net: _Network) -> Ints:
    """The flow on each arc. A flow is always there: whom nobody helps is fed by the source itself."""
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(net.tail, net.head, net.capacity, net.cost)
    solver.set_nodes_supplies(np.arange(len(net.supply)), net.supply)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise NoInstance(f"the solver cannot take the numbers: {status.name}")
    return np.asarray(solver.flows(arcs), np.int64)


def _assigned(instance: Instance, net: _Network, flow: Ints) -> Ints:
    """The flow taken apart into pairs: within a class everybody costs alike, so any order will do."""
    households, parts = len(instance.household_class), net.parts
    helper = np.full(households, NOBODY, np.int64)
    first_household = len(net.supply) - households
    held = np.flatnonzero(flow[parts["held"]])
    helper[net.head[parts["held"]][held] - first_household] = net.tail[parts["held"]][held] - 1
    given = np.repeat(np.arange(len(instance.least)), flow[parts["classed"]])  # helpers, as often as they go across
    given = given[np.argsort(instance.helper_class[given], kind="stable")]
    taking = np.flatnonzero(flow[parts["parted"]])
    taking = taking[np.argsort(instance.household_class[taking], kind="stable")]
    across = flow[parts["across"]]
    used = np.flatnonzero(across)
    tail, head, number = net.tail[parts["across"]][used], net.head[parts["across"]][used], across[used]
    by_group = np.repeat(np.arange(len(used))[np.argsort(tail, kind="stable")], number[np.argsort(tail, kind="stable")])
    by_kind = np.repeat(np.arange(len(used))[np.argsort(head, kind="stable")], number[np.argsort(head, kind="stable")])
    # The units of each arc in the order of helpers, and in the order of households, meet one by one.
    helper[taking[np.argsort(by_kind, kind="stable")]] = given[np.argsort(by_group, kind="stable")]
    return helper


def _bound(net: _Network, flow: Ints) -> int:
    """A lower bound on the cost of every flow, by potentials: shortest distances in the residual network.

    Bellman and Ford's; a flow that is not optimal has a negative cycle there, and the bound is then lower than its
    cost.
    """
    forward, backward = flow < net.capacity, flow > 0
    tail = np.concatenate([net.tail[forward], net.head[backward]])
    head = np.concatenate([net.head[forward], net.tail[backward]])
    cost = np.concatenate([net.cost[forward], -net.cost[backward]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.flatnonzero(np.diff(head, prepend=-1))
    ends = head[starts]
    distance = np.zeros(len(net.supply), np.int64)
    for _round in range(len(net.supply)):
        nearest = np.minimum.reduceat(distance[tail] + cost, starts)
        if (nearest >= distance[ends]).all():
            break
        distance[ends] = np.minimum(distance[ends], nearest)
    reduced = net.cost + distance[net.tail] - distance[net.head]
    return int((np.minimum(reduced, 0) * net.capacity).sum() - (distance * net.supply).sum())
