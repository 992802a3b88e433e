"""Quality checks are run, findings kept from run to run, accepted with a reason, and judged anew after an edit."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, code_range
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import RUN_CHECKS
from jingzhun.registry.checks import LIVE, Compiled, Severity, rules, run_on
from jingzhun.registry.checks.run import settle
from jingzhun.registry.models import CheckDay, CheckFinding, CheckRun, Household, Import
from jingzhun.registry.queries.asked import asked_for
from jingzhun.registry.signals import household_changed

from .jobs import defer, has_job

SEALED = ("household__phone", "household__account", "member__id_number", "member__phone")
LOCK = 0x636865636B  # "check": number of the advisory lock; checks of one database run one after another
log = logging.getLogger(__name__)

# What is found now, each finding with its lasting identity.
FOUND = """
CREATE TEMP TABLE check_found ON COMMIT DROP AS
SELECT code, village_code, household_id, member_id, value,
    CASE WHEN household_id IS NULL THEN village_code
        ELSE household_id || ':' || coalesce(member_id::text, '') END AS place
FROM ({query}) AS q (code, village_code, household_id, member_id, value)
"""

# New ones appear, known ones are seen again. A fixed one that comes back is open since now; an accepted one stays
# accepted for the values that were accepted.
KEPT = """
INSERT INTO registry_checkfinding AS f
    (year, code, village_code, household_id, member_id, place, value, first_seen, last_seen, accepted_why)
SELECT %(year)s, code, village_code, household_id, member_id, place, value, %(now)s, %(now)s, '' FROM check_found
ON CONFLICT (year, code, place) DO UPDATE SET
    village_code = excluded.village_code, value = excluded.value, last_seen = excluded.last_seen,
    first_seen = CASE WHEN f.resolved_at IS NULL THEN f.first_seen ELSE excluded.first_seen END,
    accepted_at = CASE WHEN f.resolved_at IS NULL AND f.value = excluded.value THEN f.accepted_at END,
    accepted_by_id = CASE WHEN f.resolved_at IS NULL AND f.value = excluded.value THEN f.accepted_by_id END,
    accepted_why = CASE WHEN f.resolved_at IS NULL AND f.value = excluded.value THEN f.accepted_why ELSE '' END,
    resolved_at = NULL
"""

# What was judged and not seen again is fixed.
RESOLVED = """
UPDATE registry_checkfinding SET resolved_at = %(now)s
WHERE year = %(year)s AND resolved_at IS NULL AND last_seen < %(now)s AND code = ANY(%(codes)s) AND {judged}
"""

# How many a village has today, by severity; the last count of a day is the day's.
DAY = """
INSERT INTO registry_checkday (year, day, village_code, severity, open, accepted)
SELECT %(year)s, %(day)s, v.code, s.severity,
    count(f.id) FILTER (WHERE f.accepted_at IS NULL), count(f.id) FILTER (WHERE f.accepted_at IS NOT NULL)
FROM areas_area v
CROSS JOIN (SELECT * FROM unnest(%(severities)s::text[], %(codes)s::text[])) AS s (severity, codes)
LEFT JOIN registry_checkfinding f ON f.year = %(year)s AND f.village_code = v.code AND f.resolved_at IS NULL
    AND f.code = ANY(string_to_array(s.codes, ' '))
WHERE v.level = 'village' AND v.code >= %(first)s AND v.code < %(after)s
GROUP BY v.code, s.severity
ON CONFLICT (year, village_code, severity, day) DO UPDATE SET open = excluded.open, accepted = excluded.accepted
"""


class NotAccepted(Exception):
    """A finding cannot be accepted; the message says why."""


@transaction.atomic
def run_checks(area: Area, year: int, *, by: Actor | System = SYSTEM) -> CheckRun:
    """Check an area's register at the end of a year (today, while it lasts), all rules at once."""
    run = CheckRun(area_code=area.code, year=year, by_id=by.pk)
    return _carry_out(run, by)


@transaction.atomic
def ask_for_run(area: Area, year: int, *, by: User) -> CheckRun:
    """A run for the worker to carry out; if one is on its way for the area already, that one."""
    return _on_its_way(area.code, year, CheckRun.AT_WORK) or _put_in_line(area.code, year, by)


@transaction.atomic
def check_after_import(job: Import) -> CheckRun | None:
    """A run over what an import wrote, for the worker; none if one was asked for since. None for what was not applied.

    A run that has begun may have looked before the import: only one that still waits will do.
    """
    if job.state != Import.State.APPLIED or not job.area_code:
        return None
    code, year = job.area_code[: Level.VILLAGE.digits], job.counts["year"] + 1
    since = CheckRun.objects.filter(area_code=code, year=year, asked_at__gte=job.ended_at).exclude(state="failed")
    return since.first() or _on_its_way(code, year, ("waiting",)) or _put_in_line(code, year, job.by)


