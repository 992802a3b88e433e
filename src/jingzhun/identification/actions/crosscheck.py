"""Cross-checks: lists of departments are matched by ID number; a hit raises a flag, a human decides what it means."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification import rules
from jingzhun.identification.models import Application, CrossList, CrossRecord, Flag, Round
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.rules import State
from jingzhun.registry.actions.saving import digested
from jingzhun.registry.rules.ids import mask
from jingzhun.registry.rules.refusals import Refused

from .permitted import require

BATCH = 5_000
# Each record of the lists and each member of an applying household with the same ID number.
MATCH = """
SELECT a.id, r.id FROM {record} r
JOIN {member} m ON m.id_index = r.id_index AND m.left_on IS NULL
JOIN {application} a ON a.household_id = m.household_id AND a.round_id = %(round)s
JOIN {case} c ON c.id = a.case_id AND c.state = 'open'
WHERE r.list_id = %(list)s
  AND NOT EXISTS (SELECT FROM {flag} f WHERE f.application_id = a.id AND f.record_id = r.id)
ORDER BY a.id, r.id
"""


@dataclass(frozen=True)
class Listed:
    """One row of a department's list; `row` is its number in the file."""

    row: int
    id_number: str
    detail: str = ""

    @property
    def masked(self) -> str:
        """The ID number as a screen may show it."""
        return mask(self.id_number)


@dataclass(frozen=True)
class Handed:
    """Where a list comes from."""

    kind: str
    source: str
    as_of: date
    file_name: str


@transaction.atomic
def take_list(
    county: Area, handed: Handed, rows: Sequence[Listed], *, by: User | System, at: datetime | None = None
) -> CrossList:
    """Keep a list; ID numbers enter as blind indexes only. Raises NotYours, Refused for an empty list."""
    require(by, REVIEW_IN_COUNTY, county.code)
    if not rows:
        raise Refused.because(_("The list has no rows."), "file")
    made = CrossList.objects.create(
        area=county,
        kind=handed.kind,
        source=handed.source,
        as_of=handed.as_of,
        file_name=handed.file_name[:200],
        rows=len(rows),
        imported_at=at or timezone.now(),
        by=by if isinstance(by, User) else None,
    )
    CrossRecord.objects.bulk_create(
        (
            CrossRecord(
                list=made,
                row=each.row,
                id_index=index_of(each.id_number[:18].upper(), "member.id_number"),
                detail=each.detail[:200],
            )
            for each in rows
        ),
        batch_size=BATCH,
    )
    told = {"kind": handed.kind, "source": handed.source, "as_of": str(handed.as_of), "rows": len(rows)}
    record(Decision("identification.list_taken", "list", str(made.pk), county.code, values=told), by=by, at=at)
    return made


@transaction.atomic
def match(list_: CrossList, round_: Round, *, by: User | System, at: datetime | None = None) -> list[Flag]:
    """Raise a flag for each applying household that the list names; matching again raises none twice."""
    require(by, REVIEW_IN_COUNTY, round_.area_id)
    when = at or timezone.now()
    lines = [line for line in rules.red_lines(timezone.localdate(when)).values() if line.list_kind == list_.kind]
    if not lines:
        raise Refused.because(_("No red line in force looks at this kind of list."))
    with connection.cursor() as cursor:
        cursor.execute(MATCH.format(**_names()), {"round": round_.pk, "list": list_.pk})
        pairs = cursor.fetchall()
    records = CrossRecord.objects.in_bulk([pair[1] for pair in pairs])
    flags = Flag.objects.bulk_create(
        [
            Flag(
                application_id=application,
                red_line=line.code,
                severity=line.severity,
                origin=Flag.Origin.CROSS_CHECK,
                record_id=found,
                detail=records[found].detail,
                raised_at=when,
            )
            for application, found in pairs
            for line in lines
        ],
        batch_size=BATCH,
    )
    _tell_raised(flags, by, when)
    return flags


