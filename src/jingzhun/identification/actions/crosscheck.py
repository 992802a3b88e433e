"""Cross-checks: lists of departments are matched by ID number; a hit raises a flag, a human decides what it means."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.database.copying import copy_values, create_by_copy, insert_by_copy
from jingzhun.identification import rules
from jingzhun.identification.models import Application, CrossList, CrossRecord, Flag, FlagRuling, Round
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.people.fields import index_of
from jingzhun.people.models import AccessKey, User
from jingzhun.people.rules import AUDIT_IN_TOWN, HAND_IN_LISTS, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import LIVE, State
from jingzhun.registry.actions.saving import digested
from jingzhun.registry.models import Member
from jingzhun.registry.rules.ids import mask
from jingzhun.registry.rules.refusals import Refused

BATCH = 5_000
# Each record of the lists and each member of an applying household with the same ID number, by red line. What a list
# says of somebody is one doubt, however often the list was handed over.
MATCH = """
SELECT DISTINCT ON (a.id, line.code, r.id_index, r.detail) a.id, r.id, line.code, line.severity, r.detail
FROM {record} r
JOIN {list} l ON l.id = r.list_id
JOIN unnest(%(kinds)s::text[], %(codes)s::text[], %(severities)s::text[]) AS line(kind, code, severity)
  ON line.kind = l.kind
JOIN {member} m ON m.id_index = r.id_index AND m.left_on IS NULL
JOIN {application} a ON a.household_id = m.household_id
JOIN {round} o ON o.id = a.round_id AND o.area_id = l.area_id
JOIN {case} c ON c.id = a.case_id AND c.state = 'open'
WHERE {which}
  AND NOT EXISTS (
    SELECT FROM {flag} f JOIN {record} known ON known.id = f.record_id
    WHERE f.application_id = a.id AND f.red_line = line.code
      AND known.id_index = r.id_index AND known.detail = r.detail
  )
