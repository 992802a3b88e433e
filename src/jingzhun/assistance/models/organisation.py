"""What organisations do in the county: their teams in villages, what they pledged, what arrived."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import Organisation, ScopedQuerySet


class ByArea(ScopedQuerySet):
    area_field = "area_id"


class ByCounty(ScopedQuerySet):
    area_field = "county_id"


class Team(models.Model):
    """An organisation's team in a village; its people are postings."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams", verbose_name=_("organisation"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="teams", verbose_name=_("village"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["area", "since"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "area"], condition=Q(until=None), name="team_once_in_a_village"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="team_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.area}"


class Pledge(models.Model):
    """What an organisation promises a county for a year: yuan, or something else that is worth so much."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="pledges", verbose_name=_("organisation")
    )
    county = models.ForeignKey(Area, models.PROTECT, related_name="pledges", verbose_name=_("county"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("yuan"), max_digits=14, decimal_places=2)
    in_kind = models.BooleanField(_("goods or services"), default=False)
    purpose = models.CharField(_("purpose"), max_length=200)
    document = models.CharField(_("document"), max_length=200, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ByCounty.as_manager()

    class Meta:
        ordering = ["-year", "organisation", "id"]
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="pledge_is_something")]


class Arrival(models.Model):
    """What arrived of a pledge, when, and for which area."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="arrivals", verbose_name=_("pledge"))
    on = models.DateField(_("day"))
    amount = models.DecimalField(_("yuan"), max_digits=14, decimal_places=2)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("for"))
    evidence = models.CharField(_("evidence"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="arrival_is_something")]
