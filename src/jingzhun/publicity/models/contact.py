"""Where people may turn to: the office that takes objections, by area."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import ScopedQuerySet
from jingzhun.registry.models.history import tracked


class ContactQuerySet(ScopedQuerySet):
    area_field = "area_id"


@tracked
class Contact(models.Model):
    """An office's public address; the nearest area's is printed on a notice."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    office = models.CharField(_("office"), max_length=80)
    phone = models.CharField(_("office phone"), max_length=40, blank=True)
    address = models.CharField(_("office address"), max_length=120, blank=True)
    hours = models.CharField(_("office hours"), max_length=80, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["area"]

    def __str__(self) -> str:
        return f"{self.area_id} {self.office}"
