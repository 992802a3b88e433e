"""A county starts from the reference set of policies."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.models import Policy, PolicyVersion
from jingzhun.policy.reference import ReferencePolicy, reference
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@transaction.atomic
def load_reference(county: Area, *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Policy]:
    """Publish those policies of the reference set that the county does not have yet; gives them.

    What the county has under the same code, it wrote or has loaded before: it stays. Raises NotYours, Refused.
    """
    require(by, WRITE_POLICIES, county.code)
    if county.level != Level.COUNTY:
        raise Refused.because(_("The reference set is loaded for a county."), "area")
    when = at or timezone.now()
    Area.objects.select_for_update().get(pk=county.pk)  # of two who load at once, the second finds what is there
    known = set(Policy.objects.filter(area=county).values_list("code", flat=True))
    wanted = [each for each in reference() if each.code not in known]
    if not wanted:
        return []
    policies = create_by_copy([Policy(code=each.code, area=county, shipped=True) for each in wanted])
    create_by_copy([_published(policy, each, when, by) for policy, each in zip(policies, wanted, strict=True)])
    told = {"policies": [each.code for each in wanted]}
    decision = Decision(
        "policy.reference_loaded", "area", county.code, county.code, values=told, permission=WRITE_POLICIES
    )
    record(decision, by=by, at=at)
    return policies


def _published(policy: Policy, said: ReferencePolicy, when: datetime, by: User | System) -> PolicyVersion:
    who = by if isinstance(by, User) else None
    return PolicyVersion(
        policy=policy,
        number=1,
        state=PolicyVersion.State.PUBLISHED,
        title=said.zh,
        title_en=said.en,
        kind=said.kind,
        causes=list(said.causes),
        department=said.department,
        how_to_apply=said.how_to_apply,
        how_to_apply_en=said.how_to_apply_en,
        condition=said.condition,
        member_condition=said.member_condition,
        per=said.per,
        benefit=said.benefit,
        amount=said.amount,
        quantity=said.quantity,
        times=said.times,
        ceiling=said.ceiling,
        once=said.once,
        valid_from=said.valid_from,
        note=said.source,
        made_by=who,
        made_at=when,
        published_by=who,
        published_at=when,
    )
