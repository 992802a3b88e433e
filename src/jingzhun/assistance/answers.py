"""What answers a cause of poverty where no policy does, and the goal that it suggests (data/answers.csv)."""

import csv
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from .skills import DATA

OTHER = "other"


@dataclass(frozen=True)
class Answer:
    """A kind of measure with its words, and what a household with this cause is to reach."""

    cause: str
    kind: str
    goal_zh: str
    goal_en: str
    measure_zh: str
    measure_en: str

    @property
    def goal(self) -> str:
        """In the language of the screen."""
        return self.goal_en if _english() else self.goal_zh

    @property
    def measure(self) -> str:
        """In the language of the screen."""
        return self.measure_en if _english() else self.measure_zh


def answer_to(cause: str) -> Answer:
    """What answers a cause; one that is not known is answered as any other."""
    return _answers().get(cause) or _answers()[OTHER]


@cache
def _answers() -> dict[str, Answer]:
    with (DATA / "answers.csv").open(encoding="utf-8", newline="") as file:
        return {row["cause"]: Answer(**{name: row[name] for name in Answer.__dataclass_fields__})
                for row in csv.DictReader(file)}  # fmt: skip


def _english() -> bool:
    return (get_language() or "").startswith("en")
