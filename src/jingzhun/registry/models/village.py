"""Village facts by year."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet

from .history import tracked

# Where a village stands with the list of poor villages: written by its identification and its exit, carried on by each
# new report, and taken over with a county's list.
STANDING = ("poor_village", "poor_since", "exited_on")


def _count(label) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)


def _yes_no(label) -> models.BooleanField:
    return models.BooleanField(label, null=True, blank=True)


class VillageYearQuerySet(ScopedQuerySet):
    area_field = "area_id"


@tracked
class VillageYear(models.Model):
    """What a village reports for one year (national village form). What the register itself knows is not typed here.

    Money is yuan, land is mu. `poor_village` says whether the village is on the list of poor villages that year.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="years", verbose_name=_("village"))
    year = models.PositiveSmallIntegerField(_("year"))
    households = _count(_("households"))
    persons = _count(_("persons"))
    labour = _count(_("labour force"))
    groups = _count(_("groups"))
    per_capita_income = models.DecimalField(
        _("per-capita net income"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    collective_income = models.DecimalField(
        _("collective income"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    arable = models.DecimalField(_("arable land"), max_digits=12, decimal_places=2, null=True, blank=True)
    paved_road = _yes_no(_("paved road to the town"))
    groups_without_road = _count(_("groups without a road"))
    bus = _yes_no(_("bus"))
    safe_water_households = _count(_("households with safe water"))
    tap_water_households = _count(_("households with tap water"))
    power_households = _count(_("households with power"))
    production_power = _yes_no(_("production power"))
    broadband = _yes_no(_("broadband"))
    clinic = _yes_no(_("clinic"))
    doctors = _count(_("doctors"))
    kindergarten = _yes_no(_("kindergarten"))
    school = _yes_no(_("school"))
    culture_room = _yes_no(_("culture room"))
    dangerous_houses = _count(_("dangerous houses"))
    leading_industries = ArrayField(
        models.CharField(max_length=40), verbose_name=_("leading industries"), default=list, blank=True
    )
    cooperatives = _count(_("cooperatives"))
    poor_village = models.BooleanField(_("poor village"), default=False)
    poor_since = models.DateField(_("poor village since"), null=True, blank=True)
    exited_on = models.DateField(_("exited on"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = VillageYearQuerySet.as_manager()

    class Meta:
        ordering = ["area", "-year"]
        verbose_name = _("village year")
        verbose_name_plural = _("village years")
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="one_village_report_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.year}"

    @property
    def standing(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STANDING}
