"""Projects: what is to be built or given, by whom, until when, for whom; their stages, reports and pictures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.models import Cadre, Organisation, ScopedQuerySet
from jingzhun.registry.models import ByHousehold, Household


class ByArea(ScopedQuerySet):
    area_field = "area_id"


class ByProject(ScopedQuerySet):
    area_field = "project__area_id"


class Project(models.Model):
    """One project of the county's library. Nothing is admitted without a goal by which its effect is judged (R23).

    `area`: the village or town where it lies, or the county. `leader`: the county leader who answers for it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("project", "draft")
        LIBRARY = "library", _("in the library")
        APPROVED = "approved", pgettext_lazy("project", "approved")
        UNDER_WAY = "under_way", _("under way")
        COMPLETED = "completed", _("completed")
        ACCEPTED = "accepted", _("accepted, in upkeep")
        DROPPED = "dropped", pgettext_lazy("project", "dropped")

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24)  # of data/kinds.csv
    area = models.ForeignKey(Area, models.PROTECT, related_name="projects", verbose_name=_("area"))
    year = models.PositiveSmallIntegerField(_("year"))
    responsible = models.ForeignKey(
        Organisation, models.PROTECT, related_name="projects", verbose_name=_("responsible unit")
    )
    leader = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("county leader")
    )
    content = models.TextField(_("what is done"))
    goal = models.TextField(_("goal by which it is judged"), blank=True)
    budget = models.DecimalField(_("budget in yuan"), max_digits=14, decimal_places=2)
    begins_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("due on"))
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    keeper = models.CharField(_("who keeps it up"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    dropped_because = models.CharField(_("why it was dropped"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    objects = ByArea.as_manager()

    class Meta:
        ordering = ["-year", "number"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [models.Index(fields=["area", "year", "state"], name="project_of_area")]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("begins_on")), name="project_ends_after_start"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="project_has_a_budget"),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(goal=""), name="project_has_a_goal"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_because=""), name="project_dropped_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")), name="project_approved_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Beneficiary(models.Model):
    """A household that a project is for."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="beneficiaries")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name=_("household"))

    objects = ByHousehold.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "household"], name="beneficiary_once")]


class Stage(models.Model):
    """A step of a project with the share of the whole that it is worth, in hundredths."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stages", verbose_name=_("project"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("stage"), max_length=80)
    weight = models.PositiveSmallIntegerField(_("share of the whole, %"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    late_because = models.CharField(_("why it is late"), max_length=200, blank=True)

    objects = ByProject.as_manager()

    class Meta:
        ordering = ["project", "number"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="stage_once"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="stage_weight"),
            # a late stage needs a reason (R24)
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__lte=F("due_on")) | ~Q(late_because=""),
                name="stage_late_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Report(models.Model):
    """The report of two weeks: how much of the whole is done, what was done, why it is late."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reports", verbose_name=_("project"))
    due_on = models.DateField(_("due on"))
    percent = models.PositiveSmallIntegerField(_("done, %"))
    told = models.TextField(_("what was done"))
    late_because = models.CharField(_("why it is late"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByProject.as_manager()

    class Meta:
        ordering = ["project", "-due_on"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.UniqueConstraint(fields=["project", "due_on"], name="report_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="report_percent"),
        ]


class ProjectPhoto(models.Model):
    """How a place looked before, during and after."""

    class Moment(models.TextChoices):
        BEFORE = "before", pgettext_lazy("project", "before")
        DURING = "during", _("during")
        AFTER = "after", pgettext_lazy("project", "after")

    project = models.ForeignKey(Project, models.PROTECT, related_name="photos", verbose_name=_("project"))
    moment = models.CharField(_("moment"), max_length=8, choices=Moment)
    file = models.ImageField(_("picture"), upload_to="projects/%Y/%m")
    taken_on = models.DateField(_("taken on"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("added at"))

    objects = ByProject.as_manager()

    class Meta:
        ordering = ["project", "moment", "taken_on", "id"]
