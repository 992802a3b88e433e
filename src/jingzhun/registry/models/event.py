"""What happened to a household, its photos, and the filters that users keep."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet

from .household import Household
from .member import Member


class EventQuerySet(ScopedQuerySet):
    area_field = "household__village_code"


class Event(models.Model):
    """A dated event in the life of a household. Never changed or removed: undone only by a counter-event."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="events", verbose_name=_("household"))
    kind = models.CharField(_("kind"), max_length=20)
    on = models.DateField(_("day"))
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("member")
    )
    other = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other household")
    )
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    note = models.TextField(_("note"), blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["household", "on"], name="event_household")]
        constraints = [
            models.CheckConstraint(condition=~Q(other=F("household")), name="event_other_is_another_household"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PhotoQuerySet(ScopedQuerySet):
    area_field = "household__village_code"


class Photo(models.Model):
    """A photo of a household, as evidence."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="photos")
    file = models.ImageField(_("photo"), upload_to="households/%Y/%m")
    kind = models.CharField(_("kind"), max_length=20)
    taken_on = models.DateField(_("taken on"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-id"]

    def __str__(self) -> str:
        return f"{self.household_id} {self.kind}"


class SavedFilter(models.Model):
    """A filter of the household list, with its columns, that a user keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
