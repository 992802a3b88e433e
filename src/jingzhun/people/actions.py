"""Writes on users."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

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
        valid_from=valid_from or date.today(),
        valid_until=valid_until,
    )
    assignment.full_clean()
    assignment.save()
    user.__dict__.pop("scope", None)
    values = {"role": str(role), "from": str(assignment.valid_from), "until": str(valid_until or "")}
    record(Decision("people.role_assigned", "user", user.username, area.code, values=values), by=by)
    return assignment
