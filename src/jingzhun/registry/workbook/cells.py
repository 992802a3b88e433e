"""Cells to values: what a clerk typed, or Excel made of it, becomes a value of the register or a named problem.

Pure functions. A cell is text, a number (int or Decimal, exactly as the file has it), a truth value, a date, or an
Odd one. Nothing is guessed: a number that Excel cut to 15 digits is reported, never completed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from jingzhun.registry import dictionary
from jingzhun.registry.dictionary import Field, fold
from jingzhun.registry.rules.plausible import impossible

from .problems import Fault

CENT = Decimal("0.01")
EXACT_DIGITS = 15  # what Excel keeps of a number
BLANK = frozenset({"", "/", "-", "—", "--", "——", "\\"})  # what clerks write into a cell that has nothing
UNITS = re.compile(r"(元/人|元|亩|公里|千米|km|平方米|平米|㎡|m2|m²|个月|月|人|口|年|户)$", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+")
SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SEVERAL = re.compile(r"[、,，;；|+]+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
FIRST_SERIAL, LAST_SERIAL = 3654, 73050  # 1910 to 2099 as Excel counts days; smaller ones are years or slips
EPOCH = date(1899, 12, 30)
PHONE, ACCOUNT = (re.compile(dictionary.field("household", name).pattern) for name in ("phone", "account"))
YEARS = frozenset({"year", "exit_year", "house_year"})
MAY_BE_ROUNDED = frozenset({"stated_per_capita"})  # a quotient, often with all its places

Parser = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell without a usable value: `excel_error`, `formula_without_value`, `turned_to_date`."""

    code: str
    text: str = ""


def parser(field: Field, max_length: int | None = None) -> Parser:
    """The function that reads a cell of a field: a value, None for an empty cell, or a Fault."""
    read = _reader(field, max_length)

    def parse(cell: Any) -> Any:
        if cell is None or cell == "":
            return None
        if isinstance(cell, Odd):
            return Fault.of(cell.code, value=cell.text)
        value = read(cell)
        return value if value is None or isinstance(value, Fault) else impossible(field, value) or value

    return parse


def _reader(field: Field, max_length: int | None) -> Parser:
    kind, name = field.kind, field.name
    if kind == "text":
        return lambda cell: read_text(cell, max_length, person=name == "name")
    if kind == "int":
        return lambda cell: read_int(cell, year=name in YEARS)
    if kind in ("money", "decimal"):
        digits, negative = (10, True) if kind == "money" else (8, False)
        return lambda cell: read_decimal(cell, digits, negative=negative, rounds=name in MAY_BE_ROUNDED)
    if kind == "code":
        return lambda cell: read_code(cell, field.code_list)
    if kind == "codes":
        return lambda cell: read_codes(cell, field.code_list)
    simple: dict[str, Parser] = {
        "date": read_date,
        "bool": read_bool,
        "id": read_id_text,
        "phone": read_phone,
        "account": read_account,
    }
    return simple[kind]


def text_of(cell: Any) -> str:
    """The cell's own text, as a message quotes it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, Decimal):
        return plain(cell)
    return CONTROL.sub("", str(cell))


def plain(number: Decimal) -> str:
    """`2500.5` for 2500.500, `120` for 1.2E+2; what is too long for Excel's digits stays scientific."""
    if number.adjusted() >= EXACT_DIGITS:
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def narrow(cell: Any) -> str:
    """Text with full-width forms narrowed and white space at the ends removed; "" where nothing is meant."""
    text = unicodedata.normalize("NFKC", text_of(cell)).strip()
    return "" if text in BLANK else text


def read_text(cell: Any, max_length: int | None = None, *, person: bool = False) -> str | Fault | None:
    if isinstance(cell, date):
        return Fault.of("turned_to_date", value=text_of(cell))
    text = text_of(cell).replace("\r\n", "\n").strip()
    if person:
        text = BETWEEN_HAN.sub("", text)  # names of two characters are spread to the width of three
    if max_length is not None and len(text) > max_length:
        return Fault.of("text_too_long", length=len(text), limit=max_length)
    return text or None


def read_number(cell: Any) -> Decimal | Fault | None:
    """A finite number: from a number, or from text with thousand separators, a currency sign or a unit."""
    if isinstance(cell, bool | date | timedelta):
        return Fault.of("not_a_number", value=text_of(cell))
    if isinstance(cell, int | Decimal):
        return Decimal(cell)
    text = narrow(cell)
    if not text:
        return None
    bare = UNITS.sub("", text.lstrip("¥￥")).strip()
    if not NUMBER.fullmatch(bare) and not SCIENTIFIC.fullmatch(bare):
        return Fault.of("not_a_number", value=text_of(cell))
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return Fault.of("not_a_number", value=text_of(cell))


def read_decimal(cell: Any, digits: int, *, negative: bool, rounds: bool = False) -> Decimal | Fault | None:
    """A number with two decimal places and at most `digits` before them."""
    number = read_number(cell)
    if not isinstance(number, Decimal):
        return number
    if number.adjusted() >= digits:
        return Fault.of("too_large", value=text_of(cell))
    if number < 0 and not negative:
        return Fault.of("negative", value=text_of(cell))
    cents = number.quantize(CENT, ROUND_HALF_UP)
    # A binary fraction differs from what was typed in its last digits only (2500.1 is kept as 2500.0999999999999).
    if cents != number and not rounds and abs(cents - number) > abs(number) * Decimal("1e-14"):
        return Fault.of("too_precise", value=text_of(cell))
    if abs(cents) >= Decimal(10) ** digits:
        return Fault.of("too_large", value=text_of(cell))
    return abs(cents) if cents == 0 else cents


