"""Users with their roles as a workbook."""

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the file's media type


def write_users(users: Iterable[User], target: BinaryIO) -> int:
    """Write one row for each role, one for a user without any; gives the number of users. A text stays a text."""
    heads = [_("Login"), _("Name"), _("Switched off"), _("Role"), _("Area"), _("Area code"), _("Organisation"),
             _("From"), _("Until"), _("Last login")]  # fmt: skip
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("Users"))
        heading, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 16)
        sheet.write_row(0, 0, heads, heading)
        number = row = 0
        for user in users:
            number += 1
            for cells in _rows(user):
                row += 1
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell:
                        sheet.write_string(row, column, str(cell))
        sheet.autofilter(0, 0, max(row, 1), len(heads) - 1)
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
