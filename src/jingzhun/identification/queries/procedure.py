"""The procedure's table with the values that are in force, and where they come from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import ancestors_of
from jingzhun.identification.rules import NAME
from jingzhun.parameters.dictionary import kinds
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.queries import NoParameter
from jingzhun.procedure import drawing
from jingzhun.procedure.registry import procedure
from jingzhun.publicity.rules import KINDS

# Values beside the steps' days, in words with their unit.
OTHERS: dict[str, str | Promise] = {
    "home_visit_surveyors": _("Surveyors of a home visit (persons)"),
    "evaluation_quorum": _("Quorum of the village evaluation (thirds of the representatives)"),
    "evaluation_majority": _("Majority of the village evaluation (share of those present, to be exceeded)"),
    "town_revisit_share": _("Share of a village's households that the town visits again"),
    "county_spot_check_share": _("Share of a village's households that the county visits"),
    "refusal_appeal_days": _("Time for an appeal against a refusal (days)"),
    "appeal_decision_days": _("Time for deciding on such an appeal (days)"),
    "quota_binding": _("Quotas (1 binding, 0 forbidden)"),
    "remind_days_before": _("Reminder before a step is due (days)"),
    "household_code_days": _("Validity of a household's one-time code (days)"),
    "household_visit_minutes": _("How long a household's own page stays open (minutes)"),
}

VILLAGES: dict[str, str | Promise] = {
    "province_incidence": _("The province's incidence"),
    "province_income": _("The province's income per person"),
    "village_incidence_factor": _("Incidence of a poor village (times the province's)"),
    "village_income_share": _("Income per person of a poor village (share of the province's)"),
}


def not_set(refused: NoParameter) -> str:
    """Which value is not set, for where and when, in words; one query."""
    area = Area.objects.filter(code=refused.area_code).first()
    told = {
        "what": kinds()[refused.name].label,
        "area": area.short_name if area else refused.area_code,
        "day": refused.on,
    }
    return gettext("“%(what)s” is not set for %(area)s on %(day)s. The county has to set it first.") % told


@dataclass(frozen=True)
class Line:
    """A step in words, with its days in force and the parameter that says so."""

    row: drawing.Row
    by_clock: bool
    days: Parameter | None
    notice_days: Parameter | None

    @property
    def day_count(self) -> int:
        return int(self.days.value) if self.days else 0

    @property
    def notice_count(self) -> int:
        return int(self.notice_days.value) if self.notice_days else 0


def table_rows(area_code: str, day: date) -> dict[str, Any]:
    """The table, its lines and the other values that decide; one query."""
    table = procedure(NAME)
    notices = {step.notice: KINDS[step.notice].days_parameter for step in table.steps if step.notice}
    names = {step.days for step in table.steps if step.days} | set(notices.values()) | set(OTHERS)
    known = _in_force(names, area_code, day)
    lines = [
        Line(row, step.by_clock, known.get(step.days), known.get(notices.get(step.notice, "")))
        for row, step in zip(drawing.rows(table), table.steps, strict=True)
    ]
    others = [(label, known[name]) for name, label in OTHERS.items() if name in known]
    return {"table": table, "lines": lines, "others": others, "day": day}


def _in_force(names: set[str], area_code: str, day: date) -> dict[str, Parameter]:
    rows = Parameter.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)
    found = rows.filter(name__in=names, area_code__in=["", *ancestors_of(area_code)])
    return {each.name: each for each in sorted(found, key=lambda each: (len(each.area_code), each.valid_from))}
