"""Who is entitled to what, as last computed, and who receives what."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet
from jingzhun.registry.models import ByHousehold, Household, Member

from .policy import Policy, PolicyVersion


class RunQuerySet(ScopedQuerySet):
    area_field = "area_id"


class EntitlementRun(models.Model):
    """One batch: all policies in force on a day, all registered households of a county."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    year = models.PositiveSmallIntegerField(_("year"))
    on = models.DateField(_("day"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    policies = models.PositiveSmallIntegerField(_("policies"), default=0)
    households = models.PositiveIntegerField(_("households"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]


class Entitlement(models.Model):
    """The answer for one household and one policy in one year, of the latest batch. `answer` None: unknown.

    `persons`: how many of a benefit per person are entitled. `value`: yuan in the year, None where it is no money or
    a quantity is not known. `missing`: facts that would settle an unknown.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="entitlements", verbose_name=_("household"))
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="entitlements", verbose_name=_("policy"))
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="+", verbose_name=_("version"))
    year = models.PositiveSmallIntegerField(_("year"))
    answer = models.BooleanField(_("entitled"), null=True)
    persons = models.PositiveSmallIntegerField(_("persons"), default=0)
    value = models.DecimalField(_("yuan a year"), max_digits=12, decimal_places=2, null=True)
    missing = models.JSONField(_("missing facts"), default=list)

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["household", "policy"]
        indexes = [models.Index(fields=["policy", "year", "answer"], name="entitlement_of_policy")]
        constraints = [
            models.UniqueConstraint(fields=["household", "policy", "year"], name="entitlement_once"),
        ]


class Receipt(models.Model):
    """A household (or one of its members) receives a benefit in a year: by a measure confirmed with its signature, or
    by a department's list. `reference` names the source once (measure:17, list:5:201)."""

    class Source(models.TextChoices):
        MEASURE = "measure", _("confirmed measure")
        LIST = "list", _("list of a department")

    household = models.ForeignKey(Household, models.PROTECT, related_name="receipts", verbose_name=_("household"))
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="receipts", verbose_name=_("policy"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("yuan"), max_digits=12, decimal_places=2, null=True)
    received_on = models.DateField(_("received on"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    reference = models.CharField(_("reference"), max_length=60, unique=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        indexes = [models.Index(fields=["household", "policy", "year"], name="receipt_of_household")]
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="receipt_is_no_debt"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("recorded_at")), name="receipt_taken_back_later"
            ),
        ]
