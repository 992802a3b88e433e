"""Where applicants stand by the numbers: income against the line, and the guarantees that are not met."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingzhun.identification.models import Application, Round
from jingzhun.identification.rules import Standing
from jingzhun.parameters.queries import DatedValues, dated_values
from jingzhun.procedure.models import Case
from jingzhun.registry.models import Household, Member, Survey
from jingzhun.registry.rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL, Guarantee, guarantees

NEAR = "guarantee_income_factor"  # parameter, times the line: below it an unmet guarantee makes poor
NAMES = ("poverty_line", NEAR, SCHOOL_FROM, SCHOOL_UNTIL)


@dataclass(frozen=True)
class Measure:
    """What a round judges incomes by, in yuan per person: the line, and below what an unmet guarantee counts too."""

    line: Decimal | None
    near: Decimal | None


def measure(dated: DatedValues, round_: Round) -> Measure:
    """The measure of a round, from the dated values (`NAMES`) of its county."""
    line = dated.poverty_line(round_.income_year)
    factor = dated.on(NEAR, date(round_.income_year, 12, 31))
    return Measure(line, None if line is None or factor is None else line * factor)


def standings(cases: Sequence[Case]) -> dict[int, Standing]:
    """Standing of each case's household by its round's income year; three queries and one per county."""
    applications = Application.objects.filter(case__in=cases).values_list("case", "household", "round")
    rounds = Round.objects.in_bulk({case.round for case in cases})
    household_of = {case: (household, rounds[round_]) for case, household, round_ in applications}
    found: dict[int, Standing] = {}
    for round_ in rounds.values():
        keys = {household: case for case, (household, theirs) in household_of.items() if theirs == round_}
        of = standings_of(keys, round_)
        found |= {keys[household]: standing for household, standing in of.items()}
    return {case.pk: found.get(case.pk, Standing(None, None, 0)) for case in cases}


@dataclass(frozen=True)
class Numbers:
    """A household by the numbers of a round: its survey, its standing, what is met of the guarantees."""

    survey: Survey | None
    standing: Standing
    guarantees: list[Guarantee]

    @property
    def gap(self) -> Decimal | None:
        """Yuan per person between income and line, never negative."""
        income, line = self.standing.per_capita, self.standing.line
        return None if income is None or line is None else abs(income - line)


def numbers_of(households: Iterable[int], round_: Round) -> dict[int, Numbers]:
    """What the register's numbers say of households (by key) in a round; three queries."""
    keys, day = list(households), date(round_.year, 12, 31)
    dated = dated_values(NAMES, round_.area_id)
    surveys = {row.household_id: row for row in Survey.objects.filter(household__in=keys, year=round_.income_year)}
    members: dict[int, list[Member]] = defaultdict(list)
    fields = ("household_id", "birth_date", "student", "education", "dropout_reason", "medical_insurance")
    for member in Member.objects.present(day).filter(household__in=keys).only(*fields):
        members[member.household_id].append(member)
    by = measure(dated, round_)
    return {key: _numbers(members[key], surveys.get(key), by, day, dated) for key in keys}


def standings_of(households: Iterable[int], round_: Round) -> dict[int, Standing]:
    """Standing of households (by key) in a round; three queries."""
    return {key: each.standing for key, each in numbers_of(households, round_).items()}


def _numbers(members: list[Member], survey: Survey | None, by: Measure, day: date, dated: DatedValues) -> Numbers:
    ages = {name: value for name in (SCHOOL_FROM, SCHOOL_UNTIL) if (value := dated.on(name, day)) is not None}
    told = guarantees(members, survey, by.line, day, ages)
    unmet = sum(each.met is False for each in told[1:])
    return Numbers(survey, Standing(survey.per_capita if survey else None, by.line, unmet, by.near), told)


def of_household(household: Household, round_: Round) -> Standing:
    """Standing of one household in a round."""
    return standings_of([household.pk], round_)[household.pk]
