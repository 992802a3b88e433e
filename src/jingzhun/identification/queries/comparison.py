"""The village's judgement beside the numbers: who was nominated and who is below the line, in both directions.

Set-based: the counts of a county of 45,000 households are one statement, a list is one more and its page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, code_range
from jingzhun.identification import rules
from jingzhun.identification.models import Round
from jingzhun.identification.rules import Standing
from jingzhun.parameters.queries import dated_values
from jingzhun.people.models import User
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Household
from jingzhun.registry.queries.guarantees import MET, PEOPLE, school_births

from .applications import OVER
from .evidence import Evidence, evidence, heads_of
from .places import Where
from .standing import NAMES, Measure, measure, standings_of

NOT_NOMINATED, NOT_POOR = "not_nominated", "not_poor"
POOR, UNKNOWN = "poor", "unknown"  # by the numbers: all that are poor; nominated without an income
NOMINATED = (State.OPEN, State.APPEALED, State.PASSED)

# Guarantees decide only between the line and what is near it: nobody else's members are looked at.
MEMBERS_OF = """
    AND household_id IN (
        SELECT h.id FROM registry_household h JOIN registry_survey s ON s.household_id = h.id
        WHERE h.village_code >= %(first)s AND h.village_code < %(after)s AND s.year = %(income_year)s
          AND s.per_capita >= %(line)s AND s.per_capita < %(near)s
    )
"""
UNMET = " OR ".join(f"NOT coalesce({met}, true)" for met in MET.values())

# Each household of an area with its income of the round's year, whether it is poor by the numbers (as
# rules.Standing.poor has it for one; null without an income), and whether its application lives or has passed.
HOUSEHOLDS = f"""
WITH people AS ({PEOPLE.format(members_of=MEMBERS_OF)}), judged AS (
    SELECT h.id, h.village_code, v.per_capita,
        v.per_capita < %(line)s OR (v.per_capita < %(near)s AND ({UNMET})) AS poor,
        EXISTS (SELECT FROM identification_application a JOIN procedure_case c ON c.id = a.case_id
                WHERE a.household_id = h.id AND a.round_id = %(round)s
                AND c.state IN ('open', 'appealed', 'passed')) AS in_round,
        EXISTS (SELECT FROM registry_registerspell r WHERE r.household_id = h.id
                AND r.registered_on <= %(day)s AND (r.exited_on IS NULL OR r.exited_on > %(day)s)) AS registered
    FROM registry_household h
    LEFT JOIN registry_survey v ON v.household_id = h.id AND v.year = %(income_year)s
    LEFT JOIN people p ON p.id = h.id
    WHERE h.village_code >= %(first)s AND h.village_code < %(after)s
      AND (h.closed_on IS NULL OR h.closed_on > %(day)s)
)
"""  # noqa: S608
COUNTS = (
    HOUSEHOLDS
    + """
SELECT substr(village_code, 1, %(digits)s), count(*),
    count(*) FILTER (WHERE in_round),
    count(*) FILTER (WHERE poor),
    count(*) FILTER (WHERE poor AND NOT in_round AND NOT registered),
    count(*) FILTER (WHERE in_round AND NOT poor),
    count(*) FILTER (WHERE in_round AND per_capita IS NULL),
    count(*) FILTER (WHERE per_capita IS NULL)
