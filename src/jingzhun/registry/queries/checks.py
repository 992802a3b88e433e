"""Quality checks as their screens show them: counts by rule, area and day, the findings, and the next one to fix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level, code_range, level_of
from jingzhun.methods.typed import is_digits
from jingzhun.people.models import User
from jingzhun.people.rules import RUN_CHECKS, VIEW_HOUSEHOLDS
from jingzhun.registry.checks import LIVE, RULES, Rule, Severity, find, rules, run_on
from jingzhun.registry.checks.telling import tell
from jingzhun.registry.models import CheckFinding, CheckRun, Household, Member
from jingzhun.registry.models.checks import CheckFindingQuerySet

from .asked import asked_for

TREND_DAYS = 60
STATES = ("open", "accepted", "resolved")

# Each day's number is that of every village's latest count until then.
TREND = """
WITH counts AS (
    SELECT day, severity, open, lead(day) OVER (PARTITION BY village_code, severity ORDER BY day) AS until
    FROM registry_checkday WHERE year = %(year)s AND village_code >= %(first)s AND village_code < %(after)s
), days AS (SELECT DISTINCT day FROM counts WHERE day >= %(since)s)
SELECT d.day, c.severity, sum(c.open)::int FROM days d
JOIN counts c ON c.day <= d.day AND (c.until IS NULL OR c.until > d.day)
GROUP BY d.day, c.severity ORDER BY d.day
"""

# Each status by itself, as the queue has an index of those that wait and one of those at work.
_WANTED = """
SELECT FROM procrastinate_jobs j WHERE j.status = '{}' AND (
    j.queue_name = 'rechecks' AND j.args ->> 'number' = %(household)s
    OR j.queue_name = 'checks' AND EXISTS (
        SELECT FROM registry_checkrun r WHERE r.id::text = j.args ->> 'number' AND r.area_code = ANY(%(areas)s)))
"""
UNDER_WAY = f"SELECT EXISTS ({_WANTED.format('todo')}) OR EXISTS ({_WANTED.format('doing')})"


@dataclass(frozen=True)
class Chosen:
    """What a screen of checks is about: an area of the user's and a register year."""

    area: Area
    year: int

    @property
    def query(self) -> str:
        return f"area={self.area.code}&year={self.year}"


@dataclass(frozen=True)
class RuleCount:
    """One rule with how many findings it has in an area; `fixed`: in the last thirty days."""

    rule: Rule
    open: int = 0
    accepted: int = 0
    fixed: int = 0


def choose(user: User, area: str = "", year: int | None = None) -> Chosen | None:
    """The area asked for, if the user may check it, else the first of theirs; None if there is none. Two queries."""
    codes = user.scope.areas_for(RUN_CHECKS)
    code = area if is_digits(area) and len(area) <= Level.VILLAGE.digits else ""
    if code and not user.can(RUN_CHECKS, code):
        return None
    found = Area.objects.filter(code__in=[code] if code else [each[: Level.VILLAGE.digits] for each in codes])
    chosen = found.order_by("code").first()
    return Chosen(chosen, year or latest_year()) if chosen else None


def latest_year() -> int:
    """The register's usual year; where it was not checked yet, the newest year before that was."""
    usual = asked_for().year
    checked = CheckRun.objects.filter(state="done", year__lte=usual).aggregate(year=Max("year"))["year"]
    return usual if checked is None else checked


def present(chosen: Chosen) -> CheckFindingQuerySet:
    """Findings of an area and year, fixed ones included."""
    return CheckFinding.objects.filter(year=chosen.year).in_areas((chosen.area.code,))


def summary(chosen: Chosen, severity: str = "") -> list[RuleCount]:
    """Rules with their counts, those with open findings first, the grave before the doubtful; one query."""
    rows = (
        present(chosen)
        .order_by()
        .values("code")
        .annotate(
            open=Count("pk", filter=Q(resolved_at=None, accepted_at=None)),
            accepted=Count("pk", filter=Q(resolved_at=None, accepted_at__isnull=False)),
            fixed=Count("pk", filter=Q(resolved_at__gte=lately())),
        )
    )
    counts = {row.pop("code"): row for row in rows}
    found = [RuleCount(rule, **counts.get(rule.code, {})) for rule in rules() if severity in ("", rule.severity)]
    order = list(Severity)
    return sorted(found, key=lambda row: (not row.open, order.index(row.rule.severity), -row.open))


def lately() -> datetime:
    """Thirty days ago: what was fixed since then is shown as fixed."""
    return timezone.now() - timedelta(days=30)


