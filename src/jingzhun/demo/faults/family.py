"""A household's rows of the dirty workbook, and the kinds of faults that are planted in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jingzhun.demo.targets import INCOME_YEAR
from jingzhun.registry.rules.ids import check_digit

CHECKED_YEAR = INCOME_YEAR + 1  # the year at whose end the register is checked
POOR = "未脱贫"
REFUSED, CHECKED, ACCEPTED = "refused", "check", "accepted"


@dataclass(frozen=True)
class Spot:
    """The spoiled cell: index of the row within the household, and the field (`member.name`)."""

    row: int
    field: str


@dataclass
class Family:
    """A household with its rows, cells by field (`member.name`) as the workbook shows them; the head's row first."""

    number: str
    serial: int
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def poor(self) -> bool:
        """Whether the household is registered as poor."""
        return self.rows[0]["household.status"] == POOR

    def head(self, name: str) -> Any:
        """A cell of the head's row, where a household's own cells stand."""
        return self.rows[0][name]

    def put(self, name: str, cell: Any, row: int = 0) -> Spot:
        """Write one cell."""
        self.rows[row][name] = cell
        return Spot(row, name)

    def put_all(self, name: str, cell: Any) -> Spot:
        """Write a cell that stands on every row of the household."""
        for row in self.rows:
            row[name] = cell
        return Spot(0, name)

    def first(self, fits: Callable[[dict[str, Any]], object]) -> int | None:
        """Index of the first row that fits."""
        return next((index for index, row in enumerate(self.rows) if fits(row)), None)

    def related(self, *relations: str) -> int | None:
        """Index of the first member with one of the relations to the head."""
        return self.first(lambda row: row["member.relation"] in relations)

    def has(self, name: str, *parts: str) -> bool:
        """Whether any member's cell contains one of the parts."""
        return any(part in (row[name] or "") for row in self.rows for part in parts)

    def oldest(self) -> int:
        """Greatest age at the end of the year that is checked."""
        return max(map(age, self.rows))

    def move(self, name: str, amount: float) -> Spot | None:
        """Call a part of the farm income something else, so that the sum stays; None where it is too small."""
        farm = self.head("survey.income_production")
        if farm < amount:
            return None
        self.put("survey.income_production", round(farm - amount, 2))
        return self.put(name, round(self.head(name) + amount, 2))

    def bear(self, row: int, day: date) -> Spot:
        """Give a member another birth date, and a sound ID number to go with it."""
        male = self.rows[row]["member.sex"] == "男"
        first = f"{self.rows[row]['member.id_number'][:6]}{day:%Y%m%d}{500 + self.serial % 250 * 2 + male:03d}"
        self.put("member.id_number", first + check_digit(first), row)
        return self.put("member.birth_date", day, row)


def age(row: dict[str, Any]) -> int:
    """Age at the end of the year that is checked."""
    return int(CHECKED_YEAR - row["member.birth_date"].year)


@dataclass(frozen=True)
class Case:
    """What a fault may need to know besides its household.

    `number`: how often this kind was planted before. `registered`: ID numbers of the clean county. `villages`: (code,
    name, town's name) of all.
    """

    number: int
    registered: list[str]
    villages: list[tuple[str, str, str]]


Plant = Callable[[Family, Case], Spot | None]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: its wording, how the system must react, and with which code.

    `reaction`: refused (`code`: the importer's problem, or the quality check that refuses), check (`code`: the quality
    check that lists it), accepted (a harmless oddity). `share` in percent of the households; at least `least` of them.
    `plant` spoils a household and tells where, or gives None where it does not fit and leaves it untouched.
    """

    key: str
    zh: str
    en: str
    reaction: str
    code: str
    share: float
    least: int
    plant: Plant

    def count(self, households: int) -> int:
        """How many of so many households carry it."""
        return max(self.least, round(households * self.share / 100))


KINDS: list[Kind] = []


def kind(
    reaction: str, zh: str, en: str, code: str = "", *, share: float = 0.5, least: int = 1
) -> Callable[[Plant], Plant]:
    """Enter a function into the table of kinds, under its own name."""

    def entered(plant: Plant) -> Plant:
        KINDS.append(Kind(plant.__name__, zh, en, reaction, code, share, least, plant))
        return plant

    return entered
