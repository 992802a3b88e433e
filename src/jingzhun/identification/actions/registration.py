"""The last step: a household enters the register as poor, with its attribute and the causes that the visit found."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from jingzhun.identification.models import Application, Visit
from jingzhun.procedure.models import Case
from jingzhun.registry.models import Household, RegisterSpell

BATCH = 2_000


def register(cases: Sequence[Case], by: object, at: datetime) -> None:
    """Effect of passing the last step, in the same transaction as the decision; a bounded number of statements."""
    applications = list(Application.objects.select_related("household", "round").filter(case__in=cases))
    day = timezone.localdate(at)
    before = set(
        RegisterSpell.objects.filter(household__in=[each.household_id for each in applications]).values_list(
            "household", flat=True
        )
    )
    RegisterSpell.objects.bulk_create(
        [
            RegisterSpell(
                household=each.household,
                registered_on=day,
                relapse=each.household_id in before,
                round=str(each.round),
            )
            for each in applications
        ],
        batch_size=BATCH,
    )
    visits = Visit.objects.filter(application__in=applications, purpose="survey").order_by("recorded_at", "pk")
    causes = {visit.application_id: visit for visit in visits}
    changed: list[Household] = []
    for each in applications:
        visit, household = causes[each.pk], each.household
        household.cause_main, household.causes_other = visit.cause_main, visit.causes_other
        household.recognised_by = household.recognised_by or "national"
        household.attribute = household.attribute or "general"
        changed.append(household)
    Household.objects.bulk_update(
        changed, ["cause_main", "causes_other", "recognised_by", "attribute"], batch_size=BATCH
    )
