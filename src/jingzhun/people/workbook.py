"""Users with their roles, and organisations, as workbooks."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the file's media type


def write_users(users: Iterable[User], target: BinaryIO) -> int:
    """Write one row for each role, one for a user without any; gives the number of users."""
    heads = [_("Login"), _("Name"), _("Switched off"), _("Role"), _("Area"), _("Area code"), _("Organisation"),
             _("From"), _("Until"), _("Last login")]  # fmt: skip
    listed = list(users)
    _write(_("Users"), heads, (row for user in listed for row in _rows(user)), target)
    return len(listed)


def write_organisations(organisations: Iterable[Any], target: BinaryIO) -> int:
    """Write one row for each, with the number of people that the screen tells; gives their number."""
    heads = [_("Organisation"), _("Level"), _("Area"), _("Area code"), _("People")]
    rows = (
        [each.name, each.get_level_display(), each.area.short_name if each.area else "", each.area_id, each.people]
        for each in organisations
    )
    return _write(_("Organisations"), heads, rows, target)


def _write(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], target: BinaryIO) -> int:
    """One sheet with heads that stay in sight; gives the number of rows. A text stays a text."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    number = 0
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(title)
        heading, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 16)
        sheet.write_row(0, 0, heads, heading)
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell:
                    sheet.write_string(number, column, str(cell))
        sheet.autofilter(0, 0, max(number, 1), len(heads) - 1)
    return number


def _rows(user: User) -> list[list[str | date | None]]:
    who: list[str | date | None] = [user.username, user.full_name, "" if user.is_active else _("yes")]
    seen = timezone.localtime(user.last_login).date() if user.last_login else None
    roles = [
        [
            role.get_role_display(),
            role.area.name,
            role.area_id,
            str(role.organisation or ""),
            role.valid_from,
            role.valid_until,
        ]
        for role in user.assignments.all()
    ]
    return [[*who, *role, seen] for role in roles or [[None] * 6]]
