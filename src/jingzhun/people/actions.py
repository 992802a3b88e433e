"""Writes on users."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record

from .models import Organisation, RoleAssignment, User
from .rules import Role


@transaction.atomic
def add_user(username: str, full_name: str, password: str, *, by: Actor | System = SYSTEM) -> User:
    """Add a user without any role yet. Raises ValidationError when the password is too weak or the name is taken."""
    user = User(username=username, full_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(Decision("people.user_added", "user", username), by=by)
    return user


@transaction.atomic
def assign_role(
    user: User,
    role: Role,
    area: Area,
    *,
    organisation: Organisation | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    by: Actor | System = SYSTEM,
) -> RoleAssignment:
    """Give a user a role in an area, from a day (today) until the day it no longer holds (none: open)."""
    assignment = RoleAssignment(
        user=user,
        role=role,
        area=area,
        organisation=organisation,
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
    )
    assignment.full_clean()
    assignment.save()
    user.__dict__.pop("scope", None)
    values = {"role": str(role), "from": str(assignment.valid_from), "until": str(valid_until or "")}
    record(Decision("people.role_assigned", "user", user.username, area.code, values=values), by=by)
    return assignment


@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: Actor | System, on: date | None = None) -> RoleAssignment:
    """End a role on a day (today); one that has not begun by then is taken back whole."""
    day = on or timezone.localdate()
    if assignment.valid_from >= day:
        values = {"role": assignment.role, "from": str(assignment.valid_from), "until": str(assignment.valid_from)}
        assignment.delete()
    else:
        assignment.valid_until = min(day, assignment.valid_until or day)
        assignment.save(update_fields=["valid_until"])
        values = {"role": assignment.role, "from": str(assignment.valid_from), "until": str(assignment.valid_until)}
    record(Decision("people.role_ended", "user", assignment.user.username, assignment.area_id, values=values), by=by)
    return assignment


@transaction.atomic
def switch_user(user: User, *, active: bool, by: Actor | System) -> User:
    """Switch a login off (nothing of the user's work is lost) or on again; open sessions end at the next click."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(Decision("people.user_switched_on" if active else "people.user_switched_off", "user", user.username), by=by)
    return user
