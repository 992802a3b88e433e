"""What can be wrong with a workbook, a row or a cell: a code with parameters, put into words where it is read."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.registry import dictionary

# The words name what is wrong and what to do. Parameters: value (the cell's own text), the others as named.
SHOWN_CODES = 12  # of a list that a message quotes

FILE_MESSAGES: dict[str, str | Promise] = {
    "empty_file": _("The file is empty."),
    "too_big": _("The file has %(megabytes)s MB; at most %(limit)s MB are read. Split it by town."),
    "not_a_workbook": _("This is no workbook: neither .xlsx, .xls, .xlsb, .ods nor a CSV text. Save it as .xlsx."),
    "password": _("The workbook is protected by a password. Save it without one (File, Info, Protect workbook)."),
    "damaged": _("The workbook is damaged or was cut off on its way: %(detail)s. Save or send it again."),
    "zip_bomb": _("The workbook unpacks to %(megabytes)s MB, more than any register needs; it is not opened."),
    "texts_too_large": _(
        "The texts of the workbook (xl/sharedStrings.xml) unpack to more than %(limit)s MB, more than any register"
        " needs; it is not opened. Split it by town."
    ),
    "too_many_texts": _(
        "The workbook has more than %(limit)s different texts, more than any register needs; it is not opened. Split it"
        " by town."
    ),
    "endless_text": _(
        "A single text of the workbook is longer than %(limit)s MB, which no cell can be; the workbook is not opened."
    ),
    "too_many_parts": _("The workbook holds %(count)s parts, more than any register needs; it is not opened."),
    "document_type": _("The workbook declares XML entities, which no office program does; it is not opened."),
    "too_long": _("Sheet “%(sheet)s” has more than %(limit)s rows with content. Split it by town."),
    "encoding": _("Line %(line)s is neither UTF-8 nor GB18030 text. Save the file as “CSV UTF-8”, or as .xlsx."),
    "csv_structure": _("Line %(line)s cannot be read as CSV: %(detail)s."),
    "no_table": _(
        "No sheet has the headers of the register. Use the template, or keep the official headers. Village reports come"
        " in by a form of their own."
    ),
    "no_rows": _("The sheets have headers but no rows."),
    "missing_column": _("Sheet “%(sheet)s”, row %(row)s: the column “%(column)s” is missing."),
    "no_identity": _(
        "Sheet “%(sheet)s”, row %(row)s: nothing tells which household a row belongs to. Add the column “%(column)s”."
    ),
    "duplicate_column": _(
        "Sheet “%(sheet)s”: “%(column)s” stands twice, in the cells %(first)s and %(second)s. Delete one of them."
    ),
    "sheets_differ": _(
        "Sheets “%(other)s” and “%(sheet)s” have different columns: %(columns)s. Give both the same, or import them one"
        " by one."
    ),
    "no_year": _(
        "The file has income columns but no column “%(column)s”. Say at the upload to which year's incomes they belong."
    ),
    "disk_full": _("The disk is full; nothing was changed. Make room and import again."),
    "job_died": _("The reading ended unexpectedly; nothing was changed. Upload the file again."),
    "confirming_died": _("The writing ended unexpectedly; nothing was changed. Confirm again."),
    "not_waiting": _("This import does not wait for a confirmation any more."),
    "refused_rows": _("Rows are refused: correct the file, or say that the accepted households come in without them."),
    "not_yours": _("You may not import into this area any more."),
    "only_county": _("The file brings households onto the register; only the county confirms that."),
    "taken": _("The register's other screens are busy writing; nothing was changed. Confirm again in a moment."),
}

EXPORT_MESSAGES: dict[str, str | Promise] = {
    "export_not_yours": _("You may not export this area any more."),
    "export_disk_full": _("The disk is full. Make room and ask for the file again."),
    "export_died": _("The writing ended unexpectedly. Ask for the file again."),
    "too_many_persons": _("%(count)s persons do not fit on one sheet. Choose a smaller area, or CSV."),
}

WARNING_MESSAGES: dict[str, str | Promise] = {
    "sheet_ignored": _("Sheet “%(sheet)s” has no known headers and was left aside."),
    "columns_ignored": _("Sheet “%(sheet)s”: unknown columns were left aside: %(columns)s."),
    "external_links": _("The workbook refers to other files; their values were taken as last saved in it."),
    "macros": _("The workbook holds macros; they were not looked at."),
    "formulas": _("Sheet “%(sheet)s” has formulas; their values were taken as last saved."),
    "hidden_sheet": _("Sheet “%(sheet)s” is hidden; it was read all the same."),
    "other_income_year": _(
        "The file tells incomes of %(year)s; the register's newest, of most households, are those of %(usual)s. Please"
        " make sure that the year is right."
    ),
    "no_id": _("%(count)s persons have no ID number."),
    "unknown_region": _("%(count)s ID numbers have an unknown region; please compare them with the documents."),
    "placeholder_id": _("%(count)s persons have a placeholder for an ID number."),
    "not_in_file": _("%(count)s members of the register are not in the file; they stay. Record who left as events."),
    "registered_on_assumed": _("%(count)s households come without a day of registration; %(day)s was assumed."),
    "unusual_values": _("%(label)s: %(count)s values are unusual (usual: %(usual)s); please make sure they are right."),
    "unusual_names": _("%(label)s: %(count)s are unusual (a digit, or one character only); please make sure of them."),
    "stated_differs": _("%(count)s surveys state another per-capita income than their parts give; both are kept."),
}

CELL_MESSAGES: dict[str, str | Promise] = {
    "not_a_number": _("“%(value)s” is not a number."),
    "not_whole": _("“%(value)s” is not a whole number."),
    "negative": _("“%(value)s” is negative."),
    "too_precise": _("“%(value)s” has more than two decimal places."),
    "too_large": _("“%(value)s” is too large."),
    "out_of_range": _("“%(value)s” does not lie between %(low)s and %(high)s."),
    "not_a_date": _("“%(value)s” is not a date; write 2014-05-20."),
    "not_a_day": _("“%(value)s” names a day that does not exist."),
    "not_in_list": _("“%(value)s” is not in the code list; it knows: %(known)s."),
    "text_too_long": _("The text has %(length)s characters; at most %(limit)s are kept."),
    "damaged_number": _(
        "“%(value)s”: Excel keeps 15 digits only and has destroyed the rest. Format the cell as text and type it again."
    ),
    "turned_to_date": _("Excel made a date of this cell. Format it as text and type it again."),
    "not_a_phone": _("“%(value)s” is not a phone number: 11 digits for a mobile phone, or area code and number."),
    "not_a_name": _("“%(value)s” is not a name."),
    "unusual": _("“%(value)s” is unusual (usual: %(usual)s); please make sure that it is right."),
    "unusual_name": _("“%(value)s” is unusual for a name; please make sure that it is right."),
    "not_an_account": _("“%(value)s” is not a bank account: 8 to 30 digits."),
    "excel_error": _("The cell holds Excel's error %(value)s."),
    "formula_without_value": _(
        "The cell holds a formula without a value. Open the file, let it compute, and save it again."
    ),
    "number_malformed": _("“%(value)s” is not a number of the register: a household has 17 digits, a person 19."),
}

ROW_MESSAGES: dict[str, str | Promise] = {
    "missing": _("“%(column)s” is missing."),
    "id_length": _("An ID number has 18 characters, a certificate of disability 20 or 22; this one has %(length)s."),
    "id_characters": _("The ID number has a character that cannot stand there."),
    "id_date": _("Characters 7 to 14 of the ID number are the birth date, and no such day exists."),
    "id_check_digit": _("The check digit of the ID number does not fit: a digit is mistyped, or two are exchanged."),
    "id_certificate": _(
        "Behind the 18 characters stand the kind of disability (1 to 7) and its degree (1 to 4); these do not fit."
    ),
    "id_twice": _("The same ID number stands in %(other)s."),
    "id_elsewhere": _(
        "This person belongs to household %(household)s in the register; record there first that they left."
    ),
    "id_elsewhere_outside": _(
        "This person belongs to a household of another area; it must record first that they left."
    ),
    "id_other_person_outside": _("The ID number belongs to a person of another area."),
    "id_other_person": _("The ID number belongs to person %(other)s of the register, whom the file does not name."),
    "person_twice": _("The same person number stands in %(other)s."),
    "person_elsewhere": _("Person %(number)s belongs to household %(household)s in the register."),
    "person_elsewhere_outside": _("Person %(number)s belongs to a household of another area."),
    "person_number_mismatch": _("Person number %(number)s does not begin with its household's number."),
    "person_left": _("This person left the household on %(day)s; record the return as an event."),
    "household_number_unknown_village": _("The household number begins with %(village)s, which is no village here."),
    "household_other_area": _(
        "Household number %(number)s belongs to another village than the row says (%(village)s)."
    ),
    "household_moved": _("By the register this household lives in %(village)s; record the move as an event."),
    "household_closed": _("This household was closed on %(day)s."),
    "household_twice": _("Two households of the file are the same one of the register: %(other)s."),
    "no_household": _("No household “%(value)s” stands on the sheet of households or in the register."),
    "contradiction": _(
        "The household's rows contradict each other: %(other)s says “%(there)s”, this cell “%(value)s”."
    ),
    "no_members": _("The household has no member."),
    "no_head": _("The household has no head."),
    "two_heads": _("The household has two heads: the other one stands in %(other)s."),
    "members_counted": _("%(counted)s members are counted, but the household has %(members)s."),
    "same_sex_spouse": _("Head and spouse have the same sex."),
    "survey_future": _("That year has not ended yet."),
    "area_unknown": _("No area “%(value)s” is known here."),
    "area_unknown_near": _("No area “%(value)s” is known here; did you mean “%(near)s”?"),
    "area_ambiguous": _("“%(value)s” may be any of these: %(areas)s. Add the area code."),
    "area_no_village": _("%(value)s is no village."),
    "area_missing": _("The village is missing."),
    "area_outside": _("%(value)s lies outside your area."),
    "area_outside_outside": _("This household lies outside your area."),
    "area_contradiction": _("The area code says %(code)s, the names say %(named)s."),
    "status_exited_without_year": _("An exited household needs the year of its exit."),
    "status_exit_before": _("The exit in %(year)s does not lie after the registration on %(day)s."),
    "status_year_without_exit": _("There is a year of exit, but the household has not exited."),
    "status_by_town": _(
        "This household is not on the register. It comes onto it by identification; only the county takes over a"
        " register by a file. Leave the cell empty to record the household alone."
    ),
    "status_differs": _(
        "By the register the household is “%(register)s”, by the file “%(file)s”. Whoever comes onto the register or"
        " leaves it does so by the procedures of identification and exit."
    ),
    "status_dates_differ": _("The register has other dates of registration or exit: %(register)s."),
    "numbers_used_up": _("The village has used up its 99,999 household numbers."),
    "persons_used_up": _("The household has used up its 99 person numbers."),
    "refused_with_household": _("Another row of this household is refused, so this row is not taken either."),
    "check": _("%(message)s"),
}

MESSAGES = FILE_MESSAGES | EXPORT_MESSAGES | WARNING_MESSAGES | CELL_MESSAGES | ROW_MESSAGES


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a code of CELL_MESSAGES with its parameters."""

    code: str
    params: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, code: str, /, **params: Any) -> "Fault":
        return cls(code, tuple(params.items()))

    def __str__(self) -> str:
        return words(self.code, dict(self.params))


