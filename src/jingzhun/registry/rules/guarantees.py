"""Two no-worries and three guarantees at a glance: what the survey and the members say of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCHOOL_FROM, SCHOOL_UNTIL = "school_age_from", "school_age_until"  # names of parameters, in years


class Person(Protocol):
    birth_date: date | None
    student: str
    education: str
    dropout_reason: str
    medical_insurance: bool | None


class Conditions(Protocol):
    per_capita: Decimal | None
    safe_water: bool | None
    dangerous_house: bool | None


@dataclass(frozen=True)
class Guarantee:
    """One of the guarantees; `met` is None where nothing is known."""

    name: str | Promise
    met: bool | None


def guarantees(
    members: Iterable[Person], survey: Conditions | None, line: Decimal | None, day: date, ages: dict[str, Decimal]
) -> list[Guarantee]:
    """Income, schooling, medical insurance, housing and water of a household on a day (厅字〔2016〕16号).

    Food and clothing are judged by the income against the line. `ages`: first and last year of age of compulsory
    schooling; without it schooling is not judged.
    """
    people = list(members)
    income = survey.per_capita if survey else None
    return [
        Guarantee(_("Income above the line"), None if income is None or line is None else income >= line),
        Guarantee(_("Compulsory schooling"), _schooling(people, day, ages)),
        Guarantee(_("Basic medical care"), _insured(people)),
        Guarantee(_("Safe housing"), _not(survey.dangerous_house if survey else None)),
        Guarantee(_("Safe drinking water"), survey.safe_water if survey else None),
    ]


def _schooling(people: list[Person], day: date, ages: dict[str, Decimal]) -> bool | None:
    if not {SCHOOL_FROM, SCHOOL_UNTIL} <= ages.keys():
        return None
    children = [
        person
        for person in people
        if person.birth_date and ages[SCHOOL_FROM] <= age_on(person.birth_date, day) <= ages[SCHOOL_UNTIL]
    ]
    if any(child.dropout_reason and child.dropout_reason != "finished" for child in children):
        return False
    if any(not child.student for child in children):
        return None
    return all(child.student != "none" or child.dropout_reason == "finished" for child in children)


def _insured(people: list[Person]) -> bool | None:
    known = [person.medical_insurance for person in people]
    if not known or (None in known and False not in known):
        return None
    return all(known)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def age_on(born: date, day: date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
