"""Missed entitlements, undue receipts and unknowns of an area, as the latest batch of a year left them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, LEVEL_OF, Level, code_range
from jingzhun.methods.typed import is_digits
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES
from jingzhun.policy.dictionary import facts
from jingzhun.policy.models import Entitlement, EntitlementRun, PolicyVersion, Receipt
from jingzhun.policy.wording import title_of
from jingzhun.registry.dictionary import codes
from jingzhun.registry.models import Member

MISSED, UNDUE, UNKNOWN, ENTITLED = "missed", "undue", "unknown", "entitled"
SHOWS = (MISSED, UNDUE, UNKNOWN, ENTITLED)

# One look at the answers of the year: what each has received counts in the year, or ever where it is given once. Of a
# benefit per person that names its persons, each who is entitled must have received it.
COUNTS = """
WITH received AS (
    SELECT r.household_id, r.policy_id, count(DISTINCT r.member_id) AS persons, bool_or(r.member_id IS NULL) AS whole
    FROM policy_receipt r
    WHERE r.revoked_at IS NULL AND (r.year = %(year)s OR (r.year < %(year)s AND r.policy_id = ANY(%(once)s)))
    GROUP BY r.household_id, r.policy_id
), answered AS (
    SELECT e.household_id, e.policy_id, substr(h.village_code, 1, %(digits)s) AS place, e.answer, e.value,
        r.household_id IS NOT NULL AND (r.whole OR r.persons >= e.persons) AS received
    FROM policy_entitlement e
    JOIN registry_household h ON h.id = e.household_id
    LEFT JOIN received r ON r.household_id = e.household_id AND r.policy_id = e.policy_id
    WHERE e.year = %(year)s AND h.village_code >= %(first)s AND h.village_code < %(after)s
        AND (e.answer IS NOT FALSE OR r.household_id IS NOT NULL)
)
SELECT policy_id, place, count(*) FILTER (WHERE answer), count(*) FILTER (WHERE answer IS NULL),
    count(*) FILTER (WHERE answer AND NOT received), count(*) FILTER (WHERE answer = FALSE AND received),
    coalesce(sum(value) FILTER (WHERE answer), 0), coalesce(sum(value) FILTER (WHERE answer AND NOT received), 0),
    count(DISTINCT household_id) FILTER (WHERE answer AND NOT received)
FROM answered GROUP BY GROUPING SETS ((), (policy_id), (place))
"""


@dataclass(frozen=True)
class Where:
    """What a screen is about: an area of the user's and a year."""

    area: Area
    year: int

    @property
    def query(self) -> str:
        return urlencode({"area": self.area.code, "year": self.year})

    @property
    def county(self) -> str:
        return self.area.code[: Level.COUNTY.digits]


@dataclass(frozen=True)
class Told:
    """How many households, of a policy or in a place; money is yuan. `households` miss at least one."""

    entitled: int = 0
    unknown: int = 0
    missed: int = 0
    undue: int = 0
    value: Decimal = Decimal(0)
    missed_value: Decimal = Decimal(0)
    households: int = 0


@dataclass
class Counted:
    """Everything, by policy and by the places right below the area."""

    total: Told = Told()
    policies: dict[int, Told] = field(default_factory=dict)
    places: dict[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """The filters of a list."""

    show: str = MISSED
    policy: str = ""
    cause: str = ""
    fact: str = ""

    @classmethod
    def of(cls, query: dict[str, str]) -> "Asked":
        show = query.get("show", "")
        return cls(
            show if show in SHOWS else MISSED,
            query.get("policy", "").replace("\0", "")[:40],
            query["cause"] if query.get("cause") in codes("cause") else "",
            query["fact"] if query.get("fact") in facts() else "",
        )


def choose(user: User, area: str, year: int | None) -> Where | None:
    """The area asked for, if the user may see its policies, else the first of theirs; None if there is none."""
    allowed = user.scope.areas_for(VIEW_POLICIES)
    code = area if is_digits(area) and len(area) in LEVEL_OF and len(area) <= Level.VILLAGE.digits else ""
    if code and not user.can(VIEW_POLICIES, code):
        return None
    found = Area.objects.filter(code__in=[code] if code else [each[: Level.VILLAGE.digits] for each in allowed])
    chosen = found.order_by("code").first()
    return Where(chosen, year or _latest(chosen.code)) if chosen else None


def _latest(area_code: str) -> int:
    """The newest year that was worked out for an area; today's where none was."""
    around = [area_code[:digits] for digits in DIGITS.values() if digits <= len(area_code)]
    first, after = code_range(area_code)
    runs = EntitlementRun.objects.filter(Q(area_id__in=around) | Q(area_id__gte=first, area_id__lt=after))
    found = runs.exclude(finished_at=None).order_by("-year").values_list("year", flat=True).first()
    return found or timezone.localdate().year


def areas_to_choose(user: User, where: Where) -> list[Area]:
    """The way up as far as the user may go, the chosen area, and those right below; one query."""
    allowed = user.scope.areas_for(VIEW_POLICIES)
    own = where.area.code
    up = [own[:digits] for digits in sorted(DIGITS.values()) if digits <= len(own)]
    found = Area.objects.filter(Q(code__in=up) | Q(parent=own)).exclude(level=Level.GROUP).order_by("code")
    return [area for area in found if area.code.startswith(allowed)]


def last_run(where: Where) -> EntitlementRun | None:
    """The latest batch that ended, of the area's county."""
    runs = EntitlementRun.objects.filter(area_id=where.county, year=where.year)
    return runs.exclude(finished_at=None).select_related("by", "area").first()


def titles(where: Where) -> dict[int, PolicyVersion]:
    """The newest published version of each policy that has answers in the year, by policy; one query."""
    first, after = code_range(where.area.code)
    # No look at every answer of a county: a policy holds in the county, above or below it.
    around = [where.area.code[:digits] for digits in DIGITS.values() if digits <= len(where.area.code)]
    held = Q(policy__area_id__in=around) | Q(policy__area_id__gte=first, policy__area_id__lt=after)
    begun = PolicyVersion.objects.filter(held, state="published", valid_from__lte=date(where.year, 12, 31))
    newest = begun.select_related("policy").order_by("policy_id", "-valid_from").distinct("policy_id")
    return {each.policy_id: each for each in newest}


def count(where: Where, versions: dict[int, PolicyVersion]) -> Counted:
    """Count the area's answers by policy and by place; one query."""
    first, after = code_range(where.area.code)
    asked: dict[str, Any] = {"year": where.year, "first": first, "after": after, "once": _once(versions),
             "digits": digits_below(where.area.code)}  # fmt: skip
    found = Counted()
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, asked)
        for policy, place, *numbers in cursor.fetchall():
            told = Told(*numbers)
            if policy is not None:
                found.policies[policy] = told
            elif place is not None:
                found.places[place] = told
            else:
                found.total = told
    return found


