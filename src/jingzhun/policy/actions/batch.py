"""The batch: every policy in force answered for every registered household of a county, and kept."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, code_range
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.models import EntitlementRun, Policy
from jingzhun.policy.queries.batch import answer_all, county_facts
from jingzhun.policy.queries.entitlement import entitlements_of_many
from jingzhun.policy.queries.facts import Asked
from jingzhun.policy.queries.versions import InForce, versions_in_force
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.jobs import defer, has_job, waits
from jingzhun.registry.models import Household, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

LOCK = 0x656E7469746C65  # "entitle": number of the advisory lock; one batch after another

FOUND = """
DROP TABLE IF EXISTS entitlement_found;
CREATE TEMP TABLE entitlement_found (household_id bigint, policy_id bigint, version_id bigint, answer boolean,
    persons smallint, value numeric(12, 2), missing jsonb) ON COMMIT DROP
"""
FILL = "COPY entitlement_found FROM STDIN"
GONE = """
DELETE FROM policy_entitlement e USING registry_household h
WHERE h.id = e.household_id AND e.year = %(year)s AND {judged} AND NOT EXISTS (
    SELECT FROM entitlement_found f WHERE f.household_id = e.household_id AND f.policy_id = e.policy_id)
"""
# Most answers are those of yesterday: only what changed is written.
KEPT = """
INSERT INTO policy_entitlement AS e (household_id, policy_id, version_id, year, answer, persons, value, missing)
SELECT household_id, policy_id, version_id, %(year)s, answer, persons, value, missing FROM entitlement_found
ON CONFLICT (household_id, policy_id, year) DO UPDATE SET version_id = excluded.version_id, answer = excluded.answer,
    persons = excluded.persons, value = excluded.value, missing = excluded.missing
WHERE (e.version_id, e.answer, e.persons, e.value, e.missing)
    IS DISTINCT FROM (excluded.version_id, excluded.answer, excluded.persons, excluded.value, excluded.missing)
"""
# Whoever was not on the register on the day of a receipt was not entitled to it: this too is an answer of the year.
UNREGISTERED = """
INSERT INTO entitlement_found (household_id, policy_id, version_id, answer, persons, missing)
SELECT DISTINCT r.household_id, r.policy_id, v.version_id, FALSE, 0, '[]'::jsonb
FROM policy_receipt r JOIN registry_household h ON h.id = r.household_id
    JOIN unnest(%(policies)s::bigint[], %(versions)s::bigint[]) AS v (policy_id, version_id) USING (policy_id)
WHERE r.revoked_at IS NULL AND r.year = %(year)s AND {judged}
    AND NOT EXISTS (SELECT FROM entitlement_found f WHERE f.household_id = r.household_id)
    AND NOT EXISTS (SELECT FROM registry_registerspell s WHERE s.household_id = r.household_id
        AND s.registered_on <= r.received_on AND (s.exited_on IS NULL OR s.exited_on > r.received_on))
"""
# Names of missing facts as JSON; they are words of the dictionary, so nothing is to be escaped.
ANSWERS = """
SELECT household_id, policy_id, version_id, answer, persons, value, CASE WHEN missing = '' THEN '[]'
    ELSE '["' || array_to_string(list_sort(list_distinct(string_split(trim(missing), ' '))), '", "') || '"]' END
