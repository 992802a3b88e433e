"""Policies: drafted, shared, dropped, published from a day on, ended. What is published is never changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import ancestors_of
from jingzhun.journal.actions import Decision, System, record
from jingzhun.methods.conditions import BadCondition
from jingzhun.people.models import User
from jingzhun.people.rules import WRITE_POLICIES
from jingzhun.policy.models import Benefit, Document, Per, Policy, PolicyVersion
from jingzhun.policy.problems import told_of
from jingzhun.policy.rules.entitlement import rule_of
from jingzhun.procedure.actions import NotYours
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

from .batch import run_after

State = PolicyVersion.State
SHARE_PLACES = 4  # of a share of one


@dataclass(frozen=True)
class Said:
    """What a version of a policy says."""

    title: str
    kind: str
    department: str
    condition: str
    title_en: str = ""
    causes: tuple[str, ...] = ()
    how_to_apply: str = ""
    how_to_apply_en: str = ""
    document: Document | None = None
    member_condition: str = ""
    per: str = Per.HOUSEHOLD
    benefit: str = Benefit.AMOUNT
    amount: Decimal | None = None
    quantity: str = ""
    times: int = 1
    ceiling: Decimal | None = None
    once: bool = False
    note: str = ""

    @classmethod
    def of(cls, version: PolicyVersion) -> "Said":
        told = {each.name: getattr(version, each.name) for each in fields(cls)}
        return cls(**told | {"causes": tuple(version.causes)})


@transaction.atomic
def draft_policy(area: Area, said: Said, *, by: User | System, at: datetime | None = None) -> PolicyVersion:
    """The first draft of a new policy of an area. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, area.code)
    require_sound(said)
    Area.objects.select_for_update().get(pk=area.pk)  # of two who draft at once each gets a code of its own
    policy = Policy.objects.create(area=area, code=_free_code(area))
    return _draft(policy, said, by, at)


@transaction.atomic
def draft_own(policy: Policy, area: Area, *, by: User | System, at: datetime | None = None) -> PolicyVersion:
    """A draft of a lower area's own policy, which will hold there in the place of a higher area's.

    It begins with what that one says. Raises NotYours, Refused.
    """
    require(by, WRITE_POLICIES, area.code)
    if not area.code.startswith(policy.area_id) or area.code == policy.area_id:
        raise Refused.because(_("Only a policy of a higher area can be replaced by one's own."), "area")
    source = policy.versions.filter(state=State.PUBLISHED).order_by("-valid_from").first()
    if source is None:
        raise Refused.because(_("The policy has no version to begin with."))
    Area.objects.select_for_update().get(pk=area.pk)
    own, _made = Policy.objects.get_or_create(area=area, code=policy.code)
    return _draft(own, Said.of(source), by, at)


@transaction.atomic
def draft_version(
    policy: Policy, *, by: User | System, like: PolicyVersion | None = None, at: datetime | None = None
) -> PolicyVersion:
    """A draft that says what a version says, by default the newest published. Raises NotYours, Refused."""
    require(by, WRITE_POLICIES, policy.area_id)
    Policy.objects.select_for_update().get(pk=policy.pk)
    source = like or policy.versions.filter(state=State.PUBLISHED).order_by("-valid_from").first()
    if source is None or source.policy_id != policy.pk:
        raise Refused.because(_("The policy has no version to begin with."))
    return _draft(policy, Said.of(source), by, at)


@transaction.atomic
def change_draft(
    version: PolicyVersion, said: Said, *, by: User | System, seen: str | None = None, at: datetime | None = None
) -> PolicyVersion:
    """Say a draft otherwise: one's own, or one that was shared. Raises NotYours, Refused.

    `seen`: the stamp of what the writer had before them; another one now means that somebody else wrote meanwhile.
    """
    found = _own(version, by)
    if seen is not None and seen != stamp_of(found):
        raise Refused.because(_("Somebody else changed this draft meanwhile. Load the page anew, then change it."))
    require_sound(said)
    before = _told(found)
    _say(found, said)
    found.save()
    after = _told(found)
    changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if changed:
        _record("policy.draft_changed", found, changed, by, at)
    return found


