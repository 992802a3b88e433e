"""The code is the path: 610426 (county) contains 610426102 (town) contains 610426102201 (village)."""

from enum import StrEnum

from django.utils.translation import gettext as _

from jingzhun.methods.typed import is_digits


class Level(StrEnum):
    """Administrative levels; values are stored, lengths are those of the codes (NBS statistical codes, GB/T 10114)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GROUP = "group"

    @property
    def digits(self) -> int:
        return DIGITS[self]


DIGITS = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWN: 9,
    Level.VILLAGE: 12,
    Level.GROUP: 15,
}
LEVEL_OF = {digits: level for level, digits in DIGITS.items()}
PADDED = (DIGITS[Level.COUNTY], DIGITS[Level.VILLAGE])  # lengths to which files fill codes up (GB/T 2260, NBS)


class BadAreaCode(ValueError):
    """A code that is not digits of a length that names a level."""


def level_of(code: str) -> Level:
    """Level that a code names by its length. Raises BadAreaCode."""
    if not is_digits(code) or len(code) not in LEVEL_OF:
        told = {"code": repr(code)}
        raise BadAreaCode(_("%(code)s is not an area code: 2, 4, 6, 9, 12 or 15 digits are expected") % told)
    return LEVEL_OF[len(code)]


def parent_of(code: str) -> str | None:
    """Code of the area directly above; None for a province. Raises BadAreaCode."""
    level = level_of(code)
    levels = list(Level)
    above = levels.index(level) - 1
    return None if above < 0 else code[: levels[above].digits]


def without_padding(code: str) -> str:
    """The code of an area whose file fills all codes up with zeros: `610426` for `610426000000`, `61` for `610000`."""
    if not is_digits(code) or len(code) not in PADDED:
        return code
    while len(code) > DIGITS[Level.PROVINCE]:
        shorter = code[: max(digits for digits in LEVEL_OF if digits < len(code))]
        if code[len(shorter) :].strip("0"):
            break
        code = shorter
    return code


def ancestors_of(code: str) -> list[str]:
    """Codes from the province down to the area itself. Raises BadAreaCode."""
    level_of(code)
    return [code[:digits] for digits in sorted(LEVEL_OF) if digits <= len(code)]


def code_range(code: str) -> tuple[str, str]:
    """Half-open range (`>= first`, `< second`) that holds the area and everything in it; one index serves it."""
    return code, str(int(code) + 1).zfill(len(code))


def contains(outer: str, inner: str) -> bool:
    """Whether an area contains another (or is it)."""
    return inner.startswith(outer)


def is_rural(code: str) -> bool:
    """Whether a village code names a villagers' committee: its last three digits are 200 or above.

    001 to 199 are residents' committees (NBS rules for codes of statistical divisions, 国统字〔2009〕91号).
    """
    return code[9:12] >= "200"


SHORTER = (("社区居民委员会", "社区"), ("居民委员会", ""), ("村民委员会", "村"), ("村委会", "村"))


def short_name(name: str) -> str:
    """`永安村` for `永安村委会`; `建设路社区` for `建设路社区居民委员会`."""
    for tail, kept in SHORTER:
        if name.endswith(tail):
            return name.removesuffix(tail) + kept
    return name
