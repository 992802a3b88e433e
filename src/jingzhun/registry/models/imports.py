"""Imports of workbooks: from the upload to the confirmation."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.rules import Level
from jingzhun.people.models import ScopedQuerySet, User
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry.readable import field_label
from jingzhun.registry.workbook.problems import words


class ImportQuerySet(ScopedQuerySet):
    area_field = "area_code"

    def visible_to(self, user: User, permission: str) -> "ImportQuerySet":
        """Imports into areas where the user holds the permission."""
        return self.filter(area_code__gt="").in_areas(user.scope.areas_for(permission))  # type: ignore[return-value]


class Import(models.Model):
    """One file on its way into the register.

    The rows lie in staging tables of their own (`registry.importing`) until the import is applied or cancelled; the
    file, which holds personal data, is deleted with them. `counts`, `warnings`, `tables` and `error` are what the
    preview shows; texts are kept as codes and put into words where they are read.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READING = "reading", _("being read")
        READY = "ready", _("waits for confirmation")
        CONFIRMED = "confirmed", _("being applied")
        APPLIED = "applied", _("applied")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("not readable")

    OPEN = (State.WAITING, State.READING, State.READY, State.CONFIRMED)
    AT_WORK = (State.WAITING, State.READING, State.CONFIRMED)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    area_code = models.CharField(_("area"), max_length=15, blank=True, db_collation="C")  # rows outside are refused
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=300, blank=True)  # empty once deleted
    size = models.BigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField(_("year of income"), null=True, blank=True)  # where the file has no column
    registered_on = models.DateField(_("registered on"), null=True, blank=True)  # where the file has no column
    language = models.CharField(max_length=10, default="zh-hans")  # of the workbook of refused rows
    phase = models.CharField(max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    partial = models.BooleanField(default=False)  # refused households are left out, by the user's express wish
    changed_meanwhile = models.BooleanField(default=False)  # so that the preview is a new one
    error = models.JSONField(null=True, blank=True)
    warnings = models.JSONField(default=list)
    tables = models.JSONField(default=list)
    groups = models.JSONField(default=list)  # village groups that the confirmation adds
    counts = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)  # of the register as the preview saw it
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["area_code", "-id"], name="import_area")]
        constraints = [
            models.CheckConstraint(condition=Q(year=None) | Q(year__range=(1990, 2100)), name="import_year_is_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def decided_by(self) -> User | None:
        """Who answers for what comes in: who confirmed it, else who brought it; nobody at the command line."""
        return self.confirmed_by or self.by

    @property
    def takes_over(self) -> bool:
        """Whether the file may bring households onto the register: the county takes over a register, and the command
        line; a town's households come onto it by identification."""
        county = self.area_code[: Level.COUNTY.digits]
        return all(user.can(IMPORT_REGISTER, county) for user in (self.by, self.confirmed_by) if user)

    @property
    def error_text(self) -> str:
        return words(self.error["code"], self.error["params"]) if self.error else ""

    @property
    def warning_texts(self) -> list[str]:
        return [words(code, params | _labelled(params)) for code, params in self.warnings]

    @property
    def refused(self) -> int:
        """Households refused."""
        return self.counts.get("households", {}).get("refused", 0)


def _labelled(params: dict[str, Any]) -> dict[str, str]:
    """The label of the field that a warning is about, in the language of the reader."""
    return {"label": field_label(*params["field"].split("."))} if "field" in params else {}
