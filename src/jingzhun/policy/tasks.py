"""The batch of entitlements: on demand, and every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import SYSTEM
from jingzhun.policy.models import EntitlementRun, Policy
from jingzhun.registry.models import Household

from .actions.batch import carry_out, refresh, run_entitlements


@app.task(name="policy.work_out", queue="entitlements", lock="entitlements")
def work_out(number: int) -> None:
    """Carry out a batch that was asked for; one that has ended is left alone."""
    run = EntitlementRun.objects.filter(pk=number, finished_at=None).select_related("by").first()
    if run:
        carry_out(run, by=run.by or SYSTEM)


@app.task(name="policy.answer", queue="entitlements", lock="entitlements")
def answer(number: int) -> None:
    """Answer all policies anew for a household that was changed."""
    refresh(list(Household.objects.filter(pk=number)), timezone.localdate())


@app.periodic(cron="30 18 * * *")  # UTC: half past two at night
@app.task(name="policy.work_out_all", queue="entitlements", lock="entitlements", pass_context=False)
def work_out_all(timestamp: int) -> None:
    """Every county with policies of its own, as of today."""
    own = Policy.objects.values("area_id")
    for county in Area.objects.filter(level=Level.COUNTY, code__in=own).order_by("code"):
        run_entitlements(county, timezone.localdate(), by=SYSTEM)
