"""Dated, area-scoped values with their source: poverty lines, thresholds, quotas, day counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dictionary import in_words


class Parameter(models.Model):
    """One value of one parameter, for an area (none: the whole country) and a period."""

    name = models.CharField(_("name"), max_length=60)
    area_code = models.CharField(_("area"), max_length=15, blank=True, db_collation="C")
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=60)
    source = models.CharField(_("source"), max_length=300)
    shipped = models.BooleanField(_("shipped with the product"), default=False)

    class Meta:
        ordering = ["name", "area_code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "area_code", "valid_from"], name="parameter_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="parameter_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.area_code or '*'} {self.valid_from}: {self.value} {self.unit}"

    @property
    def amount(self) -> str:
        """The value as people write it, without zeros at its end."""
        return f"{self.value.normalize():f}"

    @property
    def source_label(self) -> str:
        """The source in the language of the screen."""
        return in_words(self.source)
