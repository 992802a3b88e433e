"""One household, one plan: what is to be reached in a year; its measures hang on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.registry.models import ByHousehold, Household


class HouseholdPlan(models.Model):
    """A household's plan of a year, made from its causes, needs and entitlements, agreed with its signature."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        AGREED = "agreed", _("agreed with the household")

    household = models.ForeignKey(Household, models.PROTECT, related_name="plans", verbose_name=_("household"))
    year = models.PositiveSmallIntegerField(_("year"))
    goal = models.TextField(_("goal"))
    income_target = models.DecimalField(
        _("per-capita net income to be reached"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=60, blank=True)
    paper = models.ImageField(_("picture of the signature"), upload_to="plans/%Y/%m", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["household", "-year"]
        verbose_name = _("household plan")
        verbose_name_plural = _("household plans")
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="one_household_plan_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft", agreed_on=None) | Q(state="agreed", agreed_on__isnull=False),
                name="household_plan_agreed_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", signed_by="") | (Q(state="agreed") & ~Q(signed_by="")),
                name="household_plan_agreed_by_signature",
            ),
        ]