def read_int(cell: Any, *, year: bool = False) -> int | Fault | None:
    if year and isinstance(cell, date):
        return cell.year
    if year and (match := DATE.fullmatch(narrow(cell))):
        return int(match[1])
    number = read_number(cell)
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value():
        return Fault.of("not_whole", value=text_of(cell))
    if number < 0:
        return Fault.of("negative", value=text_of(cell))
    if number.adjusted() >= EXACT_DIGITS:
        return Fault.of("too_large", value=text_of(cell))
    return int(number)


def read_date(cell: Any) -> date | Fault | None:
    """A day: from a date, Excel's day number, or text (2014-1-5, 2014年1月5日, 20140105; 2014/1 is its first day)."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return _date_of_number(cell)
    text = narrow(cell)
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return _date_of_number(int(text)) if len(text) <= 8 else Fault.of("not_a_date", value=text_of(cell))
    match = DATE.fullmatch(re.sub(r"\s*([-/.年月日])\s*", r"\1", text))
    if not match:
        return Fault.of("not_a_date", value=text_of(cell))
    return _day(int(match[1]), int(match[2]), int(match[3] or 1), cell)


def _date_of_number(number: int | Decimal) -> date | Fault:
    whole = int(number)
    if whole == number and (match := COMPACT.fullmatch(str(whole))):
        return _day(int(match[1]), int(match[2]), int(match[3]), number)
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return EPOCH + timedelta(days=whole)
    return Fault.of("not_a_date", value=text_of(number))


def _day(year: int, month: int, day: int, cell: Any) -> date | Fault:
    try:
        return date(year, month, day)
    except ValueError:
        return Fault.of("not_a_day", value=text_of(cell))


def read_bool(cell: Any) -> bool | Fault | None:
    if isinstance(cell, bool):
        return cell
    code = read_code(cell, "yes_no")
    return code if code is None or isinstance(code, Fault) else code == "true"


def read_code(cell: Any, code_list: str) -> str | Fault | None:
    """The stored code of a wording (label in either language, alias, or the code itself)."""
    understood, key = dictionary.understood(code_list), fold(text_of(cell))
    if key in understood:
        return understood[key]
    return None if not narrow(cell) else _unknown(cell, code_list)


def read_codes(cell: Any, code_list: str) -> list[str] | Fault | None:
    """Stored codes of several wordings, each once, in the cell's order."""
    understood, whole = dictionary.understood(code_list), fold(text_of(cell))
    if whole in understood:
        return [understood[whole]]
    found: list[str] = []
    for part in SEVERAL.split(text_of(cell)):  # wordings hold blanks, and some write them with blanks between
        for word in [part] if fold(part) in understood else part.split():
            key = fold(word)
            if not key or key in BLANK:
                continue
            if key not in understood:
                return _unknown(word, code_list)
            if understood[key] not in found:
                found.append(understood[key])
    return found or None


def read_id_text(cell: Any) -> str | Fault | None:
    """An ID number as text; whether it is sound is told by rules.ids. Damaged by Excel: a Fault."""
    if type(cell) is str and len(cell) == 18 and cell[:17].isdigit() and cell.isascii():
        return cell.upper()
    text = _digits_text(cell)
    if isinstance(text, Fault) or not text:
        return text or None
    return fold(text).replace("-", "").upper() or None


def read_phone(cell: Any) -> str | Fault | None:
    if _digits(cell) == 11:
        return cell
    text = _digits_text(cell)
    if isinstance(text, Fault) or not text:
        return text or None
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+86")
    if not PHONE.fullmatch(digits):
        return Fault.of("not_a_phone", value=text_of(cell))
    return digits


def read_account(cell: Any) -> str | Fault | None:
    if 8 <= _digits(cell) <= 30:
        return cell
    text = _digits_text(cell)
    if isinstance(text, Fault) or not text:
        return text or None
    digits = re.sub(r"[\s-]", "", text)
    if not ACCOUNT.fullmatch(digits):
        return Fault.of("not_an_account", value=text_of(cell))
    return digits


def read_register_number(cell: Any, digits: int) -> str | Fault | None:
    """A number of the register with exactly so many digits."""
    if _digits(cell) == digits:
        return cell
    text = _digits_text(cell)
    if isinstance(text, Fault) or not text:
        return text or None
    key = fold(text)
    if len(key) != digits or not key.isascii() or not key.isdigit():
        return Fault.of("number_malformed", value=text_of(cell))
    return key


def read_key(cell: Any) -> str | Fault | None:
    """What links rows of a household: its number, or any other mark that the file uses for a new household."""
    if _digits(cell):
        return cell
    text = _digits_text(cell)
    return text or None if isinstance(text, Fault) else fold(text) or None


def _digits(cell: Any) -> int:
    """How many digits a text of nothing but plain digits has; 0 for any other cell."""
    return len(cell) if type(cell) is str and cell.isdigit() and cell.isascii() else 0


def _digits_text(cell: Any) -> str | Fault:
    """Text of a cell that should hold digits; a Fault where Excel has destroyed some of them."""
    if isinstance(cell, bool | date | timedelta):
        return Fault.of("turned_to_date" if isinstance(cell, date) else "not_a_number", value=text_of(cell))
    if isinstance(cell, int | Decimal):
        number = Decimal(cell)
        if number.adjusted() >= EXACT_DIGITS or number != number.to_integral_value() or number < 0:
            return Fault.of("damaged_number", value=text_of(cell))
        return str(int(number))
    text = narrow(cell).strip("'‘’`")
    return Fault.of("damaged_number", value=text_of(cell)) if SCIENTIFIC.fullmatch(text) else text


def _unknown(cell: Any, code_list: str) -> Fault:
    return Fault.of("not_in_list", value=text_of(cell).strip(), known_list=code_list)