def by_area(chosen: Chosen, code: str = "") -> list[tuple[Area, dict[str, int]]]:
    """Open findings of the areas right below by severity (of one rule, if given), worst first; two queries."""
    below = [level for level in Level if DIGITS[level] > len(chosen.area.code) and level != Level.GROUP]
    if not below:
        return []
    open_ones = present(chosen).open()
    rows = (open_ones.filter(code=code) if code else open_ones).order_by()
    counted = rows.annotate(within=Substr("village_code", 1, DIGITS[below[0]])).values_list("within", "code")
    counts: dict[str, dict[str, int]] = {}
    for place, rule_code, number in counted.annotate(n=Count("pk")):
        of_place = counts.setdefault(place, dict.fromkeys(Severity, 0))
        if rule_code in RULES:
            of_place[RULES[rule_code].severity] += number
    areas = Area.objects.filter(code__in=counts)
    return sorted(((area, counts[area.code]) for area in areas), key=lambda row: -sum(row[1].values()))


def trend(chosen: Chosen, today: date | None = None) -> dict[date, dict[str, int]]:
    """Open findings by day and severity over the last sixty days, on days with a check; one query."""
    first, after = code_range(chosen.area.code)
    since = (today or timezone.localdate()) - timedelta(days=TREND_DAYS)
    days: dict[date, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TREND, {"year": chosen.year, "first": first, "after": after, "since": since})
        for day, severity, number in cursor.fetchall():
            days.setdefault(day, dict.fromkeys(Severity, 0))[severity] = number
    return days


def findings(chosen: Chosen, code: str, state: str = "open") -> QuerySet[CheckFinding]:
    """Findings of one rule in an area in one state, with household, head and member, in the order of the villages."""
    found = getattr(present(chosen).filter(code=code), state if state in STATES else "open")()
    return with_names(found.filter(resolved_at__gte=lately()) if state == "resolved" else found)


def with_names(found: QuerySet) -> QuerySet[CheckFinding]:
    """Findings with what a list shows of household, member and who accepted; one query."""
    head = Member.objects.filter(household=OuterRef("household"), relation="head", left_on=None)
    joined = found.select_related("household", "member", "accepted_by").annotate(
        head_name=Subquery(head.values("name")[:1]), head_number=Subquery(head.values("number")[:1])
    )
    return joined.defer("household__phone", "household__account", "member__id_number", "member__phone")


class Found(NamedTuple):
    """What a household's page tells of a finding."""

    pk: int
    year: int
    code: str
    member: str | None
    accepted_at: datetime | None
    accepted_why: str
    value: dict[str, Any]

    @property
    def rule(self) -> Rule:
        return RULES[self.code]


def of_household(household: Household, user: User) -> list[tuple[Found, list[tuple[str, str]]]]:
    """Open and accepted findings of a household in the year last checked with their values in words, grave ones
    first; one query, and one where another household is pointed at."""
    newest = CheckFinding.objects.filter(household=household).order_by("-year").values("year")[:1]
    found = CheckFinding.objects.filter(household=household, resolved_at=None, year=Subquery(newest)).order_by("pk")
    rows = found.values_list("pk", "year", "code", "member__name", "accepted_at", "accepted_why", "value")
    known = [found for found in map(Found._make, rows) if found.code in RULES]
    order = list(Severity)
    known.sort(key=lambda each: (bool(each.accepted_at), order.index(each.rule.severity), each.code))
    names = _names({each.value["other_village"] for each in known if each.value.get("other_village")})
    return [(each, tell(each.value, names, lambda village: user.can(VIEW_HOUSEHOLDS, village))) for each in known]


def is_under_way(household: Household) -> bool:
    """Whether a check of the household, or of an area it lies in, waits for the worker or is at work; one query."""
    areas = [household.village_code[:digits] for digits in DIGITS.values() if digits <= Level.VILLAGE.digits]
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY, {"household": str(household.pk), "areas": areas})
        return bool(cursor.fetchone()[0])


def finding_of(user: User, pk: int, permission: str = RUN_CHECKS) -> CheckFinding | None:
    """One finding in the user's areas; one query."""
    return with_names(CheckFinding.objects.visible_to(user, permission).filter(pk=pk)).first()


@dataclass(frozen=True)
class ToFix:
    """A finding that somebody came to fix: its rule, and the values that decide in words. `gone`: the register as it
    stands offends no more, whether the finding has been brought up to date or not."""

    finding: CheckFinding
    rule: Rule
    told: list[tuple[str, str]]
    gone: bool

    @property
    def who(self) -> str:
        """The member, else the household by its head, else the village."""
        if self.finding.member:
            return self.finding.member.name
        if self.finding.household:
            return self.finding.head_name or self.finding.household.number  # type: ignore[attr-defined]
        return villages_of([self.finding]).get(self.finding.village_code, self.finding.village_code)


