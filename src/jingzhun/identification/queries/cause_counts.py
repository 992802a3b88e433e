"""Causes of poverty as the visits of a round found them: counts by place, and causes that the facts do not bear out.

Set-based: the counts are one statement, the doubtful ones another, whatever the number of households.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, code_range
from jingzhun.identification import rules
from jingzhun.identification.rules import Facts
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.registry import dictionary
from jingzhun.registry.causes import Grouping, groupings

from .evidence import Evidence, evidence
from .places import Where

SHARE = "check_labour_share"  # parameter, as in the quality checks
LATEST = """
WITH latest AS (
    SELECT DISTINCT ON (v.application_id) v.application_id, c.id AS case_id, c.area_code, a.household_id,
        v.cause_main, v.causes_other
    FROM identification_visit v
    JOIN identification_application a ON a.id = v.application_id
    JOIN procedure_case c ON c.id = a.case_id
    WHERE a.round_id = %(round)s AND v.purpose = 'survey' AND c.state IN ('open', 'appealed', 'passed')
      AND c.area_code >= %(first)s AND c.area_code < %(after)s
    ORDER BY v.application_id, v.recorded_at DESC, v.id DESC
)
"""
COUNTS = f"{LATEST} SELECT substr(area_code, 1, %(digits)s), cause_main, count(*) FROM latest GROUP BY 1, 2"  # noqa: S608
# Members of each household whose causes speak of members: how many are ill, disabled, at school, able to work.
FACTS = f"""{LATEST}
SELECT l.case_id, l.cause_main, l.causes_other, count(m.id),
    count(m.id) FILTER (WHERE m.health && ARRAY['chronic', 'serious']::varchar[]),
    count(m.id) FILTER (WHERE m.health @> ARRAY['disabled']::varchar[] OR m.disability_type IS NOT NULL),
    count(m.id) FILTER (WHERE m.student NOT IN ('', 'none', 'preschool')),
    count(m.id) FILTER (WHERE m.labour IN ('ordinary', 'skilled'))
FROM latest l
LEFT JOIN registry_member m ON m.household_id = l.household_id
    AND m.joined_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
WHERE ARRAY[l.cause_main] || l.causes_other && ARRAY['illness', 'disability', 'schooling', 'no_labour']::varchar[]
GROUP BY l.case_id, l.cause_main, l.causes_other, l.area_code
ORDER BY l.area_code, l.case_id
"""  # noqa: S608
CASES = f"{LATEST} SELECT case_id FROM latest WHERE cause_main = ANY(%(causes)s) ORDER BY area_code, case_id"  # noqa: S608


@dataclass(frozen=True)
class Place:
    """A town or village with its households by main cause."""

    area: Area
    counts: Counter[str]

    @property
    def total(self) -> int:
        return self.counts.total()


def places(where: Where) -> list[Place]:
    """Main causes by what lies right below the area (a village: itself); two queries."""
    digits = Level.TOWN.digits if where.area.level == Level.COUNTY else Level.VILLAGE.digits
    counts: dict[str, Counter[str]] = {}
    for code, cause, number in _rows(COUNTS, where, digits=digits):
        counts.setdefault(code, Counter())[cause] += number
    areas = Area.objects.filter(code__in=counts).order_by("code")
    return [Place(area, counts[area.code]) for area in areas]


def mapping(where: Where) -> list[tuple[str, list[Grouping]]]:
    """The county's causes with the official ones that each holds, with dates and sources."""
    found: dict[str, list[Grouping]] = {}
    for each in groupings(where.area.code, _day(where)):
        found.setdefault(each.county_cause, []).append(each)
    return list(found.items())


def in_groups(found: Iterable[Place], groups: Sequence[tuple[str, list[Grouping]]]) -> list[Place]:
    """The same counts by the county's own causes."""
    of = {each.cause: name for name, held in groups for each in held}
    grouped = []
    for place in found:
        counts: Counter[str] = Counter()
        for cause, number in place.counts.items():
            counts[of.get(cause, "")] += number
        grouped.append(Place(place.area, counts))
    return grouped


@dataclass(frozen=True)
class Doubt:
    """A household whose declared causes the register's facts do not bear out."""

    case: int
    causes: list[str]


def doubts(where: Where) -> list[Doubt]:
    """All of them in an area; one query and the parameter."""
    share = values([SHARE], where.area.code, _day(where)).get(SHARE)
    found = []
    for case, main, others, members, ill, disabled, students, able in _rows(FACTS, where, day=_day(where)):
        facts = Facts(members, ill, disabled, students, able, share)
        if causes := rules.doubtful_causes([main, *(others or ())], facts):
            found.append(Doubt(case, causes))
    return found


def cases_of(where: Where, causes: Sequence[str]) -> list[int]:
    """Cases with one of some main causes: the list behind a number."""
    return [row[0] for row in _rows(CASES, where, causes=list(causes))]


def page_of(user: User, where: Where, keys: Sequence[int]) -> list[Evidence]:
    """One page of cases with their evidence, in the order given."""
    rows = {row.case.pk: row for row in evidence(list(where.cases(user).filter(pk__in=keys)))}
    return [rows[key] for key in keys if key in rows]


def _rows(query: str, where: Where, **more: Any) -> list[tuple[Any, ...]]:
    first, after = code_range(where.area.code)
    with connection.cursor() as cursor:
        cursor.execute(query, {"round": where.round.pk, "first": first, "after": after, **more})
        return list(cursor.fetchall())


def _day(where: Where) -> date:
    return date(where.round.year, 12, 31)


def chart_of(found: Sequence[Place], labels: Mapping[str, str], address: Any) -> tuple[dict[str, Any], int] | None:
    """Stacked bars, one for each place, with the height that they need; None without households."""
    if not found:
        return None
    names = [code for code in labels if any(place.counts[code] for place in found)]
    rows = list(reversed(found))
    series = [
        {
            "type": "bar",
            "stack": "all",
            "name": labels[code],
            "data": [
                {"value": place.counts[code], "url": address(place, code),
                 "tooltip": {"formatter": f"{place.area.short_name}\n{labels[code]}: {place.counts[code]}"}}
                for place in rows
            ],
        }
        for code in names
    ]  # fmt: skip
    option = {
        "tooltip": {"trigger": "item"},
        "legend": {"top": 0, "type": "scroll"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [place.area.short_name for place in rows]},
        "series": series,
    }
    return option, 110 + 26 * len(rows)


def official() -> dict[str, str]:
    """The official twelve with their labels, and a name for what is not told."""
    return {code: each.label for code, each in dictionary.codes("cause").items()}