class WorkbookRefused(Exception):
    """A file cannot be imported as a whole; nothing was changed."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def __reduce__(self) -> Any:
        return partial(WorkbookRefused, self.code, **self.params), ()  # told by one process to another

    def __str__(self) -> str:
        return words(self.code, self.params)


def words(code: str, params: dict[str, Any]) -> str:
    """A problem in the language of the reader."""
    message = MESSAGES.get(code)
    return str(message) % (params | _in_words(params)) if message else code


def _in_words(params: dict[str, Any]) -> dict[str, str]:
    """Columns and codes that a problem names, by what they are called in the language of the reader."""
    found = {}
    if header := params.get("header"):
        found["column"] = dictionary.field(*header.split(".")).header
    if known := params.get("known_list"):
        labels = [entry.label for entry in dictionary.codes(known).values()]
        found["known"] = "、".join(labels[:SHOWN_CODES]) + ("…" if len(labels) > SHOWN_CODES else "")
    if params.get("there_list"):
        found["there"] = dictionary.label(params["there_list"], params["there"])
    return found


def column_letters(index: int) -> str:
    """`A` for 0, `AB` for 27."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int | None) -> str:
    """`C5` for row 5 and column 2; `5` alone without a column."""
    return f"{column_letters(column)}{row}" if column is not None else str(row)