def to_fix(user: User, pk: int) -> ToFix | None:
    """The finding of a number for who may run checks in its area, else none; at most five queries."""
    finding = finding_of(user, pk) if user.can(RUN_CHECKS) else None
    if finding is None or finding.code not in RULES:
        return None
    value = _value_now(finding) if finding.state == "open" else None
    gone = finding.state == "resolved" or (finding.state == "open" and value is None)
    shown = finding.value if value is None else value
    told = tell(shown, villages_of([finding]), lambda village: user.can(VIEW_HOUSEHOLDS, village))
    return ToFix(finding, RULES[finding.code], told, gone)


def _value_now(finding: CheckFinding) -> dict[str, Any] | None:
    """By which values a finding offends at this moment, None if it does not; nothing is written."""
    asked = asked_for(finding.year)
    household = finding.household_id
    scope = finding.village_code if household is None else finding.village_code[: Level.COUNTY.digits]
    judged = None if household is None else [household]
    query = run_on(LIVE, scope, asked.day, [finding.code], income_year=asked.income_year, households=judged)
    same = (finding.village_code, household, finding.member_id)
    return next(
        (each.value for each in find(query) if (each.village_code, each.household_id, each.member_id) == same), None
    )


def next_open(user: User, finding: CheckFinding, area: str = "") -> CheckFinding | None:
    """The open finding by the same rule that comes after one in the list, else the first that is left; two queries."""
    same = CheckFinding.objects.visible_to(user, RUN_CHECKS).filter(year=finding.year, code=finding.code)
    if area:
        same = same.in_areas((area,))
    left = with_names(same.open().exclude(pk=finding.pk)).order_by("village_code", "household__number", "place")
    after = Q(village_code__gt=finding.village_code)
    if finding.household:
        after |= Q(village_code=finding.village_code, household__number__gt=finding.household.number)
        after |= Q(household=finding.household, place__gt=finding.place)
    return left.filter(after).first() or left.first()


def latest_runs(chosen: Chosen) -> tuple[CheckRun | None, CheckRun | None]:
    """The last finished run that covers the area, and the one that is on its way; one query."""
    runs = list(
        CheckRun.objects.covering(chosen.area.code)
        .filter(year=chosen.year)
        .select_related("by")
        .order_by("-asked_at", "-pk")[:20]
    )
    done = next((run for run in runs if run.state == "done"), None)
    newest = runs[0] if runs and runs[0].state != "done" else None
    return done, newest


def villages_of(found: Sequence[CheckFinding]) -> dict[str, str]:
    """Names of the villages of findings, and of those that they point at; one query."""
    codes = {finding.village_code for finding in found}
    codes |= {finding.value.get("other_village", "") for finding in found}
    return _names(codes)


def choices(user: User, chosen: Chosen) -> list[Area]:
    """Areas to choose from: the way up as far as the user may go, the chosen one, and those right below; one query."""
    allowed = user.scope.areas_for(RUN_CHECKS)
    own = chosen.area.code
    up = [own[:digits] for digits in sorted(DIGITS.values()) if digits <= len(own)]
    found = Area.objects.filter(Q(code__in=up) | Q(parent=own)).exclude(level=Level.GROUP).order_by("code")
    return [area for area in found if any(area.code.startswith(code) for code in allowed)]


def lowest(code: str) -> bool:
    """Whether an area is a village: nothing below it is told apart."""
    return level_of(code) == Level.VILLAGE


def as_dicts(chosen: Chosen) -> list[dict[str, Any]]:
    """The summary for programs: rules with findings."""
    return [
        {
            "code": row.rule.code,
            "severity": str(row.rule.severity),
            "title": str(row.rule.title),
            "open": row.open,
            "accepted": row.accepted,
        }
        for row in summary(chosen)
        if row.open or row.accepted
    ]


def village_names(found: QuerySet[CheckFinding]) -> dict[str, str]:
    """Names of all villages that findings lie in or point at; two queries."""
    rows = found.order_by().values_list("village_code", "value__other_village").distinct()
    return _names({code for row in rows for code in row if code})


def _names(codes: set[str]) -> dict[str, str]:
    """Short names of areas by code; one query, none for no codes."""
    found = Area.objects.filter(code__in=codes).only("code", "name", "level") if codes else ()
    return {area.code: area.short_name for area in found}
