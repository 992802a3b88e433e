"""Exports of the register: files on their way out, kept for a day."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet
from jingzhun.registry.workbook.problems import words


class ExportQuerySet(ScopedQuerySet):
    area_field = "area_code"


class Export(models.Model):
    """One file that a user asked for. A job writes it; the user who asked may fetch it until it is deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being written")
        READY = "ready", _("ready")
        DELETED = "deleted", _("deleted")
        FAILED = "failed", _("failed")

    class Layout(models.TextChoices):
        NATIONAL = "national", _("National layout: one row per person")
        OWN = "own", _("Our layout: sheets of households and members, with drop-downs")
        CSV = "csv", _("CSV in the national layout, for other programs")

    AT_WORK = (State.WAITING, State.WRITING)

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    area_code = models.CharField(_("area"), max_length=15, db_collation="C")
    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(_("households"), max_length=20, blank=True)
    layout = models.CharField(_("layout"), max_length=10, choices=Layout.choices)
    language = models.CharField(_("language"), max_length=2)
    personal = models.BooleanField(_("personal numbers"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField(_("households"), default=0)
    persons = models.PositiveIntegerField(_("persons"), default=0)
    left_out = models.PositiveIntegerField(default=0)  # households without members, in a layout by persons
    size = models.BigIntegerField(_("size"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.JSONField(null=True, blank=True)  # code and parameters, put into words where it is read
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["by", "-id"], name="export_user")]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"

    @property
    def error_text(self) -> str:
        return words(self.error["code"], self.error["params"]) if self.error else ""

    @property
    def file_name(self) -> str:
        """Under which name the file is saved: area, year, layout and day."""
        day = timezone.localdate(self.created_at)
        return f"{self.area_code}-{self.year}-{self.layout}-{day}.{'csv' if self.layout == 'csv' else 'xlsx'}"
