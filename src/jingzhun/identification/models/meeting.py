"""Village evaluation: the villagers' representatives' meeting and its votes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet

from .application import Application
from .round import Round


class MeetingQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Meeting(models.Model):
    """One meeting of the representatives of a village; once its minutes are signed nothing in it changes."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("village"))
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    entitled = models.PositiveSmallIntegerField(_("representatives entitled"))
    present = models.PositiveSmallIntegerField(_("representatives present"))
    chair = models.CharField(_("chair"), max_length=60)
    recorder = models.CharField(_("recorder"), max_length=60)
    minutes = models.TextField(_("minutes"), blank=True)
    signed_at = models.DateTimeField(_("minutes signed at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        verbose_name = _("village evaluation meeting")
        verbose_name_plural = _("village evaluation meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(present__lte=F("entitled"), entitled__gte=1), name="meeting_present_are_entitled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.held_on}"


class BallotQuerySet(ScopedQuerySet):
    area_field = "meeting__area_id"


class Ballot(models.Model):
    """The secret vote on one household. Relatives do not vote: they are counted as `recused`."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="ballots")
    application = models.ForeignKey(Application, models.PROTECT, related_name="ballots")
    in_favour = models.PositiveSmallIntegerField(_("in favour"))
    against = models.PositiveSmallIntegerField(_("against"))
    abstained = models.PositiveSmallIntegerField(_("abstained"))
    recused = models.PositiveSmallIntegerField(_("relatives, not voting"), default=0)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "application"], name="one_vote_per_meeting")]

    def __str__(self) -> str:
        return f"{self.in_favour}/{self.against}/{self.abstained}"

    @property
    def counted(self) -> int:
        """Representatives accounted for: votes, abstentions and relatives."""
        return self.in_favour + self.against + self.abstained + self.recused
