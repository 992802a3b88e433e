"""Cases that run through a procedure, and every passage from step to step."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import ScopedQuerySet

from .rules import DECISION_LABELS, DONE, LIVE, STATE_LABELS, Decision, Procedure, State, Step


class CaseQuerySet(ScopedQuerySet):
    area_field = "area_code"

    def live(self) -> "CaseQuerySet":
        return self.filter(state__in=LIVE)


class Case(models.Model):
    """One subject (a household, a village) on its way through a procedure.

    `version` counts the decisions, so that who decides on what they saw decides on what is there. `round` groups the
    cases of one yearly run. `due_on` is the last day on which the step should be done.
    """

    procedure = models.CharField(_("procedure"), max_length=40)
    subject = models.CharField(_("subject"), max_length=40, db_collation="C")
    area_code = models.CharField(_("area"), max_length=15, db_collation="C")
    round = models.PositiveIntegerField(_("round"))
    step = models.CharField(_("step"), max_length=40)
    state = models.CharField(
        _("state"), max_length=10, choices=[(state.value, STATE_LABELS[state]) for state in State], default=State.OPEN
    )
    since = models.DateTimeField(_("in this step since"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("opened at"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["area_code", "subject"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["procedure", "round", "area_code", "step", "state"], name="case_worklist"),
            models.Index(fields=["subject", "procedure"], name="case_subject"),
            models.Index(fields=["due_on"], condition=Q(state__in=LIVE), name="case_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "round", "subject"],
                condition=~Q(state=State.WITHDRAWN),
                name="one_case_per_subject_and_round",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PASSED, step=DONE) | (~Q(state=State.PASSED) & ~Q(step=DONE)),
                name="case_passed_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.round} {self.subject}: {self.step}"

    @property
    def table(self) -> Procedure:
        from .registry import procedure

        return procedure(self.procedure)

    @property
    def at(self) -> Step | None:
        """The step of the table where the case stands; None when it passed the last one."""
        return None if self.step == DONE else self.table.step(self.step)


class PassageQuerySet(ScopedQuerySet):
    area_field = "case__area_code"


class Passage(models.Model):
    """One decision on a case: from which step, what, to which step, by whom, why. Never changed or removed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="passages")
    version = models.PositiveIntegerField()  # of the case after it
    from_step = models.CharField(_("from"), max_length=40, blank=True)
    decision = models.CharField(
        _("decision"), max_length=10, choices=[(each.value, DECISION_LABELS[each]) for each in Decision]
    )
    to_step = models.CharField(_("to"), max_length=40)
    at = models.DateTimeField(_("when"))
    waited = models.DurationField(_("time in the step before"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    role = models.CharField(_("in which role"), max_length=30, blank=True)
    note = models.TextField(_("reason"), blank=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["case", "version"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="passage_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.version} {self.decision}"


class Reminder(models.Model):
    """A case's step is about to be due, or is overdue; told once, gone when the case moves on."""

    class Kind(models.TextChoices):
        SOON = "soon", _("due soon")
        OVERDUE = "overdue", _("overdue")

    case = models.ForeignKey(Case, models.CASCADE, related_name="reminders")
    version = models.PositiveIntegerField()  # of the case when it was told
    kind = models.CharField(max_length=10, choices=Kind)
    told_on = models.DateField()

    class Meta:
        ordering = ["-told_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["case", "version", "kind"], name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