@transaction.atomic
def share_draft(
    version: PolicyVersion, shared: bool, *, by: User | System, at: datetime | None = None
) -> PolicyVersion:
    """Show one's own draft to colleagues of the area, or to nobody again. Raises NotYours, Refused."""
    found = _own(version, by)
    if isinstance(by, User) and found.made_by_id != by.pk:
        raise NotYours(_("Only who made a draft shares it."))
    if found.shared != shared:
        found.shared = shared
        found.save(update_fields=["shared"])
        _record("policy.draft_shared" if shared else "policy.draft_unshared", found, {"title": found.title}, by, at)
    return found


@transaction.atomic
def drop_draft(version: PolicyVersion, *, by: User | System, at: datetime | None = None) -> None:
    """Give a draft up; it stays in the policy's history. Raises NotYours, Refused."""
    found = _own(version, by)
    found.state = State.DROPPED
    found.save(update_fields=["state"])
    _record("policy.draft_dropped", found, {"title": found.title}, by, at)


@transaction.atomic
def publish(
    version: PolicyVersion, on: date, *, by: User | System, why: str = "", at: datetime | None = None
) -> PolicyVersion:
    """Put a draft into force from a day on; the version before ends on that day, it ends where a later one begins.

    A day that is past needs a reason. Where the version holds from now on, the worker answers it for the county's
    households at once, so that whoever misses it stands on the lists. Raises NotYours, Refused by field.
    """
    require(by, WRITE_POLICIES, version.policy.area_id)
    Policy.objects.select_for_update().get(pk=version.policy_id)  # of two who publish at once the second finds it so
    found = _own(version, by)
    require_sound(Said.of(found))
    when = at or timezone.now()
    if on < timezone.localdate(when) and not why.strip():
        raise Refused.because(_("The day is past: say why the policy holds since then."), "why")
    others = found.policy.versions.filter(state=State.PUBLISHED)
    if others.filter(valid_from=on).exists():
        raise Refused.because(_("Another version of this policy begins on that day."), "on")
    later = others.filter(valid_from__gt=on).order_by("valid_from").first()
    ended = others.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lt=on)
    numbers = sorted(each.number for each in ended)
    for each in ended:
        each.valid_until = on
        each.save(update_fields=["valid_until"])
    found.state, found.valid_from, found.valid_until = State.PUBLISHED, on, later.valid_from if later else None
    found.published_at, found.published_by = when, by if isinstance(by, User) else None
    found.save()
    values = {**_told(found), "from": str(on), "until": str(found.valid_until or ""), "ended": numbers}
    _record("policy.published", found, values, by, at, why.strip())
    today = timezone.localdate()
    holds = on <= today and (later is None or later.valid_from > today)
    if at is None and holds:
        run_after(found.policy, by)
    return found


@transaction.atomic
def end_policy(policy: Policy, on: date, why: str, *, by: User | System, at: datetime | None = None) -> PolicyVersion:
    """End the version in force on a day to come, without a new one. Raises NotYours, Refused by field."""
    require(by, WRITE_POLICIES, policy.area_id)
    Policy.objects.select_for_update().get(pk=policy.pk)
    lasting = policy.versions.filter(Q(valid_until=None) | Q(valid_until__gt=on), state=State.PUBLISHED)
    found = lasting.filter(valid_from__lt=on).first()
    if found is None:
        raise Refused.because(_("No version is in force until that day."), "on")
    if on < timezone.localdate(at):
        raise Refused.because(_("A policy ends today or later: what was given until now stays given."), "on")
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    _record("policy.ended", found, {"title": found.title, "until": str(on)}, by, at, why.strip())
    if at is None and on == timezone.localdate():
        run_after(policy, by)
    return found


def _draft(policy: Policy, said: Said, by: User | System, at: datetime | None) -> PolicyVersion:
    last = policy.versions.aggregate(last=Max("number"))["last"] or 0
    user = by if isinstance(by, User) else None
    made = PolicyVersion(policy=policy, number=last + 1, made_by=user, made_at=at or timezone.now())
    _say(made, said)
    made.save()
    _record("policy.draft_made", made, _told(made), by, at)
    return made


