"""Evidence: home visits with what two surveyors found, the looks of town and county, pictures and papers."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet

from .application import Application
from .meeting import Meeting


class ByApplication(ScopedQuerySet):
    area_field = "application__household__village_code"


class Purpose(models.TextChoices):
    SURVEY = "survey", _("home visit")
    REVISIT = "revisit", _("visit again by the town")
    SPOT_CHECK = "spot_check", _("spot check by the county")


class Opinion(models.TextChoices):
    POOR = "poor", _("poor by the standard")
    NOT_POOR = "not_poor", _("not poor by the standard")
    UNCLEAR = "unclear", _("to be looked at again")


class Visit(models.Model):
    """A visit to the household: who went, whom they met, what they found. `per_capita` in yuan a year, as found.

    The main cause and at most two others are what the special team sorts the household into (official twelve).
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.SURVEY)
    visited_on = models.DateField(_("visited on"))
    surveyor_1 = models.CharField(_("surveyor"), max_length=60)
    surveyor_2 = models.CharField(_("second surveyor"), max_length=60, blank=True)
    met = models.CharField(_("who was met"), max_length=60, blank=True)
    opinion = models.CharField(_("opinion"), max_length=10, choices=Opinion)
    per_capita = models.DecimalField(
        _("per-capita net income found"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    cause_main = models.CharField(_("main cause"), max_length=20, blank=True)
    causes_other = ArrayField(models.CharField(max_length=20), verbose_name=_("other causes"), default=list, blank=True)
    findings = models.TextField(_("what was found"), blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    signed = models.BooleanField(_("signed by the household"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByApplication.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        indexes = [models.Index(fields=["application", "purpose", "-recorded_at"], name="visit_of_application")]
        constraints = [
            models.CheckConstraint(condition=Q(causes_other__len__lte=2) | Q(causes_other__len=None),
                                   name="visit_at_most_two_other_causes"),
            models.CheckConstraint(condition=~Q(causes_other__contains=[F("cause_main")]) | Q(cause_main=""),
                                   name="visit_main_cause_not_repeated"),
            models.CheckConstraint(condition=~Q(surveyor_1=F("surveyor_2")), name="visit_by_two_different_persons"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.purpose} {self.visited_on}"

    @property
    def causes(self) -> list[str]:
        """The main cause, then the others."""
        return [self.cause_main, *self.causes_other]


class Review(models.Model):
    """What town or county found when it looked at an application; a returned one is looked at anew."""

    class Level(models.TextChoices):
        TOWN = "town", _("town audit")
        COUNTY = "county", _("county review")

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    agrees = models.BooleanField(_("agrees"))
    opinion = models.TextField(_("opinion"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByApplication.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        indexes = [models.Index(fields=["application", "level", "-recorded_at"], name="review_of_application")]
        constraints = [models.CheckConstraint(condition=~Q(opinion=""), name="review_says_what_it_found")]

    def __str__(self) -> str:
        return f"{self.level} {self.agrees}"


class AttachmentQuerySet(ScopedQuerySet):
    area_field = "area_code"


class Attachment(models.Model):
    """A picture drawn anew, or a signature, that belongs to a visit, a meeting, or an application as a whole."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        SIGNATURE = "signature", _("signature")
        MINUTES = "minutes", _("signed minutes")
        SIGN_IN = "sign_in", _("sign-in sheet")
        WISH = "wish", _("signed wish to withdraw")

    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="attachments")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="attachments")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="attachments")
    area_code = models.CharField(max_length=15, db_collation="C")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file = models.ImageField(_("picture"), upload_to="identification/%Y/%m")
    sha256 = models.CharField(max_length=64)
    taken_on = models.DateField(_("taken on"))
    added_at = models.DateTimeField(_("added at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visit__isnull=False, meeting=None, application=None)
                | Q(visit=None, meeting__isnull=False, application=None)
                | Q(visit=None, meeting=None, application__isnull=False),
                name="attachment_belongs_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.taken_on}"
