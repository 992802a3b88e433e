"""The filters of the household list, in the words of its address, so that every number can link to its list."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Substr
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.rules import Level
from jingzhun.methods.typed import is_digits
from jingzhun.parameters.queries import NoParameter, poverty_line
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS

from . import dictionary
from .checks import RULES
from .member_filters import MemberFilters
from .models import Household, Member, RegisterSpell
from .models.checks import CheckFinding
from .queries.asked import Asked
from .queries.columns import SURVEY, members_on
from .queries.households import area_choices, in_area, matching
from .queries.status import Status, has_status
from .rules.search import read_search
from .unread import is_area_code, of_area, of_choice

YES_NO = [("yes", _("yes")), ("no", _("no"))]
YES_NO_UNKNOWN = [*YES_NO, ("unknown", _("not known"))]
STATUSES = [
    (Status.REGISTERED.value, _("on the register")),
    (Status.RELAPSED.value, _("relapsed")),
    (Status.EXITED.value, _("exited")),
    ("off", _("not on the register")),
    ("never", _("never on the register")),
]
POOR = [("below", _("below the line")), ("above", _("at or above the line")), ("unknown", _("income not known"))]
NOT_STATED = ("none", _("not stated"))
RURAL = [("yes", _("villages")), ("no", _("communities"))]
FINDINGS = [("yes", _("with open findings")), ("no", _("without open findings"))]
MORE = ("findings", "exit_year", "poor", "income_min", "income_max", "size_min", "size_max", "dangerous",
        "safe_water", "allowance", "insured", "schooling", "age_min", "age_max", "sex", "rural")  # fmt: skip
FOLDED = ("cause", "attribute", *MORE)  # what stands in the folded part of the screen
NO_GROUP = "none"  # `group=none`: the households of a village that belong to none of its groups
AREA_FIELDS = {"town": Level.TOWN, "village": Level.VILLAGE, "group": Level.GROUP}


class HouseholdFilter(MemberFilters):
    """Filters of households at a day (`year`: its end; `on`: the day itself). What cannot be followed is left aside
    and told: `notices`. `begins`: the register's first day, where it begins later than what is asked for."""

    q = filters.CharFilter(method="by_text", label=_("search"))
    town = filters.CharFilter(method="aside", label=_("town"))
    village = filters.CharFilter(method="aside", label=_("village"))
    group = filters.CharFilter(method="aside", label=_("group"))
    area = filters.CharFilter(method="aside", label=_("area"))
    year = filters.NumberFilter(method="aside", label=_("register year"))
    on = filters.DateFilter(method="aside", label=_("register on the day"))
    status = filters.ChoiceFilter(method="by_status", label=_("register status"), choices=STATUSES)
    exit_year = filters.NumberFilter(
        method="by_exit", label=_("left the register in"), min_value=1949, max_value=2101, decimal_places=0
    )
    poor = filters.ChoiceFilter(method="by_line", label=_("income and the poverty line"), choices=POOR)
    income_min = filters.NumberFilter(field_name=f"{SURVEY}__per_capita", lookup_expr="gte", label=_("income from"))
    income_max = filters.NumberFilter(field_name=f"{SURVEY}__per_capita", lookup_expr="lt", label=_("income below"))
    cause = filters.MultipleChoiceFilter(
        method="by_cause", label=_("cause"), choices=lambda: [*dictionary.choices("cause"), NOT_STATED]
    )
    cause_in = filters.ChoiceFilter(
        method="aside", label=_("cause stands as"), choices=[("main", _("main cause")), ("any", _("any cause"))]
    )
    attribute = filters.MultipleChoiceFilter(
        method="by_attribute", label=_("attribute"), choices=lambda: [*dictionary.choices("attribute"), NOT_STATED]
    )
    size_min = filters.NumberFilter(method="by_size", label=_("members from"))
    size_max = filters.NumberFilter(method="by_size", label=_("members up to"))
    dangerous = filters.ChoiceFilter(method="by_survey", label=_("dangerous house"), choices=YES_NO_UNKNOWN)
    safe_water = filters.ChoiceFilter(method="by_survey", label=_("safe drinking water"), choices=YES_NO_UNKNOWN)
    allowance = filters.ChoiceFilter(method="by_allowance", label=_("minimum living allowance"), choices=YES_NO)

    rural = filters.ChoiceFilter(method="by_kind", label=_("villages or communities"), choices=RURAL)
    findings = filters.ChoiceFilter(method="by_findings", label=_("quality"), choices=FINDINGS)
    finding = filters.CharFilter(method="by_finding", label=_("quality"))

    base_filters: dict[str, filters.Filter]
    SURVEY_FIELDS = {"dangerous": "dangerous_house", "safe_water": "safe_water"}

    class Meta:
        model = Household
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet, *, user: User, asked: Asked, whole: bool = False) -> None:
        """`whole`: with every filter, to be drawn; else, as each costs time, with those that the address names."""
        if not whole:
            every = type(self).base_filters
            self.base_filters = {name: every[name] for name in every if name in (*data, "status")}
        super().__init__(data, queryset)
        self.user, self.asked = user, asked
        self.begins: date | None = None
        self.notices: list[str] = []

    @property
    def area_code(self) -> str:
        """The area asked for: the lowest of town, village and group that lies in the one above it, else `area`."""
        code = ""
        for name, level in AREA_FIELDS.items():
            text = str(self.data.get(name) or "")
            if len(text) == level.digits and is_digits(text) and text.startswith(code):
                code = text
        area = str(self.data.get("area") or "")
        return code or (area if is_area_code(area) else "")

    def unread(self) -> list[str]:
        """What could not be followed, in words; at most one query."""
        told = [of_choice(self._label(name), value) for name in self.form.errors for value in self._values(name)]
        for name in (*AREA_FIELDS, "area"):
            text = str(self.data.get(name) or "")
            if name == "group" and text == NO_GROUP:
                continue
            if wrong := of_area(self.user, text, VIEW_HOUSEHOLDS):
                told.append(wrong)
            elif text and not self.area_code.startswith(text):
                told.append(of_choice(self._label(name), text))
        rule = str(self.data.get("finding") or "")
        return [*told, of_choice(self._label("finding"), rule)] if rule and rule not in RULES else told

    def _label(self, name: str) -> str:
        return str(capfirst(self.declared_filters[name].label))

    def _values(self, name: str) -> list[str]:
        known = {str(code) for code, _label in getattr(self.form.fields[name], "choices", ())}
        return [value for value in self.data.getlist(name) if value and value not in known]

    @property
    def of_no_group(self) -> bool:
        return self.data.get("group") == NO_GROUP and len(self.area_code) == Level.VILLAGE.digits

    def areas(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """Name, label, areas (code, name) and chosen code of each of the three drop-downs; one query."""
        code = self.area_code
        shared = _shared(self.user.scope.areas_for(VIEW_HOUSEHOLDS))
        town = _part(code, Level.TOWN) or _part(shared, Level.TOWN)
        village = _part(code, Level.VILLAGE) or _part(shared, Level.VILLAGE)
        found = area_choices(self.user, town, village)
        chosen = {level: _part(code, level) for level in AREA_FIELDS.values()}
        if found[Level.GROUP] or self.of_no_group:
            found[Level.GROUP].append((NO_GROUP, str(_("in no group"))))
        if self.of_no_group:
            chosen[Level.GROUP] = NO_GROUP
        return [
            (name, str(self.declared_filters[name].label), found[level], chosen[level])
            for name, level in AREA_FIELDS.items()
        ]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that stand folded away, apart from causes and attributes."""
        return [self.form[name] for name in MORE]

    @property
    def more_used(self) -> bool:
        return any(self.data.get(name) for name in FOLDED)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        if self.of_no_group:
            return queryset.filter(area_id=self.area_code)
        narrower = not all(area.startswith(self.area_code) for area in self.user.scope.areas)
        return queryset.filter(in_area(self.area_code)) if narrower else queryset

    @property
    def marked(self) -> str:
        """The mark of a personal number that is searched."""
        text = str(self.data.get("q") or "")
        return text if read_search(text).index else ""

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matching(value))

    def by_status(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(has_status(value, self.asked.day))

    def by_exit(self, queryset: QuerySet, name: str, value: Decimal) -> QuerySet:
        """Households that left the register in a year, until the day; those that ended with it are not there."""
        left = RegisterSpell.objects.filter(household=OuterRef("pk"), exited_on__year=int(value))
        return queryset.filter(Exists(left.filter(exited_on__lte=self.asked.day)))

    def by_line(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        income = f"{SURVEY}__per_capita"
        if value == "unknown":
            return queryset.filter(**{f"{income}__isnull": True})
        if self.line is None:
            return queryset.none()
        return queryset.filter(**{f"{income}__{'lt' if value == 'below' else 'gte'}": self.line})

    def by_cause(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        value = _stored(value)
        condition = Q(cause_main__in=value)
        if self.data.get("cause_in") == "any":
            condition |= Q(causes_other__overlap=value)
        return queryset.filter(condition)

    def by_attribute(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(attribute__in=_stored(value)) if value else queryset

    def by_kind(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Households of villagers' or of residents' committees, by the last three digits of their code."""
        rural = Q(GreaterThanOrEqual(Substr("village_code", 10), Value("200")))
        return queryset.filter(rural if value == "yes" else ~rural)

    def by_size(self, queryset: QuerySet, name: str, value: Decimal) -> QuerySet:
        lookup = "gte" if name == "size_min" else "lte"
        return queryset.alias(size=members_on(self.asked.day)).filter(**{f"size__{lookup}": value})

    def by_survey(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        wanted = {"yes": True, "no": False, "unknown": None}[value]
        return queryset.filter(**{f"{SURVEY}__{self.SURVEY_FIELDS[name]}": wanted})

    def by_allowance(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        receives = Exists(Member.objects.present(self.asked.day).filter(household=OuterRef("pk"), allowance=True))
        return queryset.filter(receives if value == "yes" else ~receives)

    def by_findings(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        found = Exists(self._findings())
        return queryset.filter(found if value == "yes" else ~found)

    def by_finding(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Households with an open finding by one rule, by its code."""
        return queryset.filter(Exists(self._findings().filter(code=value)))

    def judged_area(self) -> str:
        return self.area_code or next(iter(self.user.scope.areas_for(VIEW_HOUSEHOLDS)))

    def _findings(self) -> QuerySet:
        return CheckFinding.objects.open().filter(household=OuterRef("pk"), year=self.asked.year)

    @cached_property
    def line(self) -> Decimal | None:
        """The poverty line by which incomes are judged, in yuan; None where none is known. One query."""
        areas = (self.area_code,) if self.area_code else self.user.scope.areas
        try:
            return poverty_line(areas[0], self.asked.income_year) if areas else None
        except NoParameter:
            return None


def _stored(values: list[str]) -> list[str]:
    """Codes as they are stored: what is not stated is the empty text."""
    return ["" if value == NOT_STATED[0] else value for value in values]


def _shared(codes: tuple[str, ...]) -> str:
    """The area that holds all areas; where there is only one town or village to choose from, what lies below shows."""
    return codes[0] if len(codes) == 1 else ""


def _part(code: str, level: Level) -> str:
    return code[: level.digits] if len(code) >= level.digits else ""
