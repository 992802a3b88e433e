"""Quality checks: what was found wrong, since when, what became of it, and the trend by day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet, User

from .household import Household
from .member import Member


class CheckRunQuerySet(ScopedQuerySet):
    area_field = "area_code"

    def covering(self, area_code: str) -> "CheckRunQuerySet":
        """Runs of an area or of one that contains it."""
        return self.filter(area_code__in=[area_code[:digits] for digits in range(2, len(area_code) + 1)])


class CheckRun(models.Model):
    """One check of an area's register at the end of a year: asked for, at work, done or failed."""

    STATES = [
        ("waiting", _("waiting")),
        ("running", _("running")),
        ("done", _("done")),
        ("failed", _("failed")),
    ]
    AT_WORK = ("waiting", "running")

    area_code = models.CharField(_("area"), max_length=15, db_collation="C")
    year = models.PositiveSmallIntegerField(_("register year"))
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="waiting")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    seconds = models.FloatField(_("seconds"), null=True)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    hints = models.PositiveIntegerField(_("hints"), default=0)
    appeared = models.PositiveIntegerField(_("new since the run before"), default=0)
    resolved = models.PositiveIntegerField(_("fixed since the run before"), default=0)
    skipped = models.JSONField(_("rules without a threshold in force"), default=list)
    failure = models.CharField(_("failure"), max_length=200, blank=True)

    objects = CheckRunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["year", "area_code", "-asked_at"], name="check_run_latest")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.year} {self.state}"


class CheckFindingQuerySet(ScopedQuerySet):
    def visible_to(self, user: User, permission: str) -> "CheckFindingQuerySet":
        return super().visible_to(user, permission)  # type: ignore[return-value]

    def in_areas(self, codes: tuple[str, ...]) -> "CheckFindingQuerySet":
        return super().in_areas(codes)  # type: ignore[return-value]

    def open(self) -> "CheckFindingQuerySet":
        """Neither fixed nor accepted."""
        return self.filter(resolved_at=None, accepted_at=None)

    def accepted(self) -> "CheckFindingQuerySet":
        return self.filter(resolved_at=None, accepted_at__isnull=False)

    def resolved(self) -> "CheckFindingQuerySet":
        return self.filter(resolved_at__isnull=False)


class CheckFinding(models.Model):
    """One thing wrong by one rule with one member, household or village; the same one from run to run.

    `value` holds the values that decided, by name (checks/rulebook.py: told). A finding that is gone is resolved; one
    that comes back is open again since that day. Accepted means: somebody looked and says why it may stand, for these
    values; with other values it is open again.
    """

    year = models.PositiveSmallIntegerField(_("register year"))
    code = models.CharField(_("rule"), max_length=8)
    village_code = models.CharField(_("village"), max_length=12, db_collation="C")
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, related_name="findings", verbose_name=_("household")
    )
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="findings", verbose_name=_("member"))
    place = models.CharField(max_length=42, editable=False)  # household:member, or the village: one key without nulls
    value = models.JSONField(_("values"), default=dict)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))
    resolved_at = models.DateTimeField(_("fixed at"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_why = models.CharField(_("why accepted"), max_length=500, blank=True)

    objects = CheckFindingQuerySet.as_manager()

    class Meta:
        ordering = ["village_code", "household__number", "member__number", "id"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(
                fields=["year", "village_code", "code"], condition=Q(resolved_at=None), name="finding_present"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "code", "place"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | ~Q(accepted_why=""), name="finding_accepted_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place}"

    @property
    def state(self) -> str:
        """`resolved`, `accepted` or `open`."""
        if self.resolved_at:
            return "resolved"
        return "accepted" if self.accepted_at else "open"


class CheckDayQuerySet(ScopedQuerySet):
    pass


class CheckDay(models.Model):
    """How many findings a village had at the end of a day on which it was checked."""

    year = models.PositiveSmallIntegerField(_("register year"))
    day = models.DateField(_("day"))
    village_code = models.CharField(_("village"), max_length=12, db_collation="C")
    severity = models.CharField(_("severity"), max_length=10)
    open = models.PositiveIntegerField(_("open"))
    accepted = models.PositiveIntegerField(_("accepted"))

    objects = CheckDayQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["year", "village_code", "severity", "day"], name="check_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.village_code} {self.day} {self.severity}"
