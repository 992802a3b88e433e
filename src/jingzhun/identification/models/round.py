"""Yearly rounds of identification, and the quotas that a year of scale control hands down."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet


class RoundKind(models.TextChoices):
    INITIAL = "initial", _("first identification")
    DYNAMIC = "dynamic", _("dynamic adjustment")


class RoundQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Round(models.Model):
    """One yearly run in a county: in its window households apply; incomes of the year before are judged.

    `quota_households` is what the level above hands to the county; empty where the year forbids quotas.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("county"))
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=10, choices=RoundKind)
    opens_on = models.DateField(_("applications from"))
    closes_on = models.DateField(_("applications until"))
    quota_households = models.PositiveIntegerField(_("the county's quota of households"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "kind"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(fields=["area", "year", "kind"], name="round_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="round_window_in_order"),
            models.CheckConstraint(condition=Q(year__range=(2013, 2100)), name="round_year_is_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"

    def takes_applications(self, day: date) -> bool:
        return self.closed_at is None and self.opens_on <= day <= self.closes_on

    @property
    def income_year(self) -> int:
        """The year whose incomes are judged."""
        return self.year - 1


class Quota(models.Model):
    """How many households of a village the round may register (规模控制). No row means no place."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="quotas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("village"))
    households = models.PositiveIntegerField(_("households"))

    class Meta:
        ordering = ["area"]
        constraints = [models.UniqueConstraint(fields=["round", "area"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.area_id}: {self.households}"
