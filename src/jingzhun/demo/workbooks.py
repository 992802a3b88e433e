"""The generated county as workbooks in the official layouts: one national export per town, one list of villages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from jingzhun.registry import dictionary
from jingzhun.registry.workbook.book import new_book
from jingzhun.registry.workbook.official import NATIONAL

from .families import Families, Kin, draw_families, draw_kin
from .persons import Persons, draw_persons
from .surveys import Surveys, draw_surveys, visits
from .targets import Targets
from .villages import Villages, draw_villages

# The national layout, one row per person; the household's and the survey's further columns follow.
FURTHER = """
    member.birth_date member.dropout_reason household.registered_on household.recognised_by household.family_planning
    household.martyr_family survey.visited_on survey.surveyor_1 survey.surveyor_2 survey.income_wage
    survey.income_production survey.income_property survey.transfer_family_planning survey.transfer_allowance
    survey.transfer_five_guarantees survey.transfer_pension survey.transfer_ecology survey.transfer_other
    survey.expense_production survey.spending_medical survey.spending_schooling survey.spending_disaster
    survey.spending_building survey.arable survey.irrigated survey.forest survey.returned_forest survey.orchard
    survey.tap_water survey.domestic_power survey.production_power survey.broadcast survey.road_type survey.road_km
    survey.fuel survey.sanitary_toilet survey.house_area survey.house_structure survey.house_year survey.house_grade
    survey.cooperative survey.enterprise_led survey.car survey.tractor survey.commercial_property survey.business
""".split()
COLUMNS = [*NATIONAL, *(tuple(name.split(".")) for name in FURTHER)]
HEADERS = [dictionary.field(sheet, name).zh for sheet, name in COLUMNS]
# What the register of residents does not know: who is poor is found out by the procedure (demo/story).
OF_THE_POOR = {
    ("household", name)
    for name in ("status", "exit_year", "attribute", "cause_main", "causes_other", "registered_on", "recognised_by")
}
RESIDENTS = [column for column in COLUMNS if column not in OF_THE_POOR]
NOT_OF_THE_SURVEY = ("family_planning", "martyr_family", "disaster")  # facts of the household, or of its causes
Columns = list[tuple[str, ...]]
BANK = "永寿县农村信用合作联社"
SURVEYORS = np.array(list("甲乙丙丁戊己庚辛"))


@dataclass(frozen=True)
class County:
    """Everything that was drawn."""

    villages: Villages
    families: Families
    kin: Kin
    persons: Persons
    surveys: Surveys
    visited: NDArray[np.object_]
    pair: NDArray[np.int64]
    registered: NDArray[np.object_]

    @property
    def serials(self) -> NDArray[np.int64]:
        """Serial number of each household within its village, from 1."""
        first = np.searchsorted(self.families.village, np.arange(len(self.villages)))
        return np.arange(len(self.families)) - first[self.families.village] + 1


def draw_county(seed: int, places: list[tuple[str, str, str]], targets: Targets) -> County:
    """Draw a county; the same seed, villages and targets give the same county to the last digit."""
    rng: Generator = np.random.default_rng(seed)
    villages = draw_villages(rng, places, targets)
    families = draw_families(rng, villages, targets)
    kin = draw_kin(rng, families)
    persons = draw_persons(rng, kin, families)
    surveys = draw_surveys(rng, villages, families, kin, persons)
    visited, pair = visits(rng, len(families))
    registered = np.array([date(2014, 10, 8 + int(day)) for day in rng.integers(0, 20, len(villages))], object)
    return County(villages, families, kin, persons, surveys, visited, pair, registered)


def write_town(county: County, town: str, path: Path, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write a town's residents in the national layout; returns the number of persons."""
    here = np.flatnonzero(county.villages.town[county.families.village] == town)
    return write_rows(path, f"{town}农户信息采集表", person_rows(county, here, RESIDENTS), progress, RESIDENTS)


