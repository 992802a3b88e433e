"""Parameters as a workbook."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from jingzhun.parameters.queries import Line
from jingzhun.registry.workbook.lists import Head, write_list

NUMBERS = "#,##0.####"


def write(lines: Iterable[tuple[Line, str]], target: BinaryIO) -> int:
    """Write one row for each parameter with the value in force, or the last that was, and whose it is; their number."""
    heads = [
        Head(_("Group"), 22), Head(_("Parameter"), 36), Head(_("Code"), 26), Head(_("Value"), 12, NUMBERS),
        Head(_("Unit"), 24), Head(_("From"), 12), Head(_("Until"), 12), Head(_("Whose value"), 16),
        Head(_("Source"), 60),
    ]  # fmt: skip
    return write_list(target, _("Parameters"), heads, (_row(line, whose) for line, whose in lines))


def _row(line: Line, whose: str) -> list[Any]:
    row, kind = line.shown, line.kind
    value, start, until = (row.value, row.valid_from, row.valid_until) if row else (None, None, None)
    return [line.group, kind.label, kind.name, value, kind.unit_label, start, until, whose, line.source]
