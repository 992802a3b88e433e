"""Tips of the hotline 12317 (R25): who is complained of, who handles it, until when, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet


class ByHandler(ScopedQuerySet):
    """Seen only from where it is handled and above: never by the place that is complained of."""

    area_field = "handler_id"


class Tip(models.Model):
    """A tip. The reporter's name and phone rest sealed; `named` alone tells whether there are any.

    `about`: the place complained of. `handler`: the place above it that answers.
    """

    class Kind(models.TextChoices):
        ADVICE = "advice", _("question")
        INVESTIGATION = "investigation", _("complaint to be investigated")

    class Topic(models.TextChoices):
        MISUSE = "misuse", _("money misused")
        PROJECT = "project", _("problem of a project")
        EMBEZZLED = "embezzled", _("embezzlement")
        POLICY = "policy", _("policy not kept")

    class Grade(models.TextChoices):
        ORDINARY = "ordinary", pgettext_lazy("tip", "ordinary")
        IMPORTANT = "important", pgettext_lazy("tip", "important")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("tip", "new")
        FORWARDED = "forwarded", pgettext_lazy("tip", "forwarded")
        ANSWERED = "answered", pgettext_lazy("tip", "answered")
        TOLD = "told", _("reporter told")

    number = models.CharField(_("number"), max_length=20, unique=True)
    about = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("place complained of"))
    handler = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("who answers"))
    received_on = models.DateField(pgettext_lazy("tip", "received on"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, blank=True)
    text = models.TextField(_("what is told"))
    named = models.BooleanField(_("named"), default=False)
    name = SealedTextField(_("reporter's name"), purpose="tip.name")
    phone = SealedTextField(_("reporter's phone"), purpose="tip.phone")
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    upheld = models.BooleanField(_("true"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    told_on = models.DateField(_("told on"), null=True, blank=True)
    told_how = models.CharField(_("told how"), max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ByHandler.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        verbose_name = _("tip")
        verbose_name_plural = _("tips")
        constraints = [
            models.CheckConstraint(condition=~Q(handler=F("about")), name="tip_not_to_its_own"),
            models.CheckConstraint(condition=Q(told_on=None) | ~Q(told_how=""), name="tip_told_somehow"),
            models.CheckConstraint(condition=Q(state="new") | ~Q(grade=""), name="tip_graded_first"),
            models.CheckConstraint(condition=Q(answered_on=None) | ~Q(answer=""), name="tip_answered_in_words"),
        ]

    def __str__(self) -> str:
        return self.number
