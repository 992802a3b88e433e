"""Administrative areas, from province to village group."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rules import Level, code_range, is_rural, short_name


class AreaQuerySet(models.QuerySet["Area"]):
    def within(self, code: str) -> "AreaQuerySet":
        """The area and everything in it."""
        return self.filter(within(code, "code"))


def within(code: str, field: str) -> Q:
    """Condition that a field's area code lies in an area (half-open range, one index)."""
    first, after = code_range(code)
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


class Area(models.Model):
    """One administrative area. Its code is its path; a merger ends it and names its successor."""

    code = models.CharField(_("code"), primary_key=True, max_length=15, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=8, choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    pinyin = models.CharField(max_length=200, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    boundary = models.JSONField(_("boundary (GeoJSON geometry)"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        indexes = [
            models.Index(fields=["level", "code"], name="area_level_code"),
            models.Index(fields=["initials"], name="area_initials"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d+$"), name="area_code_is_digits"),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="area_point_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="area_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """`永安村` for `永安村委会`; `建设路社区` for `建设路社区居民委员会`."""
        return short_name(self.name)

    @property
    def place(self) -> str:
        """Where a household lives: `永安村`, or `永安村1组` where the group is known (ask for `parent` with it)."""
        within_village = self.level == Level.GROUP and self.parent is not None
        return f"{self.parent.short_name}{self.short_name}" if within_village and self.parent else self.short_name

    @property
    def is_community(self) -> bool:
        """An urban residents' committee (社区): it has residents, not villagers."""
        return self.level == Level.VILLAGE and not is_rural(self.code)
