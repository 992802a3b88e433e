"""The villages' yearly reports as an empty form: one row for each village and year."""

from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _

from jingzhun.registry.models import STANDING

from .book import new_book
from .village_sheet import COLUMNS, FIELDS, REQUIRED, expected

SHEET = "村"
ROWS = 1_000  # with drop-downs: the villages of a county
MOST = 2_147_483_647
BOUNDS: dict[str, dict[str, Any]] = {
    "IntegerField": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST},
    "DecimalField": {"validate": "decimal", "criteria": ">=", "value": 0},
    "BooleanField": {"validate": "list", "source": ["是", "否"]},
}


def write_village_template(target: BinaryIO, language: str) -> None:
    """An empty workbook of village reports, to be filled in and imported. `language`, of the notes: zh or en."""
    with new_book(target) as book, translation.override("en" if language == "en" else "zh-hans"):
        sheet = book.add_worksheet(SHEET)
        text = book.add_format({"num_format": "@"})
        look = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        heads = {True: book.add_format(look | {"bg_color": "#FDE9D9"}), False: book.add_format(look)}
        for position, (head, name) in enumerate(COLUMNS.items()):
            sheet.set_column(position, position, 16, text if name == "area_id" else None)
            sheet.write_string(0, position, head, heads[name in REQUIRED])
            sheet.write_comment(0, position, _note(name), {"x_scale": 1.6})
            if bounds := BOUNDS.get(_kind(name)):
                sheet.data_validation(1, position, ROWS, position, bounds | {"error_message": _note(name)[:255]})
        sheet.freeze_panes(1, 2)


def _kind(name: str) -> str:
    kind = FIELDS[name].get_internal_type()
    return "IntegerField" if kind.endswith("IntegerField") else kind


def _note(name: str) -> str:
    """What to write into a column, in words."""
    if name == "area_id":
        return _("The 12 digits of the village, as text.")
    note = _("Expected: %(what)s.") % {"what": expected(FIELDS[name])}
    return note + " " + _("Empty: as the year before.") if name in STANDING else note
