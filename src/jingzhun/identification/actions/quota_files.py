"""Quotas of villages as they come from the county: a pasted list or a workbook, with village code and number."""

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.small import first_sheet

VILLAGE = re.compile(r"^\d{12}$")
MOST_ROWS = 20_000
MOST_FAULTS = 20


def read_text(text: str) -> dict[str, int]:
    """Lines of a code and a number, however they are kept apart. Raises Refused naming the line."""
    return _pairs((number, re.split(r"[\s,;，；]+", line.strip())) for number, line in enumerate(text.splitlines(), 1))


def read_workbook(file: BinaryIO, size: int) -> dict[str, int]:
    """Rows of the first sheet that hold a village's code; the next whole number is its quota. Raises Refused."""
    return _pairs(first_sheet(file, size, MOST_ROWS, _("The file is too large for a list of villages.")))


def _pairs(lines: Iterable[tuple[int, list[str]]]) -> dict[str, int]:
    """Quotas by village. Raises Refused naming every row that is wrong, of many the first ones."""
    found: dict[str, int] = {}
    faults: list[str | Promise] = []
    for number, cells in lines:
        code = next((position for position, cell in enumerate(cells) if VILLAGE.match(cell)), None)
        if code is None:
            continue
        quota = next((cell for cell in cells[code + 1 :] if cell.isascii() and cell.isdigit()), None)
        told = {"row": number, "code": cells[code]}
        if quota is None or len(quota) > 6:
            faults.append(_("Row %(row)s: village %(code)s has no number of households.") % told)
        elif cells[code] in found:
            faults.append(_("Row %(row)s: village %(code)s stands there twice.") % told)
        else:
            found[cells[code]] = int(quota)
    if faults:
        raise Refused({"file": some_of(faults)})
    if not found:
        raise Refused.because(_("No row has a village's code of 12 digits with a number behind it."), "file")
    return found


def some_of(faults: Sequence[str | Promise]) -> list[str | Promise]:
    """The first faults, and how many more there are."""
    left = len(faults) - MOST_FAULTS
    more = ngettext("… and %(n)s more.", "… and %(n)s more.", left) % {"n": left} if left > 0 else ""
    return [*faults[:MOST_FAULTS], *([more] if more else [])]
