"""Users with roles in areas, and the organisations they belong to."""

from datetime import date
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level

from .fields import SealedTextField
from .rules import ROLE_LABELS, Assignment, Role, Scope, sensible_levels

LOGIN_TAKEN = _("There is a user with this login already; capital and small letters are the same.")
CHANNELS = [("email", _("by e-mail")), ("sms", _("by text message"))]
NOT_IN_A_GROUP = _("A role is given in a village or in an area above it; a village group is too small for one.")


class Organisation(models.Model):
    """A department, enterprise, university or bank that employs helpers or owns projects."""

    LEVELS = [
        ("central", _("central")),
        ("province", _("provincial")),
        ("city", _("municipal")),
        ("county", _("county")),
        ("town", _("town")),
        ("partner", _("partner from outside")),
    ]
    name = models.CharField(_("name"), max_length=120, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=LEVELS)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("area"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who logs in. What they may do where is in their role assignments."""

    full_name = models.CharField(_("name"), max_length=60)
    phone = SealedTextField(_("phone"), purpose="user.phone")
    reminded_by = models.CharField(
        _("remind me each morning"), max_length=5, choices=[("", _("not at all")), *CHANNELS], default="", blank=True
    )
    reminded_in = models.CharField(_("language of the messages"), max_length=10, default="", blank=True)
    must_change_password = models.BooleanField(_("has a first password, to be changed"), default=False)
    # Where the user was added: whose administrators see to the login while no role says so.
    home = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("area"))
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="login_once", violation_error_message=LOGIN_TAKEN),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def clean(self) -> None:
        super().clean()
        if User.objects.filter(username__iexact=self.username).exclude(pk=self.pk).exists():
            raise ValidationError({"username": LOGIN_TAKEN})

    def get_full_name(self) -> str:
        return self.full_name

    @cached_property
    def scope(self) -> Scope:
        """Roles in force today; read once per request."""
        if not self.is_active:
            return Scope()
        today = timezone.localdate()
        rows = self.assignments.filter(Q(valid_until=None) | Q(valid_until__gt=today), valid_from__lte=today)
        return Scope(tuple(row.as_rule() for row in rows.order_by("id")))

    def can(self, permission: str, area_code: str | None = None) -> bool:
        """Whether the user has a permission, in an area if one is named."""
        return self.scope.allows(permission, area_code)

    @property
    def journal_name(self) -> str:
        return self.username

    @property
    def journal_role(self) -> str:
        return self.scope.roles[0] if self.scope.roles else ""

    def journal_role_in(self, area_code: str, permission: str = "") -> str:
        """The role in which the user decides in an area, as the journal keeps it."""
        scope = self.scope
        return scope.acting_role(area_code, permission) or scope.acting_role(area_code) or self.journal_role


class RoleAssignment(models.Model):
    """A user's role in an area, from a day until the day it no longer holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, ROLE_LABELS[role]) for role in Role])
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("area"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("organisation")
    )
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="role_ends_after_start",
                violation_error_message=_("A role ends after the day on which it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.HELPER) | Q(organisation__isnull=False),
                name="helper_has_an_organisation",
                violation_error_message=_("A helper belongs to an organisation; choose which."),
            ),
            # Findings, reports and cases belong to whole villages: a role in one of its groups would see the others.
            models.CheckConstraint(
                condition=LessThan(Length("area"), Level.GROUP.digits),
                name="no_role_in_a_village_group",
                violation_error_message=NOT_IN_A_GROUP,
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "valid_from"],
                name="role_once",
                violation_error_message=_("This user has this role there from this day on already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} {self.area_id}"

    def clean(self) -> None:
        if self.area_id is None or self.role not in set(Role) or len(self.area_id) >= Level.GROUP.digits:
            return
        if levels := sensible_levels(Role(self.role), Level(self.area.level)):
            told = {"role": ROLE_LABELS[Role(self.role)], "levels": ", ".join(map(str, levels))}
            raise ValidationError({"area": _("“%(role)s” is a role for: %(levels)s.") % told})

    def as_rule(self) -> Assignment:
        return Assignment(Role(self.role), self.area_id, self.valid_from, self.valid_until)


class AccessKey(models.Model):
    """By which a program of a department speaks in a user's name. Of the secret only a digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_keys", verbose_name=_("user"))
    label = models.CharField(_("what it is for"), max_length=60)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    expires_on = models.DateField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def in_force(self) -> bool:
        """Whether it opens anything today; the day on which it expires is the first on which it does not."""
        return self.revoked_at is None and timezone.localdate() < self.expires_on


class Reminder(models.Model):
    """The morning message of a day to a user: one a day, tried again while it did not go out."""

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders", verbose_name=_("user"))
    on = models.DateField(_("day"))
    channel = models.CharField(_("how"), max_length=5, choices=CHANNELS)
    waiting = models.PositiveIntegerField(_("waiting"), default=0)
    late = models.PositiveIntegerField(_("late"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failed = models.CharField(_("why it did not go out"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="reminded_once_a_day"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(failed=""), name="reminder_sent_or_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.on}"


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an area. `area_field` is the look-up that leads to the area code."""

    area_field = "village_code"

    def visible_to(self, user: User, permission: str) -> "ScopedQuerySet":
        """Rows in the areas where the user holds a permission; none without it."""
        return self.in_areas(user.scope.areas_for(permission))

    def in_areas(self, codes: tuple[str, ...]) -> "ScopedQuerySet":
        """Rows in any of the areas; none for no area."""
        if not codes:
            return self.none()
        condition = Q()
        for code in codes:
            condition |= within(code, self.area_field)
        return self.filter(condition)


class CadreQuerySet(models.QuerySet):
    def serving(self, on: date) -> "CadreQuerySet":
        """Those who serve on a day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on), serves_from__lte=on)


class Cadre(models.Model):
    """Somebody of the state, a department or a partner who helps households or holds a posting; may have a login.

    `rank` decides how many households at least (5-3-2). `near` is the village or town of home or office, from which
    ways are reckoned. `capacity`: households at most, None for the county's usual load.
    """

    RANKS = [
        ("county", _("county-level leader")),
        ("department", _("department-level cadre")),
        ("ordinary", _("ordinary cadre")),
    ]
    number = models.CharField(_("staff number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    sex = models.CharField(_("sex"), max_length=6, blank=True)
    phone = SealedTextField(_("phone"), purpose="cadre.phone")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="cadres", verbose_name=_("organisation")
    )
    county = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("county"))  # where they help
    rank = models.CharField(_("rank"), max_length=10, choices=RANKS)
    post = models.CharField(_("post"), max_length=60, blank=True)
    near = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("home or office")
    )
    skills = ArrayField(models.CharField(max_length=20), verbose_name=_("skills"), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=20), verbose_name=_("languages"), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(_("households at most"), null=True, blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="cadre", verbose_name=_("login")
    )
    serves_from = models.DateField(_("serves from"), default=timezone.localdate)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    leave_reason = models.CharField(_("why they left"), max_length=200, blank=True)

    objects = CadreQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("cadre")
        verbose_name_plural = _("cadres")
        indexes = [models.Index(fields=["county", "organisation"], name="cadre_of_county")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=models.F("serves_from")), name="cadre_leaves_after_start"
            ),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="cadre_capacity_positive"),
        ]

    def __str__(self) -> str:
        return self.name