ORDER BY a.id, line.code, r.id_index, r.detail, r.id
"""
OF_LIST = "r.list_id = %(list)s AND a.round_id = %(round)s"
# A list that speaks of a time before the year of the incomes is too old to tell anything.
OF_CASES = "a.case_id = ANY(%(cases)s) AND l.as_of >= make_date(o.year - 1, 1, 1)"


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
    """Where a list comes from: a file, or a program with an access key and the digest of what it sent."""

    kind: str
    source: str
    as_of: date
    file_name: str = ""
    key: AccessKey | None = None
    digest: bytes | None = None


@transaction.atomic
def take_list(
    county: Area, handed: Handed, rows: Sequence[Listed], *, by: User | System, at: datetime | None = None
) -> CrossList:
    """Keep a list; ID numbers enter as blind indexes only. Raises NotYours, Refused for an empty list."""
    require(by, HAND_IN_LISTS, county.code)
    if not rows:
        raise Refused.because(_("The list has no rows."), "file")
    made = CrossList.objects.create(
        area=county,
        kind=handed.kind,
        source=handed.source,
        as_of=handed.as_of,
        file_name=handed.file_name[:200],
        access_key=handed.key,
        digest=handed.digest,
        rows=len(rows),
        imported_at=at or timezone.now(),
        by=by if isinstance(by, User) else None,
    )
    fields = [CrossRecord._meta.get_field(name) for name in ("list", "row", "id_index", "detail")]
    values = (
        (made.pk, each.row, index_of(each.id_number[:18].upper(), "member.id_number"), each.detail[:200])
        for each in rows
    )
    copy_values(CrossRecord, fields, values)
    told = {"kind": handed.kind, "source": handed.source, "as_of": str(handed.as_of), "rows": len(rows)}
    told |= {"way": "api", "access_key": handed.key.prefix} if handed.key else {}
    record(Decision("identification.list_taken", "list", str(made.pk), county.code, values=told), by=by, at=at)
    return made


@transaction.atomic
def match(list_: CrossList, round_: Round, *, by: User | System, at: datetime | None = None) -> list[Flag]:
    """Raise a flag for each applying household that the list names; matching again raises none twice."""
    require(by, HAND_IN_LISTS, round_.area_id)
    when = at or timezone.now()
    if not any(line.list_kind == list_.kind for line in rules.red_lines(timezone.localdate(when)).values()):
        raise Refused.because(_("No red line in force looks at this kind of list."))
    return _raise_hits(OF_LIST, {"round": round_.pk, "list": list_.pk}, by, when)


def match_kept(cases: Sequence[Case], by: Any, at: datetime) -> None:
    """Compare cases with every list that the county took for their round, also before they were opened.

    Whoever applies after a list was taken, or comes back by an appeal, is looked at like everybody. A bounded number
    of statements.
    """
    _raise_hits(OF_CASES, {"cases": [case.pk for case in cases]}, by, at)


def _raise_hits(which: str, told: Mapping[str, Any], by: Any, at: datetime) -> list[Flag]:
    """Raise a flag for each hit that is none already."""
    lines = [line for line in rules.red_lines(timezone.localdate(at)).values() if line.list_kind]
    listed = {
        "kinds": [line.list_kind for line in lines],
        "codes": [line.code for line in lines],
        "severities": [line.severity for line in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(MATCH.format(which=which, **_names()), {**told, **listed})
        hits = cursor.fetchall()
    origin = Flag.Origin.CROSS_CHECK
    flags = create_by_copy(
        [
            Flag(application_id=application, record_id=found, red_line=code, severity=severity, detail=detail,
                 origin=origin, raised_at=at)
            for application, found, code, severity, detail in hits
        ]
    )  # fmt: skip
    if flags:
        _tell_raised(flags, by, at)
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
    """Decide one flag, as decide_flags does many."""
    return decide_flags([flag.pk], confirmed=confirmed, reason=reason, by=by, at=at)[0]


@transaction.atomic
def decide_flags(
    keys: Collection[int], *, confirmed: bool, reason: str, by: User | System, at: datetime | None = None
) -> list[Flag]:
    """Decide flags alike with the same written reason; all or none. Raises NotYours, NotAllowed, Refused.

    What is decided the county may decide otherwise while the case is live, by somebody else than who decided; each
    decision stays as a ruling.
    """
    when, why, state = at or timezone.now(), reason.strip(), Flag.State.CONFIRMED if confirmed else Flag.State.LIFTED
    flags = _decidable(keys, state, by)
    if not why:
        raise Refused.because(_("Say why."), "reason")
    for flag in flags:
        flag.state, flag.reason, flag.decided_at = state, why, when
        flag.decided_by = by if isinstance(by, User) else None
    Flag.objects.bulk_update(flags, ["state", "reason", "decided_at", "decided_by"], batch_size=BATCH)
    insert_by_copy([FlagRuling(flag=flag, state=state, reason=why, at=when, by=flag.decided_by) for flag in flags])
    record_many((_decided(flag) for flag in flags), by=by, at=at)
    return flags


def _decidable(keys: Collection[int], state: str, by: User | System) -> list[Flag]:
    """The flags, locked, where who asks may decide each of them so. Raises NotYours, NotAllowed."""
    found = Flag.objects.select_for_update(of=("self",)).select_related("application__case").filter(pk__in=keys)
    flags = list(found.order_by("pk"))
    for area in {flag.application.case.area_code for flag in flags}:
        if isinstance(by, User) and not (by.can(AUDIT_IN_TOWN, area) or by.can(REVIEW_IN_COUNTY, area)):
            require(by, AUDIT_IN_TOWN, area)
    if any(flag.state == state or not (flag.state == Flag.State.OPEN or may_revise(flag, by)) for flag in flags):
        raise NotAllowed(
            _("This flag is decided already; only the county may decide otherwise, by somebody else than who decided.")
        )
    return flags


def _decided(flag: Flag) -> Decision:
    case = flag.application.case
    values = {"flag": flag.pk, "red_line": flag.red_line, "state": str(flag.state)}
    personal = {"reason": digested(flag, "reason", flag.reason)}
    return Decision(
        "identification.flag_decided", "case", case.subject, case.area_code, values=values, personal=personal
    )


def may_revise(flag: Flag, by: User | System) -> bool:
    """Whether a decided flag may be decided otherwise: by the county, not by who decided, while its case is live."""
    case = flag.application.case
    if flag.state == Flag.State.OPEN or case.state not in LIVE:
        return False
    return not isinstance(by, User) or (by.can(REVIEW_IN_COUNTY, case.area_code) and flag.decided_by_id != by.pk)


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
    models = {"record": CrossRecord, "list": CrossList, "member": Member, "application": Application, "round": Round,
              "case": Case, "flag": Flag}  # fmt: skip
    return {name: model._meta.db_table for name, model in models.items()}