FROM judged GROUP BY 1 ORDER BY 1
"""
)
LISTS = {
    NOT_NOMINATED: "poor AND NOT in_round AND NOT registered",
    NOT_POOR: "in_round AND NOT poor",
    POOR: "poor",
    UNKNOWN: "in_round AND per_capita IS NULL",
}


@dataclass(frozen=True)
class Place:
    """A town or village: its households, those nominated, those poor by the numbers, and where the two differ."""

    area: Area
    households: int
    nominated: int
    poor: int
    not_nominated: int
    not_poor: int
    unknown: int
    without_income: int


def measure_of(round_: Round) -> Measure:
    """What the round judges incomes by in its county; one query."""
    return measure(dated_values(NAMES, round_.area_id), round_)


def places(where: Where) -> list[Place]:
    """Counts by what lies right below the area (a village: itself); two queries and the line."""
    digits = Level.TOWN.digits if where.area.level == Level.COUNTY else Level.VILLAGE.digits
    rows = _rows(COUNTS, where, digits=digits)
    areas = Area.objects.in_bulk([row[0] for row in rows])
    return [Place(areas[row[0]], *row[1:]) for row in rows if row[0] in areas]


def keys(where: Where, which: str) -> list[int]:
    """Households of a list of LISTS, the plainest cases first."""
    order = "per_capita DESC" if which == NOT_POOR else "per_capita"
    query = f"{HOUSEHOLDS} SELECT id FROM judged WHERE {LISTS[which]} ORDER BY {order}, id"  # noqa: S608
    return [row[0] for row in _rows(query, where)]


def _rows(query: str, where: Where, **more: Any) -> list[tuple[Any, ...]]:
    """Rows of a query on the households; none where no line is known."""
    round_, day = where.round, date(where.round.year, 12, 31)
    dated = dated_values(NAMES, round_.area_id)
    by = measure(dated, round_)
    if by.line is None:
        return []
    (first, after), (born_after, born_until) = code_range(where.area.code), school_births(dated, day)
    asked = {"first": first, "after": after, "line": by.line, "near": by.near or by.line, "round": round_.pk,
             "income_year": round_.income_year, "day": day, "born_after": born_after, "born_until": born_until,
             **more}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Doubtful:
    """A household on a list of disagreement, with its latest application of the round where it has one."""

    household: Household
    head: str
    village: str
    standing: Standing
    row: Evidence | None = None

    @property
    def name(self) -> str:
        return self.head or self.household.number

    @property
    def may_apply(self) -> bool:
        """Whether no application of the round stands in the way of another; a refusal is appealed against."""
        return self.row is None or self.row.case.state in OVER


def page_of(where: Where, which: str, found: Sequence[int], user: User) -> list[Doubtful]:
    """One page of a list, in its order; a bounded number of queries."""
    households = Household.objects.in_bulk(found)
    heads, standing = heads_of(found), standings_of(found, where.round)
    villages = Area.objects.in_bulk({each.village_code for each in households.values()})
    cases = where.cases(user).filter(application__household__in=found).order_by("pk")
    cases = cases.filter(state__in=NOMINATED) if which in (NOT_POOR, UNKNOWN) else cases
    rows = {row.application.household_id: row for row in evidence(list(cases))}
    return [
        Doubtful(households[key], heads.get(key, ""), villages[households[key].village_code].short_name,
                 standing[key], rows.get(key))
        for key in found
    ]  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """A nominated household: its rank by votes beside its rank by need, and how the two differ."""

    row: Evidence
    by_votes: int | None
    by_need: int
    differs: str

    @property
    def favour(self) -> Fraction | None:
        """Share of those present who were in favour."""
        ballot = self.row.ballot
        return Fraction(ballot.in_favour, self.row.present) if ballot and self.row.present else None

    @property
    def to_line(self) -> Decimal | None:
        """Income by the line: below 1 is poor."""
        income, line = self.row.standing.per_capita, self.row.standing.line
        return None if income is None or not line else income / line


def beside(user: User, where: Where) -> list[Beside]:
    """The nominated households of a village by need, the neediest first; a bounded number of queries."""
    rows = evidence(list(where.cases(user).filter(state__in=NOMINATED)))
    need = rules.by_need({row.case.pk: row.standing for row in rows})
    voted = sorted((row for row in rows if row.ballot and row.present), key=lambda row: (-_favour(row), row.case.pk))
    ranks = {row.case.pk: _rank([_favour(each) for each in voted], _favour(row)) for row in voted}
    by_key = {row.case.pk: row for row in rows}
    return [
        Beside(by_key[key], ranks.get(key), position, rules.disagreement(True, by_key[key].standing.poor))
        for position, key in enumerate(need, 1)
    ]


def _favour(row: Evidence) -> Fraction:
    return Fraction(row.ballot.in_favour, row.present) if row.ballot else Fraction(0)


def _rank(ordered: list[Fraction], value: Fraction) -> int:
    """Equal shares have equal ranks."""
    return ordered.index(value) + 1


def chart_of(rows: Sequence[Beside], address: Any) -> dict[str, Any] | None:
    """A dot for each household: income by the line to the right, share in favour upwards; None without dots."""
    dots: dict[str, list[dict[str, Any]]] = {"": [], NOT_POOR: []}
    for each in rows:
        if each.to_line is None or each.favour is None:
            continue
        income, favour = f"{each.to_line:.2f}", f"{float(each.favour):.0%}"
        told = f"{each.row.name}\n{_('Income by the line')}: {income}\n{_('In favour')}: {favour}"
        dot = {"value": [round(float(each.to_line), 3), round(float(each.favour) * 100, 1)],
               "url": address(each.row), "tooltip": {"formatter": told}}  # fmt: skip
        dots[NOT_POOR if each.differs else ""].append(dot)
    if not any(dots.values()):
        return None
    mark = {"silent": True, "symbol": "none", "lineStyle": {"type": "dashed", "color": "#7d8590"},
            "label": {"formatter": _("the line"), "color": "#7d8590"}, "data": [{"xAxis": 1}]}  # fmt: skip
    return {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 64, "containLabel": True},
        "xAxis": {"type": "value", "name": _("Income by the line"), "nameLocation": "middle", "nameGap": 28, "min": 0},
        "yAxis": {"type": "value", "name": _("In favour, %"), "max": 100},
        "series": [
            {"type": "scatter", "name": _("poor by the numbers"), "symbolSize": 11, "data": dots[""], "markLine": mark},
            {"type": "scatter", "name": _("not poor by the numbers"), "symbol": "diamond", "symbolSize": 13,
             "itemStyle": {"color": "#c0913a"}, "data": dots[NOT_POOR]},
        ],
    }  # fmt: skip
