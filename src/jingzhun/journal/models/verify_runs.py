"""Verifications that somebody asked for on a screen."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VerifyRun(models.Model):
    """One recomputing of the whole journal: asked for, at work, done or failed; and what it found."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    AT_WORK = (State.WAITING, State.RUNNING)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    actor_id = models.BigIntegerField(_("user number"), null=True)
    actor = models.CharField(_("by whom"), max_length=150)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    seconds = models.FloatField(_("seconds"), null=True)
    done = models.BigIntegerField(_("entries looked at"), default=0)
    total = models.BigIntegerField(_("entries"), default=0)
    ok = models.BooleanField(_("fits"), null=True)
    found = models.JSONField(_("what was found"), default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
