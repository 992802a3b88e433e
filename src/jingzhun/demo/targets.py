"""What the demo county must come to: the figures of the county's own report of 2014, and its list of villages."""

from dataclasses import dataclass
from pathlib import Path

import jingzhun.areas
from jingzhun.areas.rules import is_rural

AREAS = Path(jingzhun.areas.__file__).parent / "data" / "yongshou.csv"
INCOME_YEAR = 2013  # the first round, in 2014, judges the incomes of 2013
LINE = 2736  # yuan per person, 2013 (parameters: poverty_line)
PROVINCE_INCIDENCE = 0.151  # Shaanxi 2013 (parameters: province_incidence)
PROVINCE_INCOME = 6503  # Shaanxi 2013, yuan per person (parameters: province_income)


@dataclass(frozen=True)
class Targets:
    """Exact totals of the generated county."""

    households: int = 45_000
    persons: int = 175_359
    poor_villages: int = 102
    poor_households: int = 13_634
    poor_persons: int = 50_854

    def scaled(self, villages: int, of: int) -> "Targets":
        """The same county with fewer villages, in proportion."""

        def part(number: int) -> int:
            return round(number * villages / of)

        return Targets(*(part(number) for number in vars(self).values()))


def rural_villages() -> list[tuple[str, str, str]]:
    """(code, name, town's name) of every village of the county, without its urban communities."""
    rows = [line.split(",") for line in AREAS.read_text(encoding="utf-8").splitlines()[1:]]
    names = {row[0]: row[1] for row in rows}
    return [(row[0], row[1], names[row[0][:9]]) for row in rows if row[2] == "village" and is_rural(row[0])]
