"""Who helps whom: plans of pairing, and the pairings in force."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import Cadre, ScopedQuerySet
from jingzhun.registry.models import ByHousehold, Household


class PlanQuerySet(ScopedQuerySet):
    area_field = "county_id"


class Kin(models.Model):
    """A cadre is kin to a household, or to somebody in a whole village: they are not paired."""

    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="kin", verbose_name=_("cadre"))
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    village = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("village")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(household=None, village__isnull=False) | Q(household__isnull=False, village=None),
                name="kin_household_or_village",
            ),
            models.UniqueConstraint(fields=["cadre", "household", "village"], nulls_distinct=False, name="kin_once"),
        ]


class PairingPlan(models.Model):
    """One computed pairing of a county: what was asked, what came out, and whether it is in force.

    `terms`: the parameters in force. `outcome`: status, households, cadres, cost, bound, unmet, and the same for
    today's pairs and for greedy. Costs are whole thousandths of a kilometre equivalent (see rules).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DROPPED = "dropped", _("dropped")

    county = models.ForeignKey(Area, models.PROTECT, related_name="pairing_plans", verbose_name=_("county"))
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    terms = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("plan of pairing")
        verbose_name_plural = _("plans of pairing")


class PlannedPair(models.Model):
    """A household's helper in a plan (none: nobody could be found)."""

    plan = models.ForeignKey(PairingPlan, models.CASCADE, related_name="pairs")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name=_("household"))
    cadre = models.ForeignKey(Cadre, models.CASCADE, null=True, related_name="+", verbose_name=_("helper"))
    cost = models.PositiveIntegerField(_("cost"), default=0)
    kept = models.BooleanField(_("as today"), default=False)
    by_hand = models.BooleanField(_("chosen by hand"), default=False)

    objects = ByHousehold.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "household"], name="planned_pair_once")]
        indexes = [models.Index(fields=["plan", "cadre"], name="planned_of_cadre")]


class Pairing(models.Model):
    """A helper and a household, from a day until the day it no longer holds. `place` 1 is the helper in charge."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="pairings", verbose_name=_("household"))
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="pairings", verbose_name=_("helper"))
    place = models.PositiveSmallIntegerField(_("place"), default=1)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    ended_because = models.CharField(_("why it ended"), max_length=200, blank=True)
    plan = models.ForeignKey(PairingPlan, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["household", "place", "-since"]
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        indexes = [models.Index(fields=["cadre", "until"], name="pairing_of_cadre")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "place"], condition=Q(until=None), name="pairing_one_current_helper"
            ),
            models.UniqueConstraint(
                fields=["household", "cadre"], condition=Q(until=None), name="pairing_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pairing_ends_after_start"),
            models.CheckConstraint(
                condition=Q(until=None, ended_because="") | (Q(until__isnull=False) & ~Q(ended_because="")),
                name="pairing_ends_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(place__range=(1, 9)), name="pairing_place"),
        ]
