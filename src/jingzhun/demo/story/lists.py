"""What the departments hand over: lists that name those who slipped in, some of the poor by mistake, and strangers."""

from datetime import date, datetime

import numpy as np

from jingzhun.areas.models import Area
from jingzhun.demo.workbooks import County
from jingzhun.identification.actions import crosscheck
from jingzhun.identification.actions.crosscheck import Handed, Listed
from jingzhun.identification.models import Round

from .cast import Cast
from .plan import VillagePlan

# Kind, department, what a row says, and its share among the hits.
LISTS = (
    ("vehicle", "县公安局交警大队", "小型普通客车，2012年登记", 0.45),
    ("property", "县房管局", "县城商品房一套", 0.25),
    ("business", "县工商局", "个体工商户，经营状态：存续", 0.2),
    ("payroll", "县财政局", "财政供养人员", 0.1),
)
SHARES = [each[3] for each in LISTS]
STRANGERS = 60  # rows of each list that name nobody who applied


def hand_over(county: County, plans: list[VillagePlan], round_: Round, cast: Cast, at: datetime) -> None:
    """Take the four lists and match them with the round's applications."""
    rng = np.random.default_rng([round_.year, 5])
    named: dict[str, list[str]] = {kind: [] for kind, *_rest in LISTS}
    for plan in plans:
        for number in plan.slipped_in.get("red_line", []):  # a veto: never only a car
            named[str(rng.choice(["property", "business", "payroll"], p=[0.5, 0.35, 0.15]))].append(
                _head_id(county, plan.index[number])
            )
        for number in plan.false_hits:
            named[str(rng.choice([each[0] for each in LISTS], p=SHARES))].append(_head_id(county, plan.index[number]))
    applied = {index for plan in plans for number in plan.first for index in [plan.index[number]]}
    others = [index for index in range(len(county.families)) if index not in applied]
    for kind, source, detail, _share in LISTS:
        strangers = rng.choice(others, min(STRANGERS, len(others)), replace=False)
        ids = [*named[kind], *(_head_id(county, int(index)) for index in strangers)]
        rows = [Listed(row, number, detail) for row, number in enumerate(ids, 2)]
        handed = Handed(kind, source, date(at.year, 4, 30), f"{source}.xlsx")
        if rows:
            taken = crosscheck.take_list(Area.objects.get(pk=round_.area_id), handed, rows, by=cast.county, at=at)
            crosscheck.match(taken, round_, by=cast.county, at=at)


def _head_id(county: County, household: int) -> str:
    """The head's ID number (the head is the first of a household's persons)."""
    return str(county.persons.id_number[np.searchsorted(county.kin.household, household)])