def give_up_if_abandoned(run: CheckRun) -> CheckRun:
    """End a run whose job has died for good, so that it neither seems at work for ever nor keeps others from it."""
    if run.state in CheckRun.AT_WORK and not has_job("checks", run.pk):
        at_work = CheckRun.objects.filter(pk=run.pk, state__in=CheckRun.AT_WORK)  # it may have ended between
        at_work.update(state="failed", failure="the job ended unexpectedly", finished_at=timezone.now())
        run.refresh_from_db()
    return run


def carry_out(run: CheckRun) -> CheckRun:
    """Carry out a run that was asked for; what fails is told in the run."""
    CheckRun.objects.filter(pk=run.pk).update(state="running")
    try:
        with transaction.atomic():
            return _carry_out(run, run.by or SYSTEM)
    except Exception as error:
        log.exception("check run %s failed", run.pk)
        CheckRun.objects.filter(pk=run.pk).update(
            state="failed", failure=f"{type(error).__name__}: {error}"[:200], finished_at=timezone.now()
        )
        raise


@transaction.atomic
def accept_finding(finding: CheckFinding, why: str, *, by: User) -> CheckFinding:
    """Somebody looked and says why the finding may stand. It stays listed as accepted. Raises NotAccepted."""
    found = _locked(finding)
    why = why.strip()
    if not why:
        raise NotAccepted(_("Say why the finding may stand."))
    if found.state != "open":
        raise NotAccepted(_("This finding is fixed or accepted already."))
    found.accepted_at, found.accepted_by, found.accepted_why = timezone.now(), by, why[:500]
    found.save(update_fields=["accepted_at", "accepted_by", "accepted_why"])
    _tell("checks.accepted", found, why, by)
    _count_day(found.village_code, found.year, timezone.now())
    return found


@transaction.atomic
def reopen_finding(finding: CheckFinding, why: str, *, by: User) -> CheckFinding:
    """Take an acceptance back, with a reason. Raises NotAccepted."""
    why = why.strip()
    if not why:
        raise NotAccepted(_("Say why the finding is opened again."))
    found = _locked(finding)
    if found.state != "accepted":
        raise NotAccepted(_("This finding is not accepted."))
    found.accepted_at, found.accepted_by, found.accepted_why = None, None, ""
    found.save(update_fields=["accepted_at", "accepted_by", "accepted_why"])
    _tell("checks.reopened", found, why, by)
    _count_day(found.village_code, found.year, timezone.now())
    return found


def recheck_later(household: Household) -> None:
    """Have a household judged anew by the worker, once the transaction that changes it is committed."""
    from jingzhun.registry.checks.tasks import check_household

    defer(check_household, number=household.pk)
    household_changed.send(sender=Household, household=household)


@transaction.atomic
def recheck_household(pk: int) -> None:
    """Judge one household, and those its findings point at, by all rules, for every year in which something is found
    of it and for the newest; nothing if the area was never checked."""
    household = Household.objects.filter(pk=pk).only("number", "village_code").first()
    if household is None:
        return
    now = _alone()
    for year in _years_to_judge(household.village_code, CheckFinding.objects.filter(household=household)):
        judged = {pk, *_pointing_at(household, year)}
        _judge(household.village_code, year, now, sorted(judged))
        if others := set(_pointed_at(household, year)) - judged:
            _judge(household.village_code, year, now, sorted(others))
        _count_day(household.village_code, year, now)


def recheck_village_later(code: str) -> None:
    """Have a village judged anew by the worker, once the transaction that changes its report is committed."""
    from jingzhun.registry.checks.tasks import check_village

    defer(check_village, code=code)


@transaction.atomic
def recheck_village(code: str) -> None:
    """Judge a village and its households by all rules, for every year in which something is found of the village and
    for the newest; nothing if the area was never checked."""
    now = _alone()
    for year in _years_to_judge(code, CheckFinding.objects.filter(village_code=code, household=None)):
        _judge(code, year, now)
        _count_day(code, year, now)


def _years_to_judge(village_code: str, findings: QuerySet[CheckFinding]) -> list[int]:
    """The newest year for which the village was checked, and those in which something is found still."""
    done = CheckRun.objects.covering(village_code).filter(state="done")
    newest = done.order_by().aggregate(newest=Max("year"))["newest"]
    if newest is None:
        return []
    return sorted({newest, *findings.filter(resolved_at=None).order_by().values_list("year", flat=True)})


