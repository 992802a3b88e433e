"""Applications of households to be registered as poor."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.people.fields import SealedTextField
from jingzhun.people.models import ScopedQuerySet
from jingzhun.procedure.models import Case
from jingzhun.publicity.models import Objection
from jingzhun.registry.models import Household

from .round import Round


class Kind(models.TextChoices):
    NEW = "new", _("newly poor")
    RELAPSE = "relapse", _("relapse")


class FiledBy(models.TextChoices):
    HOUSEHOLD = "household", _("the household itself")
    CLERK = "clerk", _("taken down by the village")
    ON_BEHALF = "on_behalf", _("on behalf of a household that cannot")


class ApplicationQuerySet(ScopedQuerySet):
    area_field = "household__village_code"


class Application(models.Model):
    """A household asks to be registered in a round; its way through the procedure is its case."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="application")
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", verbose_name=_("round"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications", verbose_name=_("household"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    filed_by = models.CharField(_("filed by"), max_length=10, choices=FiledBy)
    filed_on = models.DateField(_("filed on"))
    persons = models.PositiveSmallIntegerField(_("members"))
    reason = models.TextField(_("why the household applies"), blank=True)
    on_behalf_why = models.CharField(_("why on behalf"), max_length=200, blank=True)
    answers = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="applications",
        verbose_name=_("objection that it was missing"),
    )  # fmt: skip
    contact = SealedTextField(_("phone"), purpose="application.contact")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["household"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [models.Index(fields=["round", "household"], name="application_round")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(filed_by=FiledBy.ON_BEHALF) | ~Q(on_behalf_why=""), name="on_behalf_says_why"
            ),
            models.CheckConstraint(condition=Q(persons__gte=1), name="application_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.household_id}"
