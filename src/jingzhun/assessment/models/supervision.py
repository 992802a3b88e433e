"""Inspections by draw, what they found, and the orders to put it right."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.models import Organisation, ScopedQuerySet
from jingzhun.registry.models import Household

USER = settings.AUTH_USER_MODEL


class ByArea(ScopedQuerySet):
    area_field = "area_id"


class ByCounty(ScopedQuerySet):
    area_field = "county_id"


class Inspection(models.Model):
    """An inspection of a sample: announced with its frozen list, drawn later by a seed that nobody knew before.

    `list_sha256`: of the list with household numbers, kept in the journal since the announcement. `seed_from`: where
    the public value comes from; empty for the journal's checkpoint of `seed_on`.
    """

    class Kind(models.TextChoices):
        QUALITY = "quality", _("who is poor, and what is written of them")
        HELP = "help", _("help and measures")
        FUNDS = "funds", _("money and projects")

    class Population(models.TextChoices):
        HOUSEHOLDS = "households", _("registered households")
        VILLAGES = "villages", _("poor villages")

    number = models.CharField(_("number"), max_length=20, unique=True)
    county = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("county"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    population = models.CharField(_("drawn out of"), max_length=10, choices=Population)
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    size = models.PositiveIntegerField(_("how many are drawn"))
    list_sha256 = models.CharField(_("digest of the list"), max_length=64)
    seed_from = models.CharField(_("where the seed comes from"), max_length=200, blank=True)
    seed_on = models.DateField(_("day of the seed"))
    seed = models.CharField(_("seed"), max_length=120, blank=True)
    announced_at = models.DateTimeField(_("announced at"))
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByCounty.as_manager()

    class Meta:
        ordering = ["-announced_at"]
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="inspection_draws_some"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="inspection_ends_after_start"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="") | (Q(drawn_at__isnull=False) & ~Q(seed="")),
                name="inspection_drawn_by_a_seed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Item(models.Model):
    """A member of the frozen list. `number`: what is published, a running number within the town or a village's code;
    to which household it belongs is bound by the list's digest. `place`: its place in the sample once drawn."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="items")
    town = models.CharField(max_length=9)
    number = models.CharField(_("number"), max_length=17)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("village"))
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveIntegerField(_("place in the sample"), null=True, blank=True)

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["inspection", "town", "number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="item_once"),
            models.UniqueConstraint(fields=["inspection", "place"], name="item_place_once"),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionFinding(models.Model):
    """What an inspector found at one of those drawn."""

    class Result(models.TextChoices):
        AGREES = "agrees", pgettext_lazy("finding", "agrees")
        DIFFERS = "differs", _("differs")
        NOT_FOUND = "not_found", _("not found")

    class Kind(models.TextChoices):
        FACTS = "facts", _("facts of the register")
        HOUSING = "housing", _("house and guarantees")
        HELP = "help", _("helper and visits")
        MEASURES = "measures", pgettext_lazy("finding", "measures")
        MONEY = "money", pgettext_lazy("finding", "money")
        OTHER = "other", pgettext_lazy("finding", "other")

    class Weight(models.TextChoices):
        LIGHT = "light", _("light")
        SERIOUS = "serious", _("serious")
        GRAVE = "grave", _("grave")

    item = models.ForeignKey(Item, models.PROTECT, related_name="findings")
    result = models.CharField(_("result"), max_length=10, choices=Result)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)
    weight = models.CharField(_("weight"), max_length=8, choices=Weight, blank=True)
    what = models.TextField(_("what was found"), blank=True)
    picture = models.ImageField(_("picture"), upload_to="inspections/%Y/%m", blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    found_at = models.DateTimeField(_("found at"))
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["item", "found_at"]
        verbose_name = pgettext_lazy("inspection", "finding")
        constraints = [
            models.CheckConstraint(
                condition=Q(result="agrees") | ~(Q(what="") | Q(kind="") | Q(weight="")), name="finding_says_what"
            )
        ]


class Rectification(models.Model):
    """An order to put something right by a day, to a place and, where one answers for it, an organisation.

    `about` and `link`: the record it is about, in words and as a page of this house.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("rectification", "open")
        PROVED = "proved", pgettext_lazy("rectification", "proved, to be checked")
        ACCEPTED = "accepted", pgettext_lazy("rectification", "accepted")

    number = models.CharField(_("number"), max_length=20, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    finding = models.OneToOneField(
        InspectionFinding, models.PROTECT, null=True, blank=True, related_name="order", verbose_name=_("finding")
    )
    about = models.CharField(_("about"), max_length=200)
    link = models.CharField(max_length=200, blank=True)
    what = models.TextField(_("what is to be done"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    given_at = models.DateTimeField(_("given at"))
    proved_on = models.DateField(_("proved on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        verbose_name = _("order to rectify")
        verbose_name_plural = _("orders to rectify")
        indexes = [models.Index(fields=["area", "state", "due_on"], name="rectification_of_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_on__isnull=False) | (~Q(state="accepted") & Q(accepted_on=None)),
                name="rectification_accepted_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.number


class RectificationStep(models.Model):
    """What happened to an order: proved, sent back, accepted."""

    class Kind(models.TextChoices):
        PROVED = "proved", pgettext_lazy("step", "proved")
        SENT_BACK = "sent_back", pgettext_lazy("step", "sent back")
        ACCEPTED = "accepted", pgettext_lazy("step", "accepted")

    order = models.ForeignKey(Rectification, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(_("text"))
    file = models.ImageField(_("picture"), upload_to="rectifications/%Y/%m", blank=True)
    late = models.BooleanField(_("late"), default=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["order", "at", "pk"]
