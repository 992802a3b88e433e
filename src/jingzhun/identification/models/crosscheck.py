"""Lists of departments against which applications are compared, and the red lines that a human decides on."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import AccessKey, ScopedQuerySet

from .application import Application
from .evidence import ByApplication


class CrossListQuerySet(ScopedQuerySet):
    area_field = "area_id"


class CrossList(models.Model):
    """A list that a department handed over: vehicles, property, businesses, public payroll.

    By a file, or by its program with an access key; then `digest` knows the list when the program sends it again.
    """

    class Kind(models.TextChoices):
        VEHICLE = "vehicle", _("vehicles")
        PROPERTY = "property", _("property")
        BUSINESS = "business", _("business registration")
        PAYROLL = "payroll", _("public payroll")

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("county"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    source = models.CharField(_("department"), max_length=100)
    as_of = models.DateField(_("as of"))
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    access_key = models.ForeignKey(
        AccessKey, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("access key")
    )
    digest = models.BinaryField(max_length=16, null=True, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    imported_at = models.DateTimeField(_("imported at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = CrossListQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at"]
        verbose_name = _("list for cross-checks")
        verbose_name_plural = _("lists for cross-checks")
        constraints = [models.UniqueConstraint(fields=["area", "digest"], name="list_handed_in_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of}"


class CrossRecord(models.Model):
    """One row of a list: whose it is, by the blind index of the ID number, and what it says."""

    list = models.ForeignKey(CrossList, models.CASCADE, related_name="records")
    row = models.PositiveIntegerField(_("row"))
    id_index = models.BinaryField(max_length=16)
    detail = models.CharField(_("what it says"), max_length=200, blank=True)

    class Meta:
        ordering = ["list", "row"]
        indexes = [models.Index(fields=["id_index"], name="cross_record_id")]

    def __str__(self) -> str:
        return f"{self.list_id}.{self.row}"


class Flag(models.Model):
    """A doubt raised against an application under a red line: only a human decides what it means.

    `confirmed` with severity veto keeps the household out; `lifted` needs the reason in writing.
    """

    class Origin(models.TextChoices):
        CROSS_CHECK = "cross_check", _("cross-check")
        VISIT = "visit", _("home visit")
        MEETING = "meeting", _("village evaluation")
        OBJECTION = "objection", _("objection")

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        CONFIRMED = "confirmed", _("confirmed")
        LIFTED = "lifted", _("lifted")

    application = models.ForeignKey(Application, models.PROTECT, related_name="flags")
    red_line = models.CharField(_("red line"), max_length=30)
    severity = models.CharField(_("severity"), max_length=10)
    origin = models.CharField(_("raised by"), max_length=12, choices=Origin)
    record = models.ForeignKey(CrossRecord, models.SET_NULL, null=True, blank=True, related_name="+")
    detail = models.CharField(_("what it is about"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField(_("reason"), blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = ByApplication.as_manager()

    class Meta:
        ordering = ["raised_at", "id"]
        verbose_name = _("red-line flag")
        verbose_name_plural = _("red-line flags")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "red_line", "record"], condition=Q(record__isnull=False), name="flag_once"
            ),
            models.CheckConstraint(condition=Q(state="open") | ~Q(reason=""), name="flag_decided_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.red_line} {self.state}"

    @property
    def superseded(self) -> list["FlagRuling"]:
        """Decisions that a later one replaced, the first first."""
        return list(self.rulings.all())[:-1]


class FlagRuling(models.Model):
    """One decision on a flag. The flag carries the latest; those that the county revised stay here."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="rulings")
    state = models.CharField(_("state"), max_length=10, choices=Flag.State)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("decided at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["flag", "at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.state}"
