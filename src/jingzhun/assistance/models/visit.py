"""Visits to households, and the needs that visitors hear."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.models import ByHousehold, Household


class Visit(models.Model):
    """A visit: who came, when, where by GPS, what was found, what comes next. `sent_as`: sent twice, kept once."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="assistance_visits", verbose_name=_("household")
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, null=True, related_name="visits", verbose_name=_("visitor"))
    on = models.DateField(_("day"))
    met = models.CharField(_("who was met"), max_length=60, blank=True)
    found = models.TextField(_("what was found"))
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("next step until"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    sent_as = models.UUIDField(unique=True, null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["household", "-on"], name="visit_of_household"),
            models.Index(fields=["cadre", "-on"], name="visit_of_cadre"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="visit_place_has_both",
            ),
            models.CheckConstraint(condition=~Q(found=""), name="visit_found_something"),
        ]


class VisitPhoto(models.Model):
    """A picture taken at a visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    file = models.ImageField(_("photo"), upload_to="visits/%Y/%m")
    caption = models.CharField(_("caption"), max_length=200, blank=True)


class Need(models.Model):
    """What a household needs: heard at a visit, given to whom can answer, followed till it is closed."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    class Routed(models.TextChoices):
        VILLAGE = "village", _("the village")
        TOWN = "town", _("the town")
        COUNTY = "county", _("the county")
        ORGANISATION = "organisation", _("an organisation")

    household = models.ForeignKey(Household, models.PROTECT, related_name="needs", verbose_name=_("household"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="needs")
    kind = models.CharField(_("kind"), max_length=20)  # of policy/data/kinds.csv
    text = models.TextField(_("what is needed"))
    heard_on = models.DateField(_("heard on"))
    routed = models.CharField(_("given to"), max_length=15, choices=Routed, default=Routed.TOWN)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    satisfied = models.BooleanField(_("the household is content"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ByHousehold.as_manager()

    class Meta:
        ordering = ["state", "due_on", "id"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [models.Index(fields=["state", "due_on"], name="need_open")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(routed="organisation") | Q(organisation__isnull=False), name="need_given_to_somebody"
            ),
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="need_answered_in_words"),
        ]
