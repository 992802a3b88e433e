"""The county's plan: phases of the road map, targets of exits by year and area, measures with who and until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import Organisation, ScopedQuerySet
from jingzhun.registry.models.history import tracked

from .document import Document


class PlanQuerySet(ScopedQuerySet):
    area_field = "area_id"


class Plan(models.Model):
    """A county's plan over some years; one is in force at a time. Adopted plans change by a new plan."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ADOPTED = "adopted", _("adopted")
        REPLACED = "replaced", _("replaced")

    area = models.ForeignKey(Area, models.PROTECT, related_name="plans", verbose_name=_("area"))
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    goal = models.TextField(_("goal"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("document")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-first_year", "-id"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="plan_ends_after_start"),
            models.UniqueConstraint(fields=["area"], condition=Q(state="adopted"), name="plan_one_in_force"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(adopted_on__isnull=False), name="plan_adopted_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """A stretch of the road map: start in one year, lay the foundation in two, steadily out in three."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="phases")
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    aim = models.TextField(_("aim"), blank=True)

    class Meta:
        ordering = ["begins_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("begins_on")), name="phase_ends_after_start"),
            models.UniqueConstraint(fields=["plan", "name"], name="phase_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """How many leave the register in a year in an area: households, persons, poor villages."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    year = models.PositiveSmallIntegerField(_("year"))
    households = models.PositiveIntegerField(_("households"))
    persons = models.PositiveIntegerField(_("persons"))
    villages = models.PositiveSmallIntegerField(_("poor villages"), default=0)

    class Meta:
        ordering = ["area", "year"]
        constraints = [models.UniqueConstraint(fields=["plan", "area", "year"], name="target_once")]


@tracked
class PlanMeasure(models.Model):
    """A measure of the plan: who is responsible, until when, and since when it is done."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="measures", verbose_name=_("phase"))
    title = models.CharField(_("title"), max_length=200)
    responsible = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("responsible unit"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title