def stamp_of(version: PolicyVersion) -> str:
    """A short text that is another one as soon as a draft says anything else."""
    return hashlib.sha256(json.dumps(_told(version), sort_keys=True).encode()).hexdigest()[:16]


def _own(version: PolicyVersion, by: User | System) -> PolicyVersion:
    """The draft, locked. Raises NotYours unless it is one's own or shared, Refused once it is no draft any more."""
    require(by, WRITE_POLICIES, version.policy.area_id)
    found = PolicyVersion.objects.select_for_update(of=("self",)).select_related("policy").get(pk=version.pk)
    if found.state != State.DRAFT:
        raise Refused.because(_("This is no draft any more: it was published or dropped meanwhile."))
    if isinstance(by, User) and found.made_by_id != by.pk and not found.shared:
        raise NotYours(_("This draft is somebody else's and not shared."))
    return found


def _say(version: PolicyVersion, said: Said) -> None:
    for each in fields(said):
        setattr(version, each.name, getattr(said, each.name))
    version.causes = list(said.causes)


def require_sound(said: Said) -> None:
    """Raises Refused by field: what the database would refuse, and conditions that cannot be read."""
    wrong: dict[str, list[str | Promise]] = {}
    if said.benefit != Benefit.IN_KIND and (said.amount is None or said.amount <= 0):
        wrong["amount"] = [_("A benefit in money has an amount.")]
    if said.benefit == Benefit.SHARE and said.amount is not None and said.amount > 1:
        wrong["amount"] = [_("A share is at most 100 %.")]
    if said.benefit == Benefit.SHARE and said.amount is not None and said.amount != round(said.amount, SHARE_PLACES):
        wrong["amount"] = [_("A share has two places after the point: 12.34 %.")]
    if said.benefit == Benefit.SHARE and not said.quantity:
        wrong["quantity"] = [_("Say of which cost it is a share.")]
    if said.per == Per.MEMBER and not said.member_condition:
        wrong["member_condition"] = [_("Say which persons count.")]
    if said.per == Per.HOUSEHOLD and said.member_condition:
        wrong["member_condition"] = [_("A benefit per household counts no persons.")]
    if not wrong:
        try:
            _say(probe := PolicyVersion(), said)
            rule_of(probe)
        except BadCondition as bad:
            wrong["condition"] = [told_of(bad)]
    if wrong:
        raise Refused(wrong)


def _free_code(area: Area) -> str:
    """A code that no policy has above the area, in it or below: the same code would hold in the place of that one."""
    around = Q(area__in=ancestors_of(area.pk)) | within(area.pk, "area_id")
    taken = set(Policy.objects.filter(around).values_list("code", flat=True))
    number = len(taken) + 1
    while f"policy-{number}" in taken:
        number += 1
    return f"policy-{number}"


def _told(version: PolicyVersion) -> dict[str, Any]:
    amounts = {name: _plain(getattr(version, name)) for name in _AMOUNTS}
    texts = {name: getattr(version, name) for name in _TEXTS}
    return {**texts, **amounts, "causes": list(version.causes), "document": _number_of(version)}


_TEXTS = (
    "title", "title_en", "kind", "department", "condition", "member_condition", "per", "benefit", "quantity", "times",
    "once", "how_to_apply", "how_to_apply_en", "note",
)  # fmt: skip
_AMOUNTS = ("amount", "ceiling")


def _plain(amount: Decimal | None) -> str | None:
    """An amount in one way, however it was typed or kept."""
    return None if amount is None else f"{Decimal(amount).normalize():f}"


def _number_of(version: PolicyVersion) -> str | None:
    return version.document.number if version.document else None


def _record(
    action: str,
    version: PolicyVersion,
    values: Mapping[str, Any],
    by: User | System,
    at: datetime | None,
    why: str = "",
) -> None:
    subject, area = f"{version.policy.code}/{version.number}", version.policy.area_id
    told = Decision(action, "policy", subject, area, why=why, values=dict(values), permission=WRITE_POLICIES)
    record(told, by=by, at=at)