def write_county(county: County, path: Path) -> int:
    """Write the whole county into one sheet: 175,000 rows for those who want to see it sweat."""
    return write_rows(path, "永寿县建档立卡信息采集表", person_rows(county, np.arange(len(county.families))))


def write_rows(
    path: Path,
    title: str,
    rows: Iterable[list[Any]],
    progress: Callable[[int], None] = lambda _: None,
    columns: Columns = COLUMNS,
) -> int:
    """Write rows of the national layout under a title and the headers (rows 1 and 2); returns their number."""
    written = 0
    with new_book(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("基础信息")
        sheet.write_string(0, 0, title)
        sheet.write_row(1, 0, [dictionary.field(kind, name).zh for kind, name in columns])
        sheet.freeze_panes(2, 9)
        for written, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(written + 1, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(written + 1, column, cell, day)
                else:
                    sheet.write_number(written + 1, column, cell)
            if written % 2000 == 0:
                progress(written)
    return written


def person_rows(county: County, households: NDArray[np.int64], columns: Columns = COLUMNS) -> Iterator[list[Any]]:
    """Rows of the national layout for some households (indices in order); survey columns on the head's row only."""
    first = np.searchsorted(county.kin.household, households)
    last = np.searchsorted(county.kin.household, households, side="right")
    of_household = _household_cells(county)
    of_person = _person_cells(county)
    for household, begin, end in zip(households.tolist(), first.tolist(), last.tolist(), strict=True):
        shared, once = of_household(household)
        for place, person in enumerate(range(begin, end)):
            cells = shared | of_person(person, f"{shared['household', 'number']}{place + 1:02d}")
            if place == 0:
                cells |= once
            yield [cells.get(column) for column in columns]


def _labels(name: str) -> dict[str, str]:
    return {"": ""} | {code: entry.zh for code, entry in dictionary.codes(name).items()}


def _household_cells(county: County) -> Callable[[int], tuple[dict, dict]]:
    """A function giving a household's cells that stand on every row, and those that stand on the head's row."""
    place_cells, facts_cells = _place_cells(county), _facts_cells(county)
    visit_cells, poor_cells = _visit_cells(county), _poor_cells(county)
    poor = county.families.poor

    def cells(household: int) -> tuple[dict, dict]:
        shared = place_cells(household)
        once = visit_cells(household) | facts_cells(household)
        if poor[household]:
            of_all, of_head = poor_cells(household)
            shared |= of_all
            once |= of_head
        return shared, once

    return cells


def _place_cells(county: County) -> Callable[[int], dict]:
    """Where a household lives, its number and size."""
    villages, families = county.villages, county.families
    serials, groups = county.serials, 3 + villages.households // 90

    def cells(household: int) -> dict:
        village = int(families.village[household])
        code, serial = str(villages.code[village]), int(serials[household])
        return {
            ("household", "province"): "陕西省",
            ("household", "city"): "咸阳市",
            ("household", "county"): "永寿县",
            ("household", "town"): str(villages.town[village]),
            ("household", "village"): str(villages.name[village]),
            ("household", "group"): f"{1 + serial * int(groups[village]) // (int(villages.households[village]) + 1)}组",
            ("household", "number"): f"{code}{serial:05d}",
            ("survey", "members_counted"): int(families.size[household]),
        }

    return cells


def _visit_cells(county: County) -> Callable[[int], dict]:
    """How a household is reached, what it is by its own papers, and who visited it."""
    families, surveys = county.families, county.surveys
    planning = _labels("family_planning")

    def cells(household: int) -> dict:
        per_head = int(surveys.net[household]) / int(families.size[household]) / 100
        return {
            # 1 and nine zeros stand before the serial: no such prefix was ever allotted to a mobile network.
            ("household", "phone"): f"100{household:08d}" if household % 9 else None,
            ("household", "bank"): BANK,
            ("household", "account"): f"000000{household:013d}",
            ("household", "family_planning"): planning[str(surveys.facts["family_planning"][household])],
            ("household", "martyr_family"): "是" if surveys.facts["martyr_family"][household] else "否",
            ("survey", "visited_on"): county.visited[household],
            ("survey", "surveyor_1"): f"调查员{SURVEYORS[county.pair[household]]}",
            ("survey", "surveyor_2"): f"调查员{SURVEYORS[county.pair[household] + 4]}",
            ("survey", "stated_per_capita"): round(per_head, 2),
        }

    return cells


def _facts_cells(county: County) -> Callable[[int], dict]:
    """Incomes and what else the survey found."""
    surveys = county.surveys
    facts = {name: values for name, values in surveys.facts.items() if name not in NOT_OF_THE_SURVEY}
    kinds = {name: dictionary.field("survey", name) for name in facts}
    labels = {name: _labels(field.code_list) for name, field in kinds.items() if field.kind == "code"}

    def cells(household: int) -> dict:
        told: dict[tuple[str, str], Any] = {
            ("survey", name): int(amounts[household]) / 100 for name, amounts in surveys.money.items()
        }
        for name, values in facts.items():
            value = values[household].item()
            if name in labels:
                value = labels[name][value]
            told["survey", name] = ("是" if value else "否") if isinstance(value, bool) else value
        return told

    return cells


def _poor_cells(county: County) -> Callable[[int], tuple[dict, dict]]:
    """What stands on the register of the poor: on every row, and on the head's."""
    families, surveys = county.families, county.surveys
    causes, attributes = _labels("cause"), _labels("attribute")

    def cells(household: int) -> tuple[dict, dict]:
        shared = {
            ("household", "status"): "未脱贫",
            ("household", "attribute"): attributes[str(surveys.attribute[household])],
            ("household", "cause_main"): causes[str(surveys.main_cause[household])],
            ("household", "causes_other"): _joined(str(surveys.other_causes[household]), causes),
        }
        once = {
            ("household", "registered_on"): county.registered[int(families.village[household])],
            ("household", "recognised_by"): "国家标准",
        }
        return shared, once

    return cells


def _person_cells(county: County) -> Callable[[int, str], dict]:
    """A function giving a person's own cells."""
    persons, kin = county.persons, county.kin
    labels = {
        name: _labels(code_list)
        for name, code_list in (
            ("relation", "relation"),
            ("ethnicity", "ethnicity"),
            ("politics", "politics"),
            ("education", "education"),
            ("student", "student"),
            ("dropout_reason", "dropout_reason"),
            ("labour", "labour"),
            ("work_place", "work_place"),
        )
    }
    columns = {name: getattr(persons, name).tolist() for name in labels}
    health_labels = _labels("health")
    yes = {True: "是", False: "否"}
    names, ids, health = persons.name.tolist(), persons.id_number.tolist(), persons.health.tolist()
    months, males = persons.work_months.tolist(), kin.male.tolist()
    medical, pension, allowance = persons.medical.tolist(), persons.pension.tolist(), persons.allowance.tolist()

    def cells(person: int, number: str) -> dict:
        found: dict[tuple[str, str], Any] = {("member", name): labels[name][columns[name][person]] for name in labels}
        return found | {
            ("member", "number"): number,
            ("member", "name"): names[person],
            ("member", "sex"): "男" if males[person] else "女",
            ("member", "id_number"): ids[person],
            ("member", "birth_date"): persons.born[person],
            ("member", "health"): _joined(health[person], health_labels),
            ("member", "work_months"): months[person] or None,
            ("member", "medical_insurance"): yes[medical[person]],
            ("member", "serious_illness_insurance"): yes[medical[person]],
            ("member", "pension_insurance"): yes[pension[person]],
            ("member", "allowance"): yes[allowance[person]],
        }

    return cells


def _joined(codes: str, labels: dict[str, str]) -> str:
    return "、".join(labels[code] for code in codes.split("、") if code)
