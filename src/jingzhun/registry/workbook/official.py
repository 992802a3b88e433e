"""The official layouts: which columns stand in which order on which sheet, and what the sheets are called."""

from collections.abc import Iterable
from dataclasses import dataclass

from jingzhun.registry import dictionary

Key = tuple[str, str]  # sheet of the dictionary, field
LANGUAGES = ("zh", "en")

# Columns of the national export of the register (one row per person), in its order.
_NATIONAL = """
    household.province household.city household.county household.town household.village household.group
    household.number member.number member.name member.sex member.id_number survey.members_counted member.relation
    member.ethnicity member.politics member.education member.student member.health member.labour member.work_place
    member.work_months member.medical_insurance member.serious_illness_insurance member.pension_insurance
    member.allowance household.status household.exit_year household.attribute household.cause_main
    household.causes_other survey.dangerous_house survey.safe_water survey.water_difficulty survey.stated_per_capita
    household.phone household.bank household.account
"""
NATIONAL: tuple[Key, ...] = tuple(
    (sheet, name) for sheet, _dot, name in (key.partition(".") for key in _NATIONAL.split())
)


@dataclass(frozen=True)
class Names:
    """What our own sheets are called in a language."""

    households: str
    members: str
    codes: str
    code_headers: tuple[str, str, str]
    title: str


NAMES = {
    "zh": Names("户", "人", "代码", ("代码表", "填写内容", "代码"), "建档立卡信息采集表"),
    "en": Names("households", "members", "codes", ("code list", "wording", "code"), "Register of poor households"),
}
CODE_SHEETS = frozenset(names.codes for names in NAMES.values())


def national_columns(*, personal: bool = True) -> tuple[Key, ...]:
    """The national columns, then the register's further ones: every field of the dictionary has its place."""
    further = [
        (field.sheet, field.name)
        for sheet in ("household", "member", "survey")
        for field in dictionary.fields(sheet)
        if (field.sheet, field.name) not in NATIONAL
    ]
    return _kept((*NATIONAL, *further), personal)


def household_columns(*, personal: bool = True) -> tuple[Key, ...]:
    """Our sheet of households: the household's columns, then those of one year's survey."""
    return _kept(
        [(field.sheet, field.name) for sheet in ("household", "survey") for field in dictionary.fields(sheet)], personal
    )


def member_columns(*, personal: bool = True) -> tuple[Key, ...]:
    """Our sheet of members, each with the number of its household."""
    members = [(field.sheet, field.name) for field in dictionary.fields("member")]
    return _kept([("household", "number"), *members], personal)


def header(key: Key, language: str) -> str:
    """A column's official header in a language (zh or en)."""
    field = dictionary.field(*key)
    return field.en if language == "en" else field.zh


def _kept(keys: Iterable[Key], personal: bool) -> tuple[Key, ...]:
    """Without the columns of personal numbers, unless they are wanted: a column that is absent changes nothing."""
    return tuple(key for key in keys if personal or dictionary.field(*key).kind not in ("id", "phone", "account"))