def by_policy(where: Where) -> list[dict[str, Any]]:
    """Each policy's answers for programs, in order of its code; three queries."""
    versions = titles(where)
    counted = count(where, versions)
    answers = Entitlement.objects.in_areas((where.area.code,)).filter(year=where.year, answer=False)
    no = dict(answers.order_by().values_list("policy").annotate(Count("pk")))
    found = ((version, counted.policies.get(key, Told()), no.get(key, 0)) for key, version in versions.items())
    return [
        {"code": version.policy.code, "title": title_of(version), "yes": told.entitled, "no": refused,
         "unknown": told.unknown, "yuan": told.value, "missed": told.missed, "undue": told.undue}
        for version, told, refused in sorted(found, key=lambda each: each[0].policy.code)
        if told.entitled or told.unknown or refused
    ]  # fmt: skip


def digits_below(code: str) -> int:
    """Digits of the places told apart in an area: a county's towns, a town's villages; a village is one."""
    return min((digits for digits in DIGITS.values() if len(code) < digits < DIGITS[Level.GROUP]), default=len(code))


def listed(user: User, where: Where, asked: Asked, versions: dict[int, PolicyVersion]) -> QuerySet[Entitlement]:
    """The answers of a list, with the head's name and the village's, in the order of the households."""
    found = Entitlement.objects.visible_to(user, VIEW_POLICIES).in_areas((where.area.code,)).filter(year=where.year)
    found = found.annotate(named=Coalesce(Subquery(_named(where.year, _once(versions))), 0))
    some = Exists(_receipts(where.year, _once(versions)))
    whole = Exists(_receipts(where.year, _once(versions)).filter(member=None))
    received = Q(some) & (Q(whole) | Q(named__gte=F("persons")))
    match asked.show:
        case "missed":
            found = found.filter(~received, answer=True)
        case "undue":
            found = found.filter(received, answer=False)
            given = _receipts(where.year, _once(versions)).values("household")
            found = found.annotate(
                received_yuan=Subquery(given.annotate(n=Sum("amount")).values("n")),
                received_on=Subquery(given.annotate(n=Max("received_on")).values("n")),
            )
        case "unknown":
            found = found.filter(answer=None)
        case _:
            found = found.filter(answer=True)
    if asked.policy:
        found = found.filter(policy__code=asked.policy)
    if asked.cause:
        found = found.filter(Q(household__cause_main=asked.cause) | Q(household__causes_other__contains=[asked.cause]))
    if asked.fact:
        found = found.filter(missing__contains=[asked.fact])
    return _with_names(found).order_by("household__village_code", "household__number", "policy__code")


def _receipts(year: int, once: list[int]) -> QuerySet[Receipt]:
    of_year = Q(year=year) | Q(year__lt=year, policy__in=once)
    return Receipt.objects.filter(
        of_year, household=OuterRef("household"), policy=OuterRef("policy"), revoked_at=None
    ).order_by()


def _named(year: int, once: list[int]) -> QuerySet[Any]:
    """How many persons of the household received it by name."""
    return _receipts(year, once).values("household").annotate(n=Count("member", distinct=True)).values("n")


def _with_names(found: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    head = Member.objects.filter(household=OuterRef("household"), relation="head", left_on=None).values("name")[:1]
    village = Area.objects.filter(code=OuterRef("household__village_code")).values("name")[:1]
    return found.select_related("household", "policy", "version").annotate(
        head=Subquery(head, output_field=CharField()),
        village=Subquery(village, output_field=CharField()),
        number=F("household__number"),
    )


def _once(versions: dict[int, PolicyVersion]) -> list[int]:
    return [policy for policy, version in versions.items() if version.once]


def received_by(household_id: int) -> list[Receipt]:
    """What a household received, the newest first; taken back ones included."""
    found = Receipt.objects.filter(household=household_id).select_related("policy", "member", "by")
    return list(found.order_by("-received_on", "-pk"))
