"""Files of entries on their way out: too many for a browser to wait for, so a job writes them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EntriesFile(models.Model):
    """Entries that a user asked for as a file. Only who asked may fetch it, until it is deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being written")
        READY = "ready", _("ready")
        DELETED = "deleted", _("deleted")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    AT_WORK = (State.WAITING, State.WRITING)

    actor_id = models.BigIntegerField(_("user number"))
    query = models.TextField(_("filter"), blank=True)  # as in the address of the list
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.XLSX)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(_("size"), default=0)
    why = models.CharField(max_length=20, blank=True)  # why it failed, put into words where it is read
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("file of entries")
        verbose_name_plural = _("files of entries")
        indexes = [models.Index(fields=["actor_id", "-id"], name="journal_file_user")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"
