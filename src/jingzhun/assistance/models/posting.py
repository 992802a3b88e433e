"""Postings: first secretaries, leaders who stay in villages, teams, commissioners of workstations."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import Cadre, ScopedQuerySet

from .organisation import Team


class PostingQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Posting(models.Model):
    """A person's posting to a village or a town's workstation. `after`: the posting that was handed over."""

    class Kind(models.TextChoices):
        FIRST_SECRETARY = "first_secretary", _("first secretary")
        LEADER = "leader", _("county leader who stays in the village")
        TEAM_LEADER = "team_leader", _("leader of the team")
        TEAM_MEMBER = "team_member", _("member of the team")
        COMMISSIONER = "commissioner", _("commissioner of the workstation")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="postings", verbose_name=_("cadre"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="postings", verbose_name=_("village or town"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("team")
    )
    since = models.DateField(_("since"))
    planned_until = models.DateField(_("term ends on"), null=True, blank=True)
    until = models.DateField(_("ended on"), null=True, blank=True)
    ended_because = models.CharField(_("why it ended"), max_length=200, blank=True)
    after = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="handed_to", verbose_name=_("takes over from")
    )
    handed_over = models.TextField(_("what was handed over"), blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["area", "kind", "-since"]
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [models.Index(fields=["area", "kind", "until"], name="posting_of_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until=None, kind="first_secretary"), name="one_first_secretary"
            ),
            models.UniqueConstraint(
                fields=["cadre"], condition=Q(until=None, kind="first_secretary"), name="first_secretary_of_one_village"
            ),
            models.UniqueConstraint(
                fields=["cadre", "area", "kind"], condition=Q(until=None), name="posting_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="posting_ends_after_start"),
            models.CheckConstraint(
                condition=Q(until=None, ended_because="") | (Q(until__isnull=False) & ~Q(ended_because="")),
                name="posting_ends_for_a_reason",
            ),
        ]


class Absence(models.Model):
    """Days on which somebody posted is away, with the reason; `last_on` included."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="absences")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["-first_on"]
        constraints = [models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="absence_ends_after_start")]


class Presence(models.Model):
    """Days of a month on which somebody posted was in the village, as the village keeps them."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="presences")
    month = models.DateField(_("month"))  # its first day
    days = models.PositiveSmallIntegerField(_("days"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "month"], name="presence_once_a_month"),
            models.CheckConstraint(condition=Q(days__lte=31), name="presence_days_of_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="presence_of_a_month"),
        ]
