"""Households and their spells on the register of poor households."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Substr
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet

from .history import tracked


class HouseholdQuerySet(ScopedQuerySet):
    """Households; the area is the village."""


@tracked
class Household(models.Model):
    """People who live together and share expenses; one row for life, whatever the household's status.

    `area` is the village or, where known, the village group. `village_code` is the village's 12 digits, kept by the
    database. Whether and when the household was on the register is told by its spells (RegisterSpell).
    """

    number = models.CharField(_("household number"), max_length=17, unique=True, db_collation="C")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("village or group"), related_name="+")
    village_code = models.GeneratedField(
        expression=Substr("area_id", 1, 12),
        output_field=models.CharField(max_length=12, db_collation="C"),
        db_persist=True,
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = SealedTextField(_("phone"), purpose="household.phone")
    phone_index = models.BinaryField(max_length=16, null=True, editable=False)
    bank = models.CharField(_("bank"), max_length=60, blank=True)
    account = SealedTextField(_("bank account"), purpose="household.account")
    account_index = models.BinaryField(max_length=16, null=True, editable=False)
    recognised_by = models.CharField(_("recognised by"), max_length=20, blank=True)
    attribute = models.CharField(_("attribute"), max_length=20, blank=True)
    family_planning = models.CharField(_("family-planning household"), max_length=20, blank=True)
    martyr_family = models.BooleanField(_("soldier's or martyr's household"), null=True, blank=True)
    cause_main = models.CharField(_("main cause"), max_length=20, blank=True)
    causes_other = ArrayField(models.CharField(max_length=20), verbose_name=_("other causes"), default=list, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)  # merged into another, or nobody left
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [
            # Counting a county reads these columns of every household: from here without the table.
            models.Index(fields=["village_code", "number"], include=["closed_on"], name="household_village_number"),
            # The list counts its households at each look. Equal keys are stored once: a twelfth of the above.
            models.Index(fields=["village_code", "closed_on"], name="household_village_open"),
            models.Index(fields=["phone_index"], name="household_phone"),
            models.Index(fields=["account_index"], name="household_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\d{17}$"), name="household_number_is_17_digits"),
            models.CheckConstraint(
                condition=Q(causes_other__len__lte=2) | Q(causes_other__len=None),
                name="household_at_most_two_other_causes",
                violation_error_message=_("A household has at most two other causes."),
            ),
            models.CheckConstraint(
                condition=~Q(causes_other__contains=[F("cause_main")]) | Q(cause_main=""),
                name="household_main_cause_not_repeated",
                violation_error_message=_("The main cause must not stand among the other causes again."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ByHousehold(ScopedQuerySet):
    """Rows of a household, which belong to its village."""

    area_field = "household__village_code"


class HouseholdAlias(models.Model):
    """A number under which a household was known before its village was merged or the household renumbered."""

    number = models.CharField(_("former number"), max_length=17, primary_key=True, db_collation="C")
    household = models.ForeignKey(Household, models.CASCADE, related_name="aliases")
    since = models.DateField(_("since"))

    def __str__(self) -> str:
        return self.number


class RegisterSpellQuerySet(ScopedQuerySet):
    area_field = "household__village_code"

    def on(self, day) -> "RegisterSpellQuerySet":
        """Spells that hold on a day."""
        return self.filter(Q(exited_on=None) | Q(exited_on__gt=day), registered_on__lte=day)


@tracked
class RegisterSpell(models.Model):
    """One spell of poverty on the register: from the day of registration to the day of exit.

    Written only by the actions of identification and exit, and by the import that takes over a county's register.
    A second spell is a relapse. `exited_on` is the first day the household is no longer registered as poor.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="spells")
    registered_on = models.DateField(_("registered on"))
    exited_on = models.DateField(_("exited on"), null=True, blank=True)
    relapse = models.BooleanField(_("relapse"), default=False)
    round = models.CharField(_("round"), max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RegisterSpellQuerySet.as_manager()

    class Meta:
        ordering = ["household", "registered_on"]
        indexes = [models.Index(fields=["registered_on", "exited_on"], name="spell_period")]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(exited_on=None), name="one_open_spell"),
            models.UniqueConstraint(fields=["household", "registered_on"], name="spell_once"),
            models.CheckConstraint(
                condition=Q(exited_on=None) | Q(exited_on__gt=F("registered_on")),
                name="exit_after_registration",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}: {self.registered_on} – {self.exited_on or ''}"
