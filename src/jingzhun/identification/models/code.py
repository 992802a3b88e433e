"""One-time codes with which a household sees its own application on a phone, without a login."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet
from jingzhun.registry.models import Household


class HouseholdCodeQuerySet(ScopedQuerySet):
    area_field = "household__village_code"


class HouseholdCode(models.Model):
    """A code that the village gave to a household. Only its keyed digest is kept; it opens once, until a moment."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="codes", verbose_name=_("household"))
    digest = models.BinaryField(max_length=16, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = HouseholdCodeQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_at")), name="code_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.valid_until:%Y-%m-%d}"
