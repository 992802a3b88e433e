"""Writes on users."""

from datetime import date
from typing import Any

import pgtrigger
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record

from .fields import SealedTextField, keyring, seal, unseal
from .models import Organisation, RoleAssignment, User
from .queries import in_charge
from .rules import MANAGE_PEOPLE, Role


class NotYours(Exception):
    """The user is not this administrator's to decide about; the message says why."""


MFA_SECRETS = ("secret", "seed")  # as the login package names them: of the app, and of the recovery codes


@transaction.atomic
def add_user(username: str, full_name: str, password: str, *, by: Actor | System = SYSTEM) -> User:
    """Add a user without any role yet. Raises ValidationError when the password is too weak or the name is taken."""
    user = User(username=username, full_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(Decision("people.user_added", "user", username, permission=MANAGE_PEOPLE), by=by)
    return user


@transaction.atomic
def add_organisation(name: str, level: str, area: Area | None, *, by: Actor | System = SYSTEM) -> Organisation:
    """Add an organisation that employs helpers or owns projects. Raises ValidationError when the name is taken."""
    organisation = Organisation(name=name.strip(), level=level, area=area)
    organisation.full_clean()
    organisation.save()
    _tell_organisation("people.organisation_added", organisation, {"name": organisation.name, "level": level}, by)
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, name: str, level: str, area: Area | None, *, by: Actor | System
) -> Organisation:
    """Correct an organisation's name, level or area. Raises ValidationError."""
    found = Organisation.objects.select_for_update().get(pk=organisation.pk)
    wanted = {"name": name.strip(), "level": level, "area_id": area.pk if area else None}
    before = {field: getattr(found, field) for field in wanted}
    changed = {field: [before[field], value] for field, value in wanted.items() if before[field] != value}
    if changed:
        for field, value in wanted.items():
            setattr(found, field, value)
        found.full_clean()
        found.save()
        _tell_organisation("people.organisation_changed", found, changed, by)
    return found


def _tell_organisation(action: str, organisation: Organisation, values: dict[str, Any], by: Actor | System) -> None:
    where = ("organisation", str(organisation.pk), organisation.area_id or "")
    record(Decision(action, *where, values=values, permission=MANAGE_PEOPLE), by=by)


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
    """Give a user a role in an area, from a day (today) until the day it no longer holds (none: open).

    Raises ValidationError, for a role that the user has already among others.
    """
    User.objects.select_for_update().get(pk=user.pk)  # of two clicks at once, the second finds what the first gave
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
    record(
        Decision("people.role_assigned", "user", user.username, area.code, values=values, permission=MANAGE_PEOPLE),
        by=by,
    )
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
    record(
        Decision(
            "people.role_ended",
            "user",
            assignment.user.username,
            assignment.area_id,
            values=values,
            permission=MANAGE_PEOPLE,
        ),
        by=by,
    )
    return assignment


@transaction.atomic
def switch_user(user: User, *, active: bool, by: Actor | System) -> User:
    """Switch a login off (nothing of the user's work is lost) or on again; open sessions end at the next click.

    Asked for what is so already, nothing happens. Raises NotYours.
    """
    require_in_charge(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        return user
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(
        Decision(
            "people.user_switched_on" if active else "people.user_switched_off",
            "user",
            user.username,
            permission=MANAGE_PEOPLE,
        ),
        by=by,
    )
    return user


def require_in_charge(user: User, by: Actor | System) -> None:
    """An administrator decides about the logins of others whose roles all lie in the own areas. Raises NotYours."""
    if not isinstance(by, User):
        return
    if by.pk == user.pk:
        raise NotYours(_("Nobody decides about their own login; ask another administrator."))
    if not in_charge(by, user):
        raise NotYours(_("This user has a role outside your area; ask the administrator there or above."))


@transaction.atomic
def rotate_keys(*, by: Actor | System = SYSTEM) -> dict[str, int]:
    """Seal every personal value anew with the newest key, also those in the history; values resealed by column.

    Afterwards the older keys can be taken off the ring. Raises CannotOpen if one of them is already missing.
    """
    resealed = {}
    with pgtrigger.ignore():  # a new seal is no new value: no history is written
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedTextField) and (count := _reseal(model, field)):
                    resealed[f"{model._meta.db_table}.{field.column}"] = count
    if count := _reseal_mfa():
        resealed["mfa"] = count
    record(Decision("people.keys_rotated", "keys", keyring().newest, values={"resealed": resealed}), by=by)
    return resealed


def _reseal(model: type[Model], field: SealedTextField, batch: int = 5000) -> int:
    """Reseal one column in batches, each with one UPDATE; rows are locked, so that nobody's edit is undone."""
    table, column, key = (connection.ops.quote_name(name) for name in _names(model, field))
    ring, done = keyring(), 0
    with connection.cursor() as cursor:
        # Sealed values begin with the length and the id of their key.
        head = bytes([len(ring.newest)]) + ring.newest.encode()
        while True:
            cursor.execute(
                f"SELECT {key}, {column} FROM {table}"  # noqa: S608
                f" WHERE length({column}) > 0 AND substring({column} FOR %s) <> %s LIMIT %s FOR UPDATE",
                [len(head), head, batch],
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            fresh = [ring.seal(ring.open(bytes(sealed), field.purpose), field.purpose) for _, sealed in rows]
            cursor.execute(
                f"UPDATE {table} SET {column} = fresh.sealed"  # noqa: S608
                f" FROM unnest(%s::bigint[], %s::bytea[]) AS fresh(id, sealed) WHERE {table}.{key} = fresh.id",
                [[pk for pk, _ in rows], fresh],
            )
            done += len(rows)


def _names(model: type[Model], field: SealedTextField) -> tuple[str, str, str]:
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model} has no primary key")
    return model._meta.db_table, field.column, key.column


def _reseal_mfa() -> int:
    """Secrets of two-step login: sealed texts within JSON."""
    rows = list(Authenticator.objects.select_for_update())
    for row in rows:
        row.data = {
            name: seal(unseal(bytes.fromhex(value), "mfa.secret"), "mfa.secret").hex() if name in MFA_SECRETS else value
            for name, value in row.data.items()
        }
    Authenticator.objects.bulk_update(rows, ["data"], batch_size=500)
    return len(rows)
