"""The last step: a household enters the register as poor, with its attribute and the causes that the visit found."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from jingzhun.database.copying import insert_by_copy
from jingzhun.identification.models import Application, Visit
from jingzhun.procedure.models import Case
from jingzhun.registry.models import Household, RegisterSpell


def register(cases: Sequence[Case], by: object, at: datetime) -> None:
    """Effect of passing the last step, in the same transaction as the decision; a bounded number of statements."""
    found = Application.objects.filter(case__in=cases)
    applications = list(found.only("household", "round").prefetch_related("round"))
    day = timezone.localdate(at)
    before = set(
        RegisterSpell.objects.filter(household__in=[each.household_id for each in applications]).values_list(
            "household", flat=True
        )
    )
    insert_by_copy(
        [
            RegisterSpell(
                household_id=each.household_id,
                registered_on=day,
                relapse=each.household_id in before,
                round=str(each.round),
            )
            for each in applications
        ]
    )
    visits = Visit.objects.filter(application__household=OuterRef("pk"), application__case__in=cases, purpose="survey")
    latest = visits.order_by("-recorded_at", "-pk")[:1]
    Household.objects.filter(pk__in=[each.household_id for each in applications]).update(
        cause_main=Subquery(latest.values("cause_main")),
        causes_other=Subquery(latest.values("causes_other")),
        recognised_by=_or("recognised_by", "national"),
        attribute=_or("attribute", "general"),
    )


def _or(field: str, value: str) -> Coalesce:
    """What a household has in a field already, else a value."""
    return Coalesce(NullIf(field, Value("")), Value(value))
