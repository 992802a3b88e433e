"""Objections to notices: what is objected, what was found, how it was decided."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet
from jingzhun.people.rules import ROLE_LABELS, Role
from jingzhun.publicity.codes import grouped
from jingzhun.registry.models.history import tracked

from .notice import Notice, NoticeItem


class ObjectionQuerySet(ScopedQuerySet):
    area_field = "area_id"

    def told(self) -> "ObjectionQuerySet":
        """With `looked_into`, so that its state can be said in words without a query for each."""
        return self.annotate(looked_into=Exists(Finding.objects.filter(objection=OuterRef("pk"))))

    def open(self) -> "ObjectionQuerySet":
        """Objections that wait for a decision, the first or the one upon an appeal."""
        return self.filter(state__in=Objection.WAITING)

    def appealable(self, day: date) -> "ObjectionQuerySet":
        """Dismissed objections that may still be taken one level up on a day."""
        return self.filter(state=Objection.State.DISMISSED, level=Objection.Level.TOWN, appeal_until__gte=day)

    def late(self, today: date) -> "ObjectionQuerySet":
        """Those of them whose answer was due before a day."""
        return self.open().filter(due_on__lt=today)


@tracked
class Objection(models.Model):
    """One objection, against an entry or for somebody missing from a list.

    `number` with the secret (kept only as a keyed digest) lets the objector follow it. Name and phone rest sealed;
    `level` is the level that decides now. `due_by_weekdays`: the year's holidays were not known when the day was set.
    """

    class Kind(models.TextChoices):
        AGAINST = "against", pgettext_lazy("objection", "against an entry")
        MISSING = "missing", pgettext_lazy("objection", "somebody is missing")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "being looked into")
        UPHELD = "upheld", pgettext_lazy("objection", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")
        APPEALED = "appealed", pgettext_lazy("objection", "appealed")

    WAITING = (State.OPEN, State.APPEALED)

    class Level(models.TextChoices):
        TOWN = "town", pgettext_lazy("objection", "town")
        COUNTY = "county", pgettext_lazy("objection", "county")

    number = models.CharField(_("tracking number"), max_length=9, unique=True, db_collation="C")
    secret = models.BinaryField(max_length=16)
    token = models.BinaryField(max_length=16, unique=True)  # of the form that was sent: a second press is no second one
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections", verbose_name=_("notice"))
    item = models.ForeignKey(NoticeItem, models.PROTECT, null=True, blank=True, related_name="objections")
    subject = models.CharField(max_length=60, blank=True, db_collation="C")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.TextField(_("what is objected"))
    missing = SealedTextField(_("who is missing"), purpose="objection.missing")
    name = SealedTextField(_("objector's name"), purpose="objection.name")
    phone = SealedTextField(_("objector's phone"), purpose="objection.phone")
    language = models.CharField(max_length=2, default="zh")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    level = models.CharField(pgettext_lazy("objection", "decided by"), max_length=10, choices=Level)
    received_at = models.DateTimeField(_("received"))
    due_on = models.DateField(pgettext_lazy("objection", "due on"))
    due_by_weekdays = models.BooleanField(default=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True, blank=True)
    appeal_text = models.TextField(_("why the objector appeals"), blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        indexes = [
            models.Index(
                fields=["subject"], condition=Q(state__in=["open", "appealed"]), name="objection_open_subject"
            ),
            models.Index(fields=["area", "state", "due_on"], name="objection_area"),
            models.Index(fields=["notice", "state"], name="objection_notice"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="against", item__isnull=False) | Q(kind="missing", item=None),
                name="objection_against_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | ~Q(state="open"), name="objection_open_is_not_settled"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_number(self) -> str:
        return grouped(self.number)

    @property
    def is_open(self) -> bool:
        return self.state in self.WAITING

    @cached_property
    def looked_into(self) -> bool:
        """Whether somebody has written down what was found; asked here unless `told()` did so for all."""
        return self.findings.exists()

    @property
    def state_label(self) -> str:
        """Its state in words: nobody has looked into an open one before something was found."""
        if self.state == self.State.OPEN and not self.looked_into:
            return pgettext("objection", "to be looked into")
        return str(self.get_state_display())

    @property
    def is_late(self) -> bool:
        """Whether it waits beyond the day on which an answer is due."""
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def is_anonymous(self) -> bool:
        return not self.name


class ObjectionPhotoQuerySet(ScopedQuerySet):
    area_field = "objection__area_id"


class ObjectionPhoto(models.Model):
    """A photo that came with an objection, drawn anew by us."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="photos")
    file = models.ImageField(_("photo"), upload_to="objections/%Y/%m")
    sha256 = models.CharField(max_length=64)

    objects = ObjectionPhotoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.objection_id} {self.sha256[:8]}"


class Finding(models.Model):
    """What an investigation found; village or town write it, and the database lets nobody change it."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="findings")
    text = models.TextField(_("finding"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.at:%Y-%m-%d}"

    @property
    def role_label(self) -> str:
        """The role in which it was written down; empty for one that nobody named."""
        return str(ROLE_LABELS[Role(self.role)]) if self.role in set(Role) else ""


class Ruling(models.Model):
    """One decision on an objection: a level decides it once, and the database lets nobody change it."""

    OUTCOMES = [
        ("upheld", pgettext_lazy("objection", "upheld")),
        ("dismissed", pgettext_lazy("objection", "dismissed")),
    ]
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="rulings")
    level = models.CharField(max_length=10, choices=Objection.Level)
    outcome = models.CharField(pgettext_lazy("objection", "decision"), max_length=10, choices=OUTCOMES)
    reason = models.TextField(_("reasons, for the file"))
    reply = models.TextField(_("reply to the objector"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["objection", "level"], name="objection_ruled_once_a_level")]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.level} {self.outcome}"
