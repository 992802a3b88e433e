"""A department's list goes from its file to the flags that it raises, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.identification.department_lists import read_list
from jingzhun.identification.models import CrossList, Round
from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import WorkbookRefused

from .crosscheck import Handed, match, take_list


@dataclass(frozen=True)
class Taken:
    """What a department handed over."""

    kind: str
    source: str
    as_of: date
    name: str

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Taken":
        return cls(told["kind"], told["source"], date.fromisoformat(told["as_of"]), told["name"])


@dataclass(frozen=True)
class Done:
    """What came of it."""

    list: CrossList
    rows: int
    left_out: int
    flags: int


@transaction.atomic
def take_and_match(
    round_: Round,
    path: Path,
    handed: Taken,
    *,
    by: User | System,
    partial: bool = False,
    at: datetime | None = None,
) -> Done:
    """Take a file's rows and match them with a round. Raises NotYours, and Refused for a file that cannot be read.

    Where a row has no readable ID number the file is refused as a whole, unless `partial` leaves such rows out.
    """
    try:
        read = read_list(path)
    except WorkbookRefused as refused:
        raise Refused.because(str(refused), "file") from refused
    if read.bad and not partial:
        first = read.bad[0]
        told = {"count": len(read.bad), "sheet": first.sheet, "cell": first.cell, "problem": first.problem}
        raise Refused.because(
            _("%(count)s rows cannot be read. The first: sheet “%(sheet)s”, cell %(cell)s: %(problem)s") % told, "file"
        )
    made = take_list(
        round_.area, Handed(handed.kind, handed.source, handed.as_of, handed.name), read.rows, by=by, at=at
    )
    return Done(made, len(read.rows), len(read.bad), len(match(made, round_, by=by, at=at)))
