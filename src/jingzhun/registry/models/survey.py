"""The yearly survey of a household."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now, Round
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet

from .history import tracked
from .household import Household

TRANSFERS = (
    "transfer_family_planning",
    "transfer_allowance",
    "transfer_five_guarantees",
    "transfer_pension",
    "transfer_ecology",
    "transfer_other",
)
INCOMES = ("income_wage", "income_production", "income_property", *TRANSFERS)
SPENDING = ("spending_medical", "spending_schooling", "spending_disaster", "spending_building")
LAND = ("arable", "irrigated", "forest", "returned_forest", "orchard", "pasture", "water_surface")


def _money(label) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


def _amount(label) -> models.DecimalField:
    return models.DecimalField(
        label,
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )


def _yes_no(label) -> models.BooleanField:
    return models.BooleanField(label, null=True, blank=True)


def _code(label) -> models.CharField:
    return models.CharField(label, max_length=20, blank=True)


def _sum(*names: str) -> Combinable:
    total: Combinable = Coalesce(F(names[0]), Value(Decimal(0)))
    for name in names[1:]:
        total = total + Coalesce(F(name), Value(Decimal(0)))
    return total


def _if_any_income(expression):
    """The expression where at least one part of income is known, else unknown: nothing is not zero."""
    known = Q()
    for name in (*INCOMES, "expense_production"):
        known |= Q(**{f"{name}__isnull": False})
    return Case(When(known, then=expression), default=None)


def _computed(expression) -> models.GeneratedField:
    return models.GeneratedField(
        expression=expression,
        output_field=models.DecimalField(max_digits=14, decimal_places=2, null=True),
        db_persist=True,
    )


class SurveyQuerySet(ScopedQuerySet):
    area_field = "household__village_code"


@tracked
class Survey(models.Model):
    """What two surveyors found at a household for the income of one year. Money is yuan, land is mu, areas are m².

    Total, net and per-capita net income are computed by the database, never typed: net = wage + production (gross)
    + property + transfers - production expenses; per capita = net / members counted (national registration form,
    A50 to A53). `stated_per_capita` is what a file claimed where it differs or came without its parts.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="surveys", verbose_name=_("household"))
    year = models.PositiveSmallIntegerField(_("year of income"))
    visited_on = models.DateField(_("day of the visit"), null=True, blank=True)
    surveyor_1 = models.CharField(_("first surveyor"), max_length=60, blank=True)
    surveyor_2 = models.CharField(_("second surveyor"), max_length=60, blank=True)
    members_counted = models.PositiveSmallIntegerField(_("members counted"), null=True, blank=True)

    income_wage = _money(_("wage income"))
    income_production = _money(_("production and business income (gross)"))
    income_property = _money(_("property income"))
    transfer_family_planning = _money(_("family-planning award"))
    transfer_allowance = _money(_("minimum living allowance received"))
    transfer_five_guarantees = _money(_("five-guarantees support"))
    transfer_pension = _money(_("pension"))
    transfer_ecology = _money(_("ecological compensation"))
    transfer_other = _money(_("other transfers"))
    expense_production = _money(_("production and business expenses"))
    stated_per_capita = _money(_("per-capita net income as stated"))
    total_income = _computed(_if_any_income(_sum(*INCOMES)))
    net_income = _computed(_if_any_income(_sum(*INCOMES) - Coalesce(F("expense_production"), Value(Decimal(0)))))
    per_capita = _computed(
        _if_any_income(
            Case(
                When(
                    members_counted__gt=0,
                    then=Round(
                        (_sum(*INCOMES) - Coalesce(F("expense_production"), Value(Decimal(0)))) / F("members_counted"),
                        precision=2,
                    ),
                )
            )
        )
    )

    spending_medical = _money(_("medical spending out of pocket"))
    spending_schooling = _money(_("schooling spending"))
    spending_disaster = _money(_("loss by disaster"))
    spending_building = _money(_("building spending"))

    arable = _amount(_("arable land"))
    irrigated = _amount(_("effectively irrigated land"))
    forest = _amount(_("forest"))
    returned_forest = _amount(_("farmland returned to forest"))
    orchard = _amount(_("orchard"))
    pasture = _amount(_("pasture"))
    water_surface = _amount(_("water surface"))

    tap_water = _yes_no(_("tap water"))
    water_difficulty = _yes_no(_("drinking-water difficulty"))
    safe_water = _yes_no(_("safe drinking water"))
    domestic_power = _yes_no(_("domestic power"))
    production_power = _yes_no(_("production power"))
    broadcast = _yes_no(_("radio and television"))
    road_type = _code(_("road to the door"))
    road_km = _amount(_("distance to the village main road"))
    fuel = _code(_("main fuel"))
    sanitary_toilet = _yes_no(_("sanitary toilet"))
    house_area = _amount(_("housing area"))
    house_structure = _code(_("housing structure"))
    house_year = models.PositiveSmallIntegerField(_("year of building"), null=True, blank=True)
    house_grade = _code(_("housing grade"))
    dangerous_house = _yes_no(_("dangerous house"))
    cooperative = _yes_no(_("in a cooperative"))
    enterprise_led = _yes_no(_("led by an enterprise"))
    car = _yes_no(_("car"))
    tractor = _yes_no(_("tractor or farm machine"))
    commercial_property = _yes_no(_("commercial property"))
    business = _yes_no(_("registered business"))
    will_relocate = _yes_no(_("will relocate"))
    relocation_mode = _code(_("relocation mode"))
    relocation_place = _code(_("relocation place"))
    relocation_difficulty = _code(_("relocation difficulty"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["household", "-year"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        indexes = [models.Index(fields=["year", "per_capita"], name="survey_year_income")]
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="one_survey_a_year"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="survey_year_is_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"
