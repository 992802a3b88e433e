"""The instance of a pairing and a plan as CSV files, so that anybody can check the plan with another solver."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jingzhun.methods.pairing import NEVER, NOBODY, Plan

from .instance import County

README = """A pairing of helpers and households as a min-cost flow. All costs are whole metres.

helpers.csv     helper, class, rank, least, most: a helper takes from `least` to `most` households
households.csv  household, village, class: each has exactly one helper
costs.csv       helper_class, household_class, cost: classes that are not listed together must not be paired
held.csv        helper, household: today's pairs; parting one costs {parting} once
kin.csv         helper, household: must not be paired
plan.csv        household, helper, cost: the plan that was found

First as many households as possible have a helper, then as few as possible are lacking to the least numbers, then the
sum of costs and partings is least. Found: cost {cost}, proved bound {bound}.
"""


def write_instance(county: County, plan: Plan, path: Path) -> None:
    """Write a zip of the instance and the plan. Raises OSError; nothing half-written stays."""
    part = path.with_suffix(path.suffix + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            told = {"parting": county.instance.parting, "cost": plan.cost, "bound": plan.bound}
            archive.writestr("README.txt", README.format(**told))
            for name, heads, rows in _tables(county, plan):
                archive.writestr(name, _csv(heads, rows))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _tables(county: County, plan: Plan) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]:
    instance, helpers, families = county.instance, county.helpers, county.families
    number, household = helpers.number, families.number
    loads = (instance.helper_class.tolist(), helpers.rank, instance.least.tolist(), instance.most.tolist())
    yield "helpers.csv", ("helper", "class", "rank", "least", "most"), zip(number, *loads, strict=True)
    where = (families.village, instance.household_class.tolist())
    yield "households.csv", ("household", "village", "class"), zip(household, *where, strict=True)
    costs = (
        (group, kind, cost)
        for group, row in enumerate(instance.cost.tolist())
        for kind, cost in enumerate(row)
        if cost != NEVER
    )
    yield "costs.csv", ("helper_class", "household_class", "cost"), costs
    for name, pairs in (("held.csv", instance.held), ("kin.csv", instance.kin)):
        yield name, ("helper", "household"), ((number[one], household[other]) for one, other in pairs.tolist())
    chosen = enumerate(plan.helper.tolist())
    group, kind = instance.helper_class, instance.household_class
    found = (
        (household[row], number[helper], int(instance.cost[group[helper], kind[row]]))
        for row, helper in chosen
        if helper != NOBODY
    )
    yield "plan.csv", ("household", "helper", "cost"), found


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()
