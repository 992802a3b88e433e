"""Measures of households: what is planned, late, received; the terms that hold for them."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Measure
from jingzhun.assistance.rules import measures as rules
from jingzhun.parameters.queries import NoParameter, values
from jingzhun.people.models import User
from jingzhun.registry.models import Member

from .mine import seen_by


def terms_of(area_code: str, on: date) -> rules.Terms:
    """The terms of credit and relocation in force. Raises NoParameter."""
    found = values(rules.NAMES, area_code, on)
    if missing := [name for name in rules.NAMES if name not in found]:
        raise NoParameter(missing[0], area_code, on)
    return rules.Terms.of(found)


def persons_of(household_ids: Sequence[int], on: date) -> dict[int, int]:
    """Members of households on a day; one query, none for no household."""
    if not household_ids:
        return {}
    there = Q(joined_on__lte=on) & (Q(left_on=None) | Q(left_on__gt=on))
    rows = Member.objects.filter(there, household__in=household_ids).order_by()
    return dict(rows.values_list("household").annotate(number=Count("pk")))


def doubts_of(rows: Iterable[Measure], on: date) -> dict[int, list[rules.Doubt]]:
    """What of measures of one county goes beyond the rules of credit and relocation (R19); two queries at most."""
    asked = [row for row in rows if row.kind in rules.WITH_TERMS]
    if not asked:
        return {}
    terms = terms_of(asked[0].household.village_code[: Level.COUNTY.digits], on)
    persons = persons_of([row.household_id for row in asked if row.kind == rules.RELOCATION], on)
    found = {
        row.pk: rules.doubts(
            row.kind, terms, persons=persons.get(row.household_id, 0), amount=row.amount, months=row.months,
            area=row.area_m2, self_payment=row.self_payment,
        )
        for row in asked
    }  # fmt: skip
    return {pk: sorted(doubts) for pk, doubts in found.items() if doubts}


def measures_for(user: User) -> QuerySet[Measure]:
    """Measures of the households whose help the user may read, what is due first."""
    rows = Measure.objects.filter(household__in=seen_by(user).values("pk"))
    return rows.select_related("household", "policy", "provider").order_by("due_on", "pk")


def late(on: date) -> Q:
    """Condition on measures that should be with the household by a day and are not."""
    return Q(state__in=(rules.PLANNED, rules.APPROVED), due_on__lt=on)


def soon(on: date, until: date) -> Q:
    """Condition on measures that are due until a day and not there yet: late unless somebody acts."""
    return Q(state__in=(rules.PLANNED, rules.APPROVED), due_on__range=(on, until))


def received(rows: QuerySet[Measure]) -> dict[str, object]:
    """Number and yuan of what counts as received: only what the household signed (R18)."""
    return rows.filter(state__in=rules.RECEIVED).aggregate(number=Count("pk"), yuan=Sum("amount"))
