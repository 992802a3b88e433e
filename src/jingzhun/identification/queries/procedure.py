"""The procedure's table with the values that are in force, and where they come from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.rules import NAME
from jingzhun.parameters.dictionary import kinds
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.queries import NoParameter, in_force
from jingzhun.procedure import drawing
from jingzhun.procedure.registry import procedure
from jingzhun.publicity.rules import KINDS

# Values that decide beside the steps' days.
OTHERS = (
    "home_visit_surveyors", "evaluation_quorum", "evaluation_majority", "town_revisit_share",
    "county_spot_check_share", "refusal_appeal_days", "appeal_decision_days", "quota_binding", "remind_days_before",
    "household_code_days", "household_visit_minutes",
)  # fmt: skip


def not_set(refused: NoParameter) -> str:
    """Which value is not set, for where and when, in words; one query."""
    area = Area.objects.filter(code=refused.area_code).first()
    told = {
        "what": kinds()[refused.name].label,
        "area": area.short_name if area else refused.area_code,
        "day": refused.on,
    }
    return _("“%(what)s” is not set for %(area)s on %(day)s. The county has to set it first.") % told


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
    known = in_force(area_code, day, names)
    lines = [
        Line(row, step.by_clock, known.get(step.days), known.get(notices.get(step.notice, "")))
        for row, step in zip(drawing.rows(table), table.steps, strict=True)
    ]
    others = [(kinds()[name], known[name]) for name in OTHERS if name in known]
    return {"table": table, "lines": lines, "others": others, "day": day}
