"""A separate workbook of further households, of which a known share is wrong, and the list of what is wrong.

It is for showing and testing import and checks. Its households live in the demo county's villages under numbers that
the county does not use (from 90001); their ID numbers begin with a region of their own, so that they are nobody's, nor
the demo county's. A spoiled household carries one fault.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jingzhun.registry import dictionary
from jingzhun.registry.rules.ids import check_digit

from .faults import KINDS, Case, Family, Kind, Spot
from .targets import Targets, rural_villages
from .workbooks import COLUMNS, County, draw_county, person_rows, write_rows

HOUSEHOLDS = 240
VILLAGES = 24  # spread over the county, so that ten households more change no village's figures much
DRAWN = 40  # households of a village to choose from, since not every fault fits every household
FIRST_SERIAL = 90_001
REGION = "610498"  # another unassigned code of Xianyang
LENT = 50  # persons of the clean county, spread over it, whose numbers may be entered again
CITIZEN = 18  # characters of a citizen's number; certificates of disability have more
FIELDS = [f"{sheet}.{name}" for sheet, name in COLUMNS]
HEADER_ROWS = 2
ANSWER_HEADERS = [
    "行号 row",
    "户编号 household number",
    "姓名 name",
    "栏目 column",
    "错误 fault",
    "错在哪里",
    "what is wrong",
    "预期 expected",
    "代码 code",
]


@dataclass(frozen=True)
class Planted:
    """A fault in a household."""

    family: Family
    kind: Kind
    spot: Spot


@dataclass(frozen=True)
class Answer:
    """One line of the list: where in the workbook (row as a spreadsheet counts), what is wrong, what must happen."""

    row: int
    household: str
    name: str
    column: str
    fault: str
    zh: str
    en: str
    expected: str
    code: str


@dataclass(frozen=True)
class Dirty:
    """The households of the workbook in its order, and what is wrong with them."""

    families: list[Family]
    planted: list[Planted]

    def rows(self) -> Iterator[list[Any]]:
        """The workbook's rows, one per person."""
        for family in self.families:
            for cells in family.rows:
                yield [cells[name] for name in FIELDS]

    def answers(self) -> list[Answer]:
        """What is wrong, in the order of the workbook."""
        first, row = {}, HEADER_ROWS + 1
        for family in self.families:
            first[family.number] = row
            row += len(family.rows)
        answers = [_answer(each, first[each.family.number] + each.spot.row) for each in self.planted]
        return sorted(answers, key=lambda answer: answer.row)


def draw_dirty(
    seed: int,
    registered: Iterable[str],
    places: list[tuple[str, str, str]] | None = None,
    households: int = HOUSEHOLDS,
) -> Dirty:
    """Draw households and spoil the kinds' share of them; the same arguments give the same workbook.

    `registered`: ID numbers of the clean county's persons. `places`: the villages, (code, name, town's name). Raises
    ValueError where a fault fits none of the households that are left.
    """
    every = rural_villages()
    places = places or every[:: len(every) // VILLAGES][:VILLAGES]
    citizens = [number for number in registered if len(number) == CITIZEN]
    lent = citizens[:: max(len(citizens) // LENT, 1)]
    pool = _pool(seed, places)
    chosen, planted = [], []
    for kind in KINDS:
        for number in range(kind.count(households)):
            each = _plant(kind, pool, Case(number, lent, every))
            pool.remove(each.family)
            chosen.append(each.family)
            planted.append(each)
    chosen += pool[: max(households - len(chosen), 0)]
    return Dirty(sorted(chosen, key=lambda family: family.number), planted)


def write_dirty(dirty: Dirty, folder: Path) -> tuple[Path, Path]:
    """Write the workbook in the national layout and the list of what is wrong (CSV with a byte-order mark)."""
    workbook, answers = folder / "dirty.xlsx", folder / "dirty-answers.csv"
    write_rows(workbook, "永寿县建档立卡信息采集表（含差错，供练习）", dirty.rows())
    with answers.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ANSWER_HEADERS)
        writer.writerows(vars(answer).values() for answer in dirty.answers())
    return workbook, answers


def _pool(seed: int, places: list[tuple[str, str, str]]) -> list[Family]:
    """Sound households of the villages, in random order."""
    rng = np.random.default_rng([seed, 2])
    county = draw_county(int(rng.integers(1 << 31)), places, Targets().scaled(len(places), len(rural_villages())))
    chosen = [
        np.sort(rng.choice(here, min(DRAWN, len(here)), replace=False))
        for here in (np.flatnonzero(county.families.village == village) for village in range(len(places)))
    ]
    families = _families(county, np.concatenate(chosen))
    return [families[index] for index in rng.permutation(len(families))]


def _families(county: County, households: np.ndarray) -> list[Family]:
    families: dict[str, Family] = {}
    serials: dict[str, int] = {}
    for cells in person_rows(county, households):
        row = dict(zip(FIELDS, cells, strict=True))
        drawn = row["household.number"]
        if drawn not in families:
            serial = serials[drawn[:12]] = serials.get(drawn[:12], FIRST_SERIAL - 1) + 1
            families[drawn] = Family(f"{drawn[:12]}{serial}", len(families))
        _renumber(families[drawn], row)
    return list(families.values())


def _renumber(family: Family, row: dict[str, Any]) -> None:
    """Add a row under the household's new number, with numbers that the clean county does not use."""
    number = row["member.id_number"]
    row["household.number"] = family.number
    row["member.number"] = family.number + row["member.number"][17:]
    row["member.id_number"] = (first := REGION + number[6:17]) + check_digit(first) + number[18:]
    if row["household.phone"]:
        row["household.phone"] = f"1009{family.serial:07d}"
    if row["household.account"]:
        row["household.account"] = f"0000009{family.serial:012d}"
    family.rows.append(row)


def _plant(kind: Kind, pool: list[Family], case: Case) -> Planted:
    """Plant a fault in the first household of the pool that it fits."""
    for family in pool:
        if spot := kind.plant(family, case):
            return Planted(family, kind, spot)
    raise ValueError(f"the fault {kind.key} fits no household that is left")


def _answer(planted: Planted, row: int) -> Answer:
    kind, spot, family = planted.kind, planted.spot, planted.family
    sheet, _, name = spot.field.partition(".")
    return Answer(
        row=row,
        household=family.number,
        name=family.rows[spot.row]["member.name"] or "",
        column=dictionary.field(sheet, name).zh,
        fault=kind.key,
        zh=kind.zh,
        en=kind.en,
        expected=kind.reaction,
        code=kind.code,
    )
