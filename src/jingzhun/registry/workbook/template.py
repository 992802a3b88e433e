"""Our own workbook as a form: drop-downs, a note on each column, and the sheet of the code lists behind them."""

from typing import Any, BinaryIO

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.registry import dictionary
from jingzhun.registry.dictionary import Field
from jingzhun.registry.readable import UNITS

from .book import new_book
from .official import NAMES, Key, header, household_columns, member_columns

AS_TEXT = frozenset({"id", "phone", "account", "text"})  # what Excel must not take for a number
ROWS = 5_000  # rows of the template that have drop-downs
REQUIRED = {("household", "number"), ("member", "name"), ("member", "relation")}
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # of a drop-down's warning, in Excel
WIDTHS = {"text": 14, "id": 22, "account": 24, "phone": 14, "date": 12, "codes": 18}

Ranges = dict[str, str]  # by code list, where its wordings stand


def write_template(target: BinaryIO, language: str) -> None:
    """An empty workbook in our layout, to be filled in and imported. `language`: zh or en."""
    with new_book(target) as book:
        start_own(book, language, household_columns(), member_columns(), ROWS)


def start_own(
    book: Any, language: str, households: tuple[Key, ...], members: tuple[Key, ...], rows: int
) -> tuple[Any, Any]:
    """Add our three sheets with headers, notes and drop-downs; gives the sheets of households and of members."""
    names = NAMES[language]
    sheets = [
        (book.add_worksheet(name), keys) for name, keys in ((names.households, households), (names.members, members))
    ]
    ranges = _write_codes(book, book.add_worksheet(names.codes), language)
    for sheet, keys in sheets:
        write_headers(book, sheet, keys, language, 0)
        sheet.freeze_panes(1, 1)
        for position, key in enumerate(keys):
            _validate(sheet, position, dictionary.field(*key), language, ranges, rows)
    return sheets[0][0], sheets[1][0]


def write_headers(book: Any, sheet: Any, keys: tuple[Key, ...], language: str, row: int) -> None:
    """The header row, a note on each of its cells, and columns that keep long numbers as text."""
    styles = {
        True: book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#FDE9D9"}),
        False: book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
    }
    text = book.add_format({"num_format": "@"})
    for position, key in enumerate(keys):
        field = dictionary.field(*key)
        sheet.set_column(position, position, WIDTHS.get(field.kind, 11), text if field.kind in AS_TEXT else None)
        sheet.write_string(row, position, header(key, language), styles[key in REQUIRED])
        sheet.write_comment(row, position, note(field, language), {"x_scale": 1.6})


def note(field: Field, language: str) -> str:
    """What to write into a column, in words."""
    with translation.override("en" if language == "en" else "zh-hans"):
        said = [_KINDS.get(field.kind, ""), _NOTES.get((field.sheet, field.name), "")]
        if field.unit in UNITS:
            said.append(_("Unit: %(unit)s.") % {"unit": UNITS[field.unit]})
        return "\n".join(str(each) for each in said if each) or str(_("Text."))


_KINDS: dict[str, str | Promise] = {
    "money": _("An amount in yuan for the whole year; at most two decimal places."),
    "decimal": _("A number; at most two decimal places."),
    "int": _("A whole number."),
    "date": _("A day, such as 2014-04-15."),
    "code": _("One of the wordings in the drop-down list."),
    "codes": _("One or several of the wordings on the sheet of codes, separated by 、 or ;."),
    "bool": _("Yes or no; empty if it is not known."),
    "id": _("The 18 digits of the ID card, or the 20 characters of the disability certificate, as text."),
    "phone": _("As text."),
    "account": _("As text, so that no digit is lost."),
}
_NOTES: dict[Key, str | Promise] = {
    ("household", "number"): _(
        "17 digits for a household that is on the register. For a new one any mark of your own (1, 2, 3 …), the same on"
        " both sheets; the register gives the number."
    ),
    ("household", "area_code"): _("12 digits of the village. Not needed where town and village are named."),
    ("household", "group"): _("A group that the village does not have yet is added to it."),
    ("household", "status"): _("Empty for a household that is not on the register of the poor."),
    ("member", "number"): _("19 digits for a person who is on the register; else empty."),
    ("member", "relation"): _("Each household has exactly one head."),
    ("member", "birth_date"): _("Empty: taken from the ID number."),
    ("survey", "year"): _("The year whose incomes are told; not the year of the visit."),
    ("survey", "stated_per_capita"): _(
        "Only where the parts of the income are not known: the register works it out from them."
    ),
    ("survey", "income_production"): _("Before expenses; these have a column of their own."),
}


def _write_codes(book: Any, sheet: Any, language: str) -> Ranges:
    """All code lists one below the other; gives where each stands."""
    names, ranges = NAMES[language], {}
    bold = book.add_format({"bold": True, "bottom": 1})
    for position, title in enumerate(names.code_headers):
        sheet.write_string(0, position, title, bold)
        sheet.set_column(position, position, 28)
    sheet.freeze_panes(1, 0)
    row = 1
    for name, title in _lists(language).items():
        first = row
        for entry in dictionary.codes(name).values():
            for position, text in enumerate((title, entry.en if language == "en" else entry.zh, entry.code)):
                sheet.write_string(row, position, text)
            row += 1
        ranges[name] = f"='{names.codes}'!$B${first + 1}:$B${row}"
    return ranges


def _lists(language: str) -> dict[str, str]:
    """Code lists that columns use, with the header of the first such column."""
    found: dict[str, str] = {}
    for field in dictionary.fields():
        if field.code_list:
            found.setdefault(field.code_list, header((field.sheet, field.name), language))
    return found


_NUMBERS = {"money": "decimal", "decimal": "decimal", "int": "integer"}


def _validate(sheet: Any, position: int, field: Field, language: str, ranges: Ranges, rows: int) -> None:
    """What Excel lets in: what the importer would let in."""
    if field.kind in ("code", "bool"):
        options: dict[str, Any] = {"validate": "list", "source": ranges[field.code_list]}
    elif field.kind in _NUMBERS and field.low is not None and field.high is not None:
        bounds = {"minimum": float(field.low), "maximum": float(field.high)}
        options = {"validate": _NUMBERS[field.kind], "criteria": "between", **bounds}
    else:
        return
    options["error_title"] = header((field.sheet, field.name), language)[:LONGEST_TITLE]
    options["error_message"] = note(field, language)[:LONGEST_MESSAGE]
    sheet.data_validation(1, position, rows, position, options)
