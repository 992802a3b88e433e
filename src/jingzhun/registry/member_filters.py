"""Filters of households by who belongs to them on the day: age and sex, insurance, schooling."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jingzhun.parameters.queries import values

from .models import Member
from .queries.asked import Asked
from .rules.ages import born_by
from .rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL

SEXES = [("male", _("male")), ("female", _("female"))]
MET = [("yes", _("everybody")), ("no", _("not everybody")), ("unknown", _("not known"))]


class MemberFilters(filters.FilterSet):
    """`age_min`, `age_max` and `sex` mean one and the same person; the guarantees follow rules/guarantees.py."""

    age_min = filters.NumberFilter(method="aside", label=_("a member aged from"), min_value=0, max_value=150)
    age_max = filters.NumberFilter(method="aside", label=_("a member aged up to"), min_value=0, max_value=150)
    sex = filters.ChoiceFilter(method="aside", label=_("sex of that member"), choices=SEXES)
    insured = filters.ChoiceFilter(method="by_insurance", label=_("basic medical insurance"), choices=MET)
    schooling = filters.ChoiceFilter(method="by_schooling", label=_("compulsory schooling"), choices=MET)

    asked: Asked

    def aside(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Read elsewhere."""
        return queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        wanted = {name: self.form.cleaned_data.get(name) for name in ("age_min", "age_max", "sex")}
        if all(value in (None, "") for value in wanted.values()):
            return queryset
        person = self._present()
        if wanted["age_min"] is not None:
            person = person.filter(birth_date__lte=born_by(self.asked.day, int(wanted["age_min"])))
        if wanted["age_max"] is not None:
            person = person.filter(birth_date__gt=born_by(self.asked.day, int(wanted["age_max"]) + 1))
        return queryset.filter(Exists(person.filter(sex=wanted["sex"]) if wanted["sex"] else person))

    def by_insurance(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = self._present()
        without = Exists(people.filter(medical_insurance=False))
        unknown = Q(Exists(people.filter(medical_insurance=None))) | ~Q(Exists(people))
        return queryset.filter(
            {"no": Q(without), "unknown": ~Q(without) & unknown, "yes": ~(Q(without) | unknown)}[value]
        )

    def by_schooling(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        ages = values([SCHOOL_FROM, SCHOOL_UNTIL], self.judged_area(), self.asked.day)
        if len(ages) < 2:
            return queryset if value == "unknown" else queryset.none()
        children = self._present().filter(
            birth_date__lte=born_by(self.asked.day, int(ages[SCHOOL_FROM])),
            birth_date__gt=born_by(self.asked.day, int(ages[SCHOOL_UNTIL]) + 1),
        )
        dropped = Q(Exists(children.exclude(dropout_reason__in=["", "finished"])))
        unknown = Q(Exists(children.filter(student="")))
        absent = Q(Exists(children.filter(student="none").exclude(dropout_reason="finished")))
        return queryset.filter(_met(dropped | (~unknown & absent), unknown, value))

    def judged_area(self) -> str:
        """The area whose parameters hold."""
        raise NotImplementedError

    def _present(self) -> QuerySet[Member]:
        return Member.objects.present(self.asked.day).filter(household=OuterRef("pk"))


def _met(unmet: Q, unknown: Q, value: str) -> Q:
    """Condition for a guarantee that is met (yes), not met (no), or neither known."""
    return {"no": unmet, "unknown": ~unmet & unknown, "yes": ~(unmet | unknown)}[value]
