"""All policies over a county in one batch, against the same answers asked household by household in Python.

The county is made by SQL (`_county`): 45,000 households, of which 13,500 are on the register with 52,500 members. The
Python side fetches the facts of a thousand households at a time, as a careful author would, and answers a sample of
them; both must say the same of each.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from benchmarks._county import COUNTY, INCOME_YEAR, make_county
from benchmarks.harness import Result, best_of, scratch_database, seconds

DAY = date(INCOME_YEAR + 1, 12, 31)
SAMPLE = 1_000


def run() -> Iterator[Result]:
    with scratch_database():
        make_county()
        yield from _measure()


def _measure() -> Iterator[Result]:
    from jingzhun.areas.models import Area
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.policy.actions.batch import run_entitlements
    from jingzhun.policy.actions.reference import load_reference
    from jingzhun.policy.models import Entitlement
    from jingzhun.policy.queries.batch import answer_all, county_facts
    from jingzhun.policy.queries.entitlement import entitlements_of_many
    from jingzhun.policy.queries.facts import Asked
    from jingzhun.policy.queries.versions import versions_in_force
    from jingzhun.registry.models import Household

    county = Area.objects.get(pk=COUNTY)
    load_reference(county)
    policies = versions_in_force(COUNTY, DAY)

    def by_batch() -> None:
        with county_facts(Asked(COUNTY, DAY)) as database:
            answer_all(database, policies)

    sample = list(Household.objects.filter(spells__isnull=False).order_by("number")[:SAMPLE])
    found: dict[int, Any] = {}
    taken = best_of(3, by_batch)
    asked = seconds(lambda: found.update(entitlements_of_many(sample, DAY)))
    first, again = (seconds(lambda: run_entitlements(county, DAY, by=SYSTEM)) for _ in range(2))
    households = Entitlement.objects.values("household").distinct().count()
    _same(found, Entitlement.objects.filter(household__in=found))
    one_by_one = asked * households / len(sample)
    detail = f"{len(policies)} policies, {households} households: {taken:.1f} s against {one_by_one:.0f} s"
    yield Result("entitlements of a county against one by one", one_by_one / taken, goal=20, detail=detail)
    detail = f"{households * len(policies)} answers; {first:.1f} s the first time"
    yield Result("the same with answers kept", again, "s", detail=detail)


def _same(found: dict[int, Any], kept: Any) -> None:
    """Both sides say the same of each household of the sample."""
    stored = {(e.household_id, e.policy_id): (e.answer, e.persons, e.value, tuple(e.missing)) for e in kept}
    told = {(key, a.policy.pk): (a.answer, a.persons, a.value, a.missing) for key, of in found.items() for a in of}
    assert stored == told
