"""Code lists of cadres: skills with the causes of poverty that they answer, and languages (data/*.csv)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Skill:
    """A skill, or a language, which answers no cause."""

    code: str
    zh: str
    en: str
    causes: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """Its name in the language of the screen."""
        return self.en if (get_language() or "").startswith("en") else self.zh


@cache
def skills() -> dict[str, Skill]:
    """Skills by code."""
    return _listed("skills.csv")


@cache
def languages() -> dict[str, Skill]:
    """Languages by code."""
    return _listed("languages.csv")


def answering(cause: str) -> frozenset[str]:
    """Codes of the skills that answer a cause of poverty."""
    return frozenset(skill.code for skill in skills().values() if cause in skill.causes)


def _listed(name: str) -> dict[str, Skill]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: Skill(row["code"], row["zh"], row["en"], frozenset((row.get("causes") or "").split()))
            for row in rows}  # fmt: skip
