"""What the village committees told of their villages: one workbook for the county."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from numpy.random import Generator

from jingzhun.registry.workbook.village_sheet import COLUMNS

from .targets import INCOME_YEAR
from .workbooks import County

FOUND_OUT = ("poor_village", "poor_since", "exited_on")  # by the procedure, never reported


def write_villages(county: County, seed: int, path: Path) -> int:
    """Write the villages' reports of 2014; which of them are poor is found out by the procedure. Number of villages."""
    rng = np.random.default_rng([seed, 1])
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("行政村信息")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        heads = ["行政村", *(head for head, name in COLUMNS.items() if name not in FOUND_OUT)]
        sheet.write_row(0, 0, heads)
        for index in range(len(county.villages)):
            told = _report(county, index, rng)
            for column, head in enumerate(heads):
                cell = told.get(COLUMNS.get(head, "name"))
                if isinstance(cell, date):
                    sheet.write_datetime(index + 1, column, cell, day)
                elif isinstance(cell, bool):
                    sheet.write_string(index + 1, column, "是" if cell else "否")
                elif cell is not None:
                    sheet.write(index + 1, column, cell)
    return len(county.villages)


def _report(county: County, index: int, rng: Generator) -> dict[str, Any]:
    """One village's report by field of VillageYear: counted where the households tell it, drawn where they do not."""
    villages, families, facts = county.villages, county.families, county.surveys.facts
    here = families.village == index
    persons, households = int(families.size[here].sum()), int(here.sum())
    able = np.isin(county.persons.labour, ("ordinary", "skilled", "weak")) & here[county.kin.household]
    remote, poor = float(villages.remote[index]), bool(villages.poor[index])
    groups = int(3 + villages.households[index] // 90)
    paved = bool(villages.paved[index])
    counted = {
        "name": str(villages.name[index]),
        "area_id": str(villages.code[index]),
        "year": INCOME_YEAR + 1,
        "households": households,
        "persons": persons,
        "labour": int(able.sum()),
        "groups": groups,
        "per_capita_income": round(int(county.surveys.net[here].sum()) / persons / 100, 2),
        "arable": round(float(facts["arable"][here].sum()), 2),
        "safe_water_households": int(facts["safe_water"][here].sum()),
        "tap_water_households": int(facts["tap_water"][here].sum()),
        "power_households": households,
        "dangerous_houses": int(facts["dangerous_house"][here].sum()),
        "collective_income": 0 if poor else round(float(rng.gamma(1.5, 9000)), 2),
        "leading_industries": "苹果" if villages.orchard[index] > 0.45 else "小麦、玉米",
        "paved_road": paved,
        "groups_without_road": 0 if paved else int(rng.integers(1, groups + 1)),
        "doctors": int(rng.integers(0, 3)),
        "cooperatives": int(rng.integers(0, 4)),
    }
    shares = {
        "bus": 0.85 - 0.4 * remote,
        "production_power": 0.9,
        "broadband": 0.6 - 0.3 * remote,
        "clinic": 0.9,
        "kindergarten": 0.3,
        "school": 0.5,
        "culture_room": 0.55,
    }
    return counted | {name: bool(rng.random() < share) for name, share in shares.items()}