@transaction.atomic
def raise_flag(
    application: Application,
    red_line: str,
    origin: str,
    detail: str,
    *,
    by: User | System,
    at: datetime | None = None,
) -> Flag:
    """Raise a doubt that a visit, a meeting or an objection brought. Raises Refused, NotYours."""
    _require_one_of(by, application.case.area_code)
    when = at or timezone.now()
    line = rules.red_lines(timezone.localdate(when)).get(red_line)
    if line is None:
        raise Refused.because(_("There is no such red line in force."), "red_line")
    if application.case.state != State.OPEN:
        raise NotAllowed(_("The application is not under way."))
    flag = Flag.objects.create(
        application=application,
        red_line=line.code,
        severity=line.severity,
        origin=origin,
        detail=detail[:300],
        raised_at=when,
    )
    _tell_raised([flag], by, when)
    return flag


def decide_flag(flag: Flag, *, confirmed: bool, reason: str, by: User | System, at: datetime | None = None) -> Flag:
    """Decide a flag with a written reason: town or county, once. Raises NotYours, NotAllowed, Refused."""
    return decide_flags([flag.pk], confirmed=confirmed, reason=reason, by=by, at=at)[0]


@transaction.atomic
def decide_flags(
    keys: Collection[int], *, confirmed: bool, reason: str, by: User | System, at: datetime | None = None
) -> list[Flag]:
    """Decide flags alike with the same written reason; all or none. Raises NotYours, NotAllowed, Refused."""
    when, why = at or timezone.now(), reason.strip()
    found = Flag.objects.select_for_update(of=("self",)).select_related("application__case").filter(pk__in=keys)
    flags = list(found.order_by("pk"))
    for area in {flag.application.case.area_code for flag in flags}:
        if isinstance(by, User) and not (by.can(AUDIT_IN_TOWN, area) or by.can(REVIEW_IN_COUNTY, area)):
            require(by, AUDIT_IN_TOWN, area)
    if any(flag.state != Flag.State.OPEN for flag in flags):
        raise NotAllowed(_("This flag is decided already."))
    if not why:
        raise Refused.because(_("Say why."), "reason")
    for flag in flags:
        flag.state = Flag.State.CONFIRMED if confirmed else Flag.State.LIFTED
        flag.reason, flag.decided_at, flag.decided_by = why, when, by if isinstance(by, User) else None
    Flag.objects.bulk_update(flags, ["state", "reason", "decided_at", "decided_by"], batch_size=BATCH)
    record_many(
        (
            Decision(
                "identification.flag_decided",
                "case",
                flag.application.case.subject,
                flag.application.case.area_code,
                values={"flag": flag.pk, "red_line": flag.red_line, "state": str(flag.state)},
                personal={"reason": digested(flag, "reason", why)},
            )
            for flag in flags
        ),
        by=by,
        at=at,
    )
    return flags


def _require_one_of(by: User | System, area_code: str) -> None:
    permissions = (WORK_IN_VILLAGE, AUDIT_IN_TOWN, REVIEW_IN_COUNTY)
    if isinstance(by, User) and not any(by.can(each, area_code) for each in permissions):
        require(by, WORK_IN_VILLAGE, area_code)


def _tell_raised(flags: Iterable[Flag], by: User | System, at: datetime) -> None:
    found = list(flags)
    cases = {
        application.pk: application.case
        for application in Application.objects.select_related("case").filter(
            pk__in={flag.application_id for flag in found}
        )
    }
    record_many(
        (
            Decision(
                "identification.flag_raised",
                "case",
                cases[flag.application_id].subject,
                cases[flag.application_id].area_code,
                values={"flag": flag.pk, "red_line": flag.red_line, "origin": str(flag.origin)},
            )
            for flag in found
        ),
        by=by,
        at=at,
    )


def _names() -> dict[str, str]:
    from jingzhun.procedure.models import Case
    from jingzhun.registry.models import Member

    models = {"record": CrossRecord, "member": Member, "application": Application, "case": Case, "flag": Flag}
    return {name: model._meta.db_table for name, model in models.items()}
