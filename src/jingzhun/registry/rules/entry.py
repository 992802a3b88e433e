"""What a form refuses and what it only warns of. The database's constraints and the quality checks stand behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.registry import dictionary

from .ids import Problem, read_id
from .plausible import impossible, unusual

ID_MESSAGES: dict[Problem, str | Promise] = {
    Problem.LENGTH: _("An ID number has 18 characters, a certificate of disability 20 or 22."),
    Problem.CHARACTERS: _("The first 17 characters are digits, the 18th a digit or X; look for a mistyped character."),
    Problem.DATE: _("Characters 7 to 14 are the birth date, and no such day exists."),
    Problem.CHECK_DIGIT: _("The check digit does not fit: one of the digits is mistyped, or two are exchanged."),
    Problem.CERTIFICATE: _("Behind the 18 characters stand the kind of disability (1 to 7) and its degree (1 to 4)."),
    Problem.REGION: _("The ID number's region is not a known one; please compare it with the document."),
    Problem.PLACEHOLDER: _("This is a placeholder; enter the ID number as soon as there is one."),
    Problem.MISSING: _("The ID number is missing; enter it as soon as there is one."),
}


@dataclass(frozen=True)
class Remark:
    """One remark on one field; a refusal keeps the form back, a warning is shown once it is saved."""

    field: str
    message: str | Promise
    refuses: bool


def value_remarks(sheet: str, values: Mapping[str, Any]) -> list[Remark]:
    """Remarks on single values by the dictionary: what cannot be true refuses, what is unusual warns."""
    remarks = []
    for field in dictionary.fields(sheet):
        value = values.get(field.name)
        if fault := impossible(field, value):
            remarks.append(Remark(field.name, str(fault), True))
        elif fault := unusual(field, value):
            remarks.append(Remark(field.name, str(fault), False))
    return remarks


def member_remarks(values: Mapping[str, Any], today: date) -> list[Remark]:
    """Remarks on a member's values as typed."""
    facts = read_id(values.get("id_number") or "")
    remarks = value_remarks("member", values)
    if facts.problem:
        remarks.append(Remark("id_number", ID_MESSAGES[facts.problem], facts.problem.blocks))
    born = values.get("birth_date")
    if born and born > today:
        remarks.append(Remark("birth_date", _("Nobody is born in the future."), True))
    if born and facts.birth_date and not facts.problem.blocks and born != facts.birth_date:
        remarks.append(Remark("birth_date", _("The birth date differs from the ID number's."), False))
    if values.get("sex") and facts.sex and not facts.problem.blocks and values["sex"] != facts.sex:
        remarks.append(Remark("sex", _("The sex differs from the ID number's (its 17th digit)."), False))
    health = values.get("health") or []
    if "healthy" in health and len(health) > 1:
        remarks.append(Remark("health", _("Healthy goes with no illness or disability."), True))
    return remarks


def household_remarks(values: Mapping[str, Any]) -> list[Remark]:
    """Remarks on a household's values as typed."""
    main, others = values.get("cause_main") or "", values.get("causes_other") or []
    remarks = value_remarks("household", values)
    if main and main in others:
        message = _("The main cause must not stand among the other causes again.")
        remarks.append(Remark("causes_other", message, True))
    if len(others) > 2:
        remarks.append(Remark("causes_other", _("A household has at most two other causes."), True))
    if others and not main:
        remarks.append(Remark("cause_main", _("Other causes need a main cause."), True))
    return remarks


def first_income_year(since: date) -> int:
    """The first year whose incomes a household can be asked for: the one before the register knew it."""
    return since.year - 1


def survey_remarks(values: Mapping[str, Any], today: date, since: date | None = None) -> list[Remark]:
    """Remarks on a survey's values as typed. `since`: the first day on which the register knows the household."""
    remarks = value_remarks("survey", values)
    visited, year = values.get("visited_on"), values.get("year")
    if since and year and year < first_income_year(since):
        message = _("The register knows this household since %(since)s: its first incomes are those of %(first)s.")
        told = {"since": since.isoformat(), "first": first_income_year(since)}
        remarks.append(Remark("year", message % told, True))
    if visited and visited > today:
        remarks.append(Remark("visited_on", _("A visit lies in the past."), True))
    if visited and year and visited.year < year:
        remarks.append(Remark("visited_on", _("Incomes of a year are asked after it has begun."), True))
    if year and year > today.year:
        remarks.append(Remark("year", _("That year has not begun yet."), True))
    if values.get("members_counted") == 0:
        remarks.append(Remark("members_counted", _("At least one member is counted."), True))
    for name, value in values.items():
        if name.startswith(("income_", "transfer_", "spending_")) and value is not None and value < 0:
            remarks.append(Remark(name, _("The amount is negative; a loss belongs to the expenses."), False))
    if values.get("safe_water") and values.get("water_difficulty"):
        remarks.append(
            Remark("safe_water", _("Safe water and water difficulty exclude each other; look again."), False)
        )
    if values.get("dangerous_house") is False and values.get("house_grade") in ("C", "D"):
        remarks.append(Remark("dangerous_house", _("A house of grade C or D is dangerous; look again."), False))
    return remarks