FROM answers
"""


@transaction.atomic
def run_entitlements(county: Area, on: date, *, by: User | System, at: datetime | None = None) -> EntitlementRun:
    """Answer all policies for a county's registered households on a day, and keep it as the year's answers.

    Raises NotYours, Refused, BadCondition.
    """
    require(by, WRITE_POLICIES, county.code)
    if county.level != Level.COUNTY:
        raise Refused.because(_("Entitlements are worked out for a county."), "area")
    run = EntitlementRun(area=county, year=on.year, on=on, started_at=at or timezone.now(), by=_user(by))
    return carry_out(run, by=by)


@transaction.atomic
def ask_for_run(county: Area, on: date, *, by: User) -> EntitlementRun:
    """A batch for the worker to carry out; if one waits for the county and year, that one.

    One that is being carried out has read its policies already: whoever asks meanwhile gets another after it.
    """
    from jingzhun.policy.tasks import work_out

    require(by, WRITE_POLICIES, county.code)
    Area.objects.select_for_update().get(pk=county.pk)
    waiting = EntitlementRun.objects.filter(area=county, year=on.year, finished_at=None)
    found = next((run for run in waiting if waits("entitlements", run.pk)), None)
    if found is None:
        found = EntitlementRun.objects.create(area=county, year=on.year, on=on, started_at=timezone.now(), by=by)
        defer(work_out, number=found.pk)
    return found


def is_at_work(run: EntitlementRun) -> bool:
    """Whether a batch waits or is being carried out; one query. One that neither is nor has ended has failed."""
    return run.finished_at is None and has_job("entitlements", run.pk)


@transaction.atomic
def carry_out(run: EntitlementRun, *, by: User | System) -> EntitlementRun:
    """The batch itself, in one transaction with its entry in the journal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
    policies = versions_in_force(run.area_id, run.on)
    with county_facts(Asked(run.area_id, run.on)) as database:
        answer_all(database, policies)
        (counted,) = database.execute("SELECT count(*) FROM household").fetchall()
        database.execute(ANSWERS)
        first, after = code_range(run.area_id)
        judged = "h.village_code >= %(first)s AND h.village_code < %(after)s"
        _keep(_rows(database), run.year, judged, {"first": first, "after": after}, policies)
    run.policies, run.households, run.finished_at = len(policies), counted[0], timezone.now()
    run.save()
    told = {"on": str(run.on), "policies": run.policies, "households": run.households}
    decision = Decision(
        "policy.entitlements_run", "area", run.area_id, run.area_id, values=told, permission=WRITE_POLICIES
    )
    record(decision, by=by)
    return run


def run_after(policy: Policy, by: User | System) -> None:
    """Have the county of a policy worked out anew today, because of what an officer just decided on it."""
    if isinstance(by, User) and policy.area.level == Level.COUNTY:
        ask_for_run(policy.area, timezone.localdate(), by=by)


def answer_later(household: Household, **_signal: Any) -> None:
    """Have a household whose facts changed answered anew by the worker; its county's batch answers first of all."""
    from jingzhun.policy.tasks import answer

    county = household.village_code[: Level.COUNTY.digits]
    runs = EntitlementRun.objects.filter(area=county, year=timezone.localdate().year, finished_at__isnull=False)
    if runs.exists():
        defer(answer, number=household.pk)


@transaction.atomic
def refresh(households: Sequence[Household], on: date) -> None:
    """Answer anew for some households of one county, as after their facts changed; nothing is decided by it."""
    keys = [household.pk for household in households]
    spells = RegisterSpell.objects.on(on).filter(household__in=keys, household__closed_on=None)
    registered = set(spells.values_list("household_id", flat=True))
    rows = [
        (key, each.policy.pk, each.version.pk, each.answer, each.persons, each.value, _json(each.missing))
        for key, answers in entitlements_of_many(households, on).items()
        if key in registered
        for each in answers
    ]
    policies = versions_in_force(households[0].village_code[: Level.COUNTY.digits], on) if households else []
    _keep(rows, on.year, "h.id = ANY(%(keys)s)", {"keys": keys}, policies)


def _keep(rows: Any, year: int, judged: str, told: dict[str, Any], policies: Sequence[InForce]) -> None:
    """Bring the year's answers of the judged households to what was found."""
    told = told | {"year": year, "policies": [each.version.policy_id for each in policies],
                   "versions": [each.version.pk for each in policies]}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        with cursor.copy(FILL) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE entitlement_found")
        cursor.execute(UNREGISTERED.format(judged=judged), told)
        cursor.execute(GONE.format(judged=judged), told)
        cursor.execute(KEPT, told)


def _rows(database: Any) -> Iterator[tuple[Any, ...]]:
    while block := database.fetchmany(20_000):
        yield from block


def _json(missing: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in missing) + "]"


def _user(by: User | System) -> User | None:
    return by if isinstance(by, User) else None
