"""Measures: planned, approved, delivered, and confirmed by the household's signature; the calendar of the seasons."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.assistance.rules.seasons import Work
from jingzhun.people.models import Organisation
from jingzhun.policy.models import Policy
from jingzhun.registry.models import ByHousehold, Household

from .household_plan import HouseholdPlan
from .organisation import ByArea
from .visit import Need


class Season(models.Model):
    """A work of the county's farming year: inputs are due before it begins. Days are month and day of any year.

    A work that begins in autumn and ends in the next spring has an end before its begin.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="seasons", verbose_name=_("area"))
    code = models.SlugField(_("code"), max_length=40)
    product = models.CharField(_("crop or livestock"), max_length=60)
    product_en = models.CharField(_("crop or livestock, in English"), max_length=80, blank=True)
    work = models.CharField(_("work"), max_length=60)
    work_en = models.CharField(_("work, in English"), max_length=80, blank=True)
    inputs = models.CharField(_("inputs"), max_length=200)
    inputs_en = models.CharField(_("inputs, in English"), max_length=200, blank=True)
    begins = models.CharField(_("begins"), max_length=5)  # MM-DD
    ends = models.CharField(_("ends"), max_length=5)
    days_before = models.PositiveSmallIntegerField(_("inputs are due so many days before"), default=10)
    source = models.CharField(_("source"), max_length=200)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["area", "begins", "code"]
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        constraints = [
            models.UniqueConstraint(fields=["area", "code"], name="season_once"),
            models.CheckConstraint(
                condition=Q(begins__regex=r"^\d\d-\d\d$") & Q(ends__regex=r"^\d\d-\d\d$"), name="season_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.work}"

    @property
    def work_of_year(self) -> Work:
        """Its days, to reckon with."""
        return Work.of(self.begins, self.ends, self.days_before)


class Measure(models.Model):
    """What is done for a household: technology, capital, information, materials, and the usual others.

    Delivered is what a provider says; received counts only with the household's signature (`confirmed`). Amounts are
    yuan. `months`, `area_m2`, `self_payment` are the terms that rules of credit and relocation ask for.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        APPROVED = "approved", _("approved")
        DELIVERED = "delivered", _("delivered")
        CONFIRMED = "confirmed", _("confirmed by the household")
        DROPPED = "dropped", _("dropped")

    household = models.ForeignKey(Household, models.PROTECT, related_name="measures", verbose_name=_("household"))
    plan = models.ForeignKey(
        HouseholdPlan, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("plan")
    )
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("need")
    )
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("policy")
    )
    season = models.ForeignKey(
        Season, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("season")
    )
    kind = models.CharField(_("kind"), max_length=20)  # of policy/data/kinds.csv
    year = models.PositiveSmallIntegerField(_("year"))
    content = models.CharField(_("content"), max_length=300)
    amount = models.DecimalField(_("yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    quantity = models.CharField(_("quantity"), max_length=60, blank=True)
    months = models.PositiveSmallIntegerField(_("term in months"), null=True, blank=True)
    area_m2 = models.DecimalField(_("floor area in m²"), max_digits=8, decimal_places=2, null=True, blank=True)
    self_payment = models.DecimalField(_("own payment in yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    provider = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("provided by")
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField(_("planned at"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=60, blank=True)
    income_effect = models.DecimalField(
        _("effect on the year's income in yuan"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    dropped_because = models.CharField(_("why it was dropped"), max_length=200, blank=True)

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["household", "due_on", "id"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        indexes = [
            models.Index(fields=["household", "year"], name="measure_of_household"),
            models.Index(fields=["state", "due_on"], name="measure_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(confirmed_on__isnull=False) & ~Q(signed_by="")),
                name="measure_confirmed_by_signature",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "confirmed"]) | Q(delivered_on__isnull=False),
                name="measure_delivered_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(confirmed_on__gte=F("delivered_on")),
                name="measure_confirmed_after_delivery",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_because=""), name="measure_dropped_for_a_reason"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="measure_amount"),
        ]

    def __str__(self) -> str:
        return self.content


class MeasurePaper(models.Model):
    """A picture that proves a delivery, or the household's signature on paper."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="papers")
    file = models.ImageField(_("picture"), upload_to="measures/%Y/%m")
    signature = models.BooleanField(_("shows the signature"), default=False)
    added_at = models.DateTimeField(_("added at"))
