"""What a village is measured by: figures of the register and of the village's report, and the province's values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from jingzhun.areas.models import within
from jingzhun.identification.models import Round
from jingzhun.identification.village_rules import Measures
from jingzhun.parameters.queries import value
from jingzhun.registry.models import Household, Member, RegisterSpell, VillageYear


@dataclass(frozen=True)
class Figures:
    """A village's figures on a day: counted from the register; incomes (yuan) from its report."""

    households: int
    persons: int
    poor_households: int
    poor_persons: int
    per_capita_income: Decimal | None
    collective_income: Decimal | None


def indicators_of(village: str, round_: Round, day: date) -> Figures:
    """Figures of one village; five queries."""
    homes = Household.objects.filter(within(village, "village_code")).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    present = Member.objects.present(day).filter(household__in=homes)
    spells = RegisterSpell.objects.on(day).filter(household__in=homes)
    report = VillageYear.objects.filter(area=village, year=round_.year).first()
    return Figures(
        homes.count(),
        present.count(),
        spells.count(),
        present.filter(household__in=spells.values("household")).count(),
        report.per_capita_income if report else None,
        report.collective_income if report else None,
    )


def measures(round_: Round) -> Measures:
    """The province's figures of the round's income year and the factors in force. Raises NoParameter."""
    day, area = date(round_.income_year, 12, 31), round_.area_id
    today = date(round_.year, 12, 31)
    return Measures(
        value("province_incidence", area, day),
        value("province_income", area, day),
        value("village_incidence_factor", area, today),
        value("village_income_share", area, today),
    )
