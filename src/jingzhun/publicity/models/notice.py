"""Notices, their frozen items, and the photos of them on the board."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet
from jingzhun.publicity import rules

# What was announced, and may not be changed any more.
ANNOUNCED = ("number", "kind", "area_id", "title", "round", "place", "opens_on", "closes_on", "items_count", "digest",
             "sealed")  # fmt: skip


def _columns(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in ANNOUNCED)


class NoticeQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Notice(models.Model):
    """One list shown to the public in an area from `opens_on` until `closes_on`, the last day an objection counts.

    `number` is the public name of the notice: eight signs that say nothing and cannot be guessed. `digest` is the
    SHA-256 of the list as shown, also told in the journal. Once `sealed`, the list is closed: the database refuses
    further items, and changes of what was announced.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("notice", "open")
        CLOSED = "closed", pgettext_lazy("notice", "closed")

    number = models.CharField(_("number"), max_length=8, unique=True, db_collation="C")
    kind = models.CharField(pgettext_lazy("notice", "kind"), max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    round = models.CharField(_("round"), max_length=40, blank=True)
    place = models.CharField(pgettext_lazy("notice", "place"), max_length=120, blank=True)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(pgettext_lazy("notice", "opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    items_count = models.PositiveIntegerField(_("entries"), default=0)
    digest = models.CharField(max_length=64)
    sealed = models.BooleanField(default=False, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["area", "-opens_on"], name="notice_area"),
            models.Index(fields=["kind", "-opens_on"], name="notice_kind"),
            models.Index(fields=["closes_on"], condition=Q(state="open"), name="notice_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="notice_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="notice_closed_has_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="announced_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.sealed AND ({_columns('OLD')}) IS DISTINCT FROM ({_columns('NEW')})"
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.area_id}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def runs(self) -> bool:
        """Whether an objection counts today."""
        return self.is_open and rules.counts_on(timezone.localdate(), self.opens_on, self.closes_on)

    @property
    def is_coming(self) -> bool:
        """Whether it opens on a later day: the public reads nothing of it yet."""
        return timezone.localdate() < self.opens_on

    @property
    def kind_of(self) -> rules.NoticeKind:
        return rules.KINDS[self.kind]

    @property
    def label(self) -> str:
        return self.title or str(self.kind_of.label)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.kind_of.columns

    def days_left(self, today: date | None = None) -> int:
        return rules.days_left(today or timezone.localdate(), self.closes_on) if self.is_open else 0


class NoticeItemQuerySet(ScopedQuerySet):
    area_field = "notice__area_id"


class NoticeItem(models.Model):
    """One entry of a list, frozen when the notice opens. `subject` names what it is about in the app above.

    `shown` holds the texts that the public reads, by the keys of rules.PUBLIC_FIELDS. Only `state` ever changes.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("entry of a notice", "on show")
        PASSED = "passed", pgettext_lazy("entry of a notice", "passed")
        HELD = "held", pgettext_lazy("entry of a notice", "held back")
        RETURNED = "returned", pgettext_lazy("entry of a notice", "returned")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField(_("no."))
    subject = models.CharField(max_length=60, db_collation="C")
    shown = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    objects = NoticeItemQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "position"]
        indexes = [models.Index(fields=["subject", "-notice"], name="item_subject")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="item_position_once"),
            models.UniqueConstraint(fields=["notice", "subject"], name="item_subject_once"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("notice", "position", "subject", "shown"),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="list_is_sealed",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),
                func="""
                    IF EXISTS (
                        SELECT FROM added JOIN publicity_notice ON publicity_notice.id = added.notice_id
                        WHERE publicity_notice.sealed
                    ) THEN RAISE EXCEPTION 'the list of a notice is closed once it opened';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.position}"


class BoardPhotoQuerySet(ScopedQuerySet):
    area_field = "notice__area_id"

    def on_board(self) -> "BoardPhotoQuerySet":
        """Photos that are evidence; those that were taken down are none any more."""
        return self.filter(removed_at=None)


class BoardPhoto(models.Model):
    """A photo of a notice on the board, as evidence. One that was taken down stays stored, but counts no more."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="photos")
    file = models.ImageField(_("photo"), upload_to="boards/%Y/%m")
    sha256 = models.CharField(max_length=64)
    taken_on = models.DateField(_("taken on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = BoardPhotoQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-id"]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.taken_on}"