def _on_its_way(area_code: str, year: int, states: Sequence[str]) -> CheckRun | None:
    """The run of an area and year in one of the states whose job is alive; abandoned ones are given up."""
    runs = CheckRun.objects.filter(area_code=area_code, year=year, state__in=states)
    return next((run for run in runs if give_up_if_abandoned(run).state in states), None)


def _put_in_line(area_code: str, year: int, by: User | None) -> CheckRun:
    from jingzhun.registry.checks.tasks import check

    run = CheckRun.objects.create(area_code=area_code, year=year, by=by)
    defer(check, number=run.pk)
    return run


def _carry_out(run: CheckRun, by: Actor | System) -> CheckRun:
    now, begin = _alone(), time.perf_counter()
    query, run.appeared, run.resolved = _judge(run.area_code, run.year, now)
    counts = _count_day(run.area_code, run.year, now)
    run.errors, run.warnings, run.hints = (counts.get(severity, 0) for severity in Severity)
    run.skipped, run.state, run.finished_at = list(query.skipped), "done", timezone.now()
    run.seconds = round(time.perf_counter() - begin, 2)
    run.save()
    told = {"year": run.year, "appeared": run.appeared, "resolved": run.resolved} | counts
    record(Decision("checks.run", "area", run.area_code, run.area_code, values=told, permission=RUN_CHECKS), by=by)
    return run


def _alone() -> datetime:
    """Wait for another check to end; gives the moment, which is later than that of any check before."""
    settle()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _judge(
    area_code: str, year: int, now: datetime, households: Sequence[int] | None = None
) -> tuple[Compiled, int, int]:
    """Find what is wrong and bring the kept findings up to date; gives the query, how many appeared and were fixed."""
    asked = asked_for(year)
    scope = area_code if households is None else area_code[: Level.COUNTY.digits]
    query = run_on(LIVE, scope, asked.day, income_year=asked.income_year, households=households)
    first, after = code_range(area_code)
    values: dict[str, Any] = {
        "year": year,
        "now": now,
        "first": first,
        "after": after,
        "households": list(households or ()),
    }
    values["codes"] = [rule.code for rule in rules() if rule.code not in query.skipped]
    where = "village_code >= %(first)s AND village_code < %(after)s"
    judged = where if households is None else "household_id = ANY(%(households)s)"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS check_found")
        cursor.execute(FOUND.format(query=query.sql), query.params)
        cursor.execute(KEPT, values)
        cursor.execute(RESOLVED.format(judged=judged), values)
        resolved = cursor.rowcount
        appeared = CheckFinding.objects.filter(year=year, first_seen=now).count()
    return query, appeared, resolved


def _pointing_at(household: Household, year: int) -> list[int]:
    """Households of the county with a finding that names this one: a shared account, the same person."""
    found = CheckFinding.objects.in_areas((household.village_code[: Level.COUNTY.digits],))
    named = found.filter(year=year, resolved_at=None, value__other=household.number, household__isnull=False)
    return list(named.values_list("household_id", flat=True))


def _pointed_at(household: Household, year: int) -> list[int]:
    """Households of the county that this one's findings name."""
    found = CheckFinding.objects.filter(year=year, resolved_at=None, household=household, value__has_key="other")
    numbers = list(found.values_list("value__other", flat=True))
    county = Household.objects.in_areas((household.village_code[: Level.COUNTY.digits],))
    return list(county.filter(number__in=numbers).values_list("pk", flat=True)) if numbers else []


def _count_day(area_code: str, year: int, now: datetime) -> dict[str, int]:
    """Count the area's findings for the trend; gives the open ones by severity."""
    first, after = code_range(area_code)
    by_severity = {severity: [rule.code for rule in rules() if rule.severity == severity] for severity in Severity}
    values: dict[str, Any] = {"year": year, "day": timezone.localdate(now), "first": first, "after": after}
    values |= {"severities": list(by_severity), "codes": [" ".join(codes) for codes in by_severity.values()]}
    with connection.cursor() as cursor:
        cursor.execute(DAY, values)
    today = CheckDay.objects.filter(year=year, day=values["day"], village_code__gte=first, village_code__lt=after)
    return dict(today.order_by().values_list("severity").annotate(Sum("open")))


def _locked(finding: CheckFinding) -> CheckFinding:
    found = CheckFinding.objects.select_for_update(of=("self",)).select_related("household", "member")
    return found.defer(*SEALED).get(pk=finding.pk)


def _tell(decision: str, found: CheckFinding, why: str, by: User) -> None:
    record_type, number = ("household", found.household.number) if found.household else ("village", found.village_code)
    values: dict[str, Any] = {"rule": found.code, "year": found.year}
    if found.member:
        values["member"] = found.member.number
    record(
        Decision(decision, record_type, number, found.village_code, why=why, values=values, permission=RUN_CHECKS),
        by=by,
    )
