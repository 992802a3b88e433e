"""Writes on users."""

from datetime import date
from typing import Any, BinaryIO

import pgtrigger
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import ancestors_of
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record

from ..fields import SealedTextField, keyring, seal, unseal
from ..models import Organisation, RoleAssignment, User
from ..queries import in_charge, organisations_for, other_administrators, users_in, with_people
from ..rules import MANAGE_PEOPLE, Role
from ..workbook import write_organisations, write_users


class NotYours(Exception):
    """The user is not this administrator's to decide about; the message says why."""


class KeysInUse(Exception):
    """The keys cannot be changed now: sealed values lie where this does not reach them; the message says which."""


keys_rotating = Signal()  # sent before anything is sealed anew; who has sealed values elsewhere raises KeysInUse

MFA_SECRETS = ("secret", "seed")  # as the login package names them: of the app, and of the recovery codes


@transaction.atomic
def add_user(
    username: str,
    full_name: str,
    password: str,
    *,
    home: Area | None = None,
    first_password: bool = True,
    by: Actor | System = SYSTEM,
) -> User:
    """Add a user without any role yet, who changes the first password at the first login.

    `home`: whose administrators see to the login until a role says so; by default the area of the one who adds it.
    Raises ValidationError when the password is too weak or the name is taken.
    """
    code = home.code if home else _area_of(by)
    user = User(username=username, full_name=full_name, must_change_password=first_password, home_id=code or None)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(Decision("people.user_added", "user", username, code, permission=MANAGE_PEOPLE), by=by)
    return user


def _area_of(by: Actor | System) -> str:
    """The area that an administrator sees to, of several the first; empty for the command line."""
    areas = by.scope.areas_for(MANAGE_PEOPLE) if isinstance(by, User) else ()
    return areas[0] if areas else ""


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

    Raises ValidationError, for a role that the user has already among others; NotYours.
    """
    _require_role_of_others(user, area.code, by)
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
def end_role(assignment: RoleAssignment, *, by: Actor | System, on: date | None = None) -> bool:
    """End a role on a day (today); one that has not begun by then is taken back whole. False if it has ended already.

    Raises NotYours, also for the last administrator of an area.
    """
    _require_role_of_others(assignment.user, assignment.area_id, by)
    day = on or timezone.localdate()
    _lock_administrators(assignment.area_id)
    found = RoleAssignment.objects.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    if found is None or (found.valid_until and found.valid_until <= day):
        return False
    if found.role == Role.ADMINISTRATOR:
        _require_another_administrator(found, day)
    _end(found, day)
    values = {"role": found.role, "from": str(found.valid_from), "until": str(max(day, found.valid_from))}
    where = ("user", found.user.username, found.area_id)
    record(Decision("people.role_ended", *where, values=values, permission=MANAGE_PEOPLE), by=by)
    return True


def _end(role: RoleAssignment, day: date) -> None:
    if role.valid_from >= day:
        role.delete()
    else:
        role.valid_until = day
        role.save(update_fields=["valid_until"])
    role.user.__dict__.pop("scope", None)


def _lock_administrators(area_code: str) -> None:
    """Of two who take each other's office at once, the second finds what the first has decided."""
    roles = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, area_id__in=ancestors_of(area_code))
    list(roles.order_by("pk").select_for_update(of=("self",)))


def _require_another_administrator(role: RoleAssignment, day: date) -> None:
    if role.as_rule().in_force(day) and not other_administrators(role.area_id, role.user, day).exists():
        raise NotYours(_("This is the last administrator of the area; give the role to somebody else first."))


def _require_role_of_others(user: User, area_code: str, by: Actor | System) -> None:
    """An administrator decides about the roles of others, in the own areas. Raises NotYours."""
    if not isinstance(by, User):
        return
    if by.pk == user.pk:
        raise NotYours(_("Nobody decides about their own roles; ask another administrator."))
    if not by.can(MANAGE_PEOPLE, area_code):
        raise NotYours(_("You give and end roles in your own area only."))


@transaction.atomic
def switch_user(user: User, *, active: bool, by: Actor | System) -> User:
    """Switch a login off (nothing of the user's work is lost) or on again; open sessions end at the next click.

    Asked for what is so already, nothing happens. Raises NotYours.
    """
    require_in_charge(user, by)
    offices = [] if active else list(user.assignments.filter(role=Role.ADMINISTRATOR).order_by("area_id"))
    for office in offices:
        _lock_administrators(office.area_id)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        return user
    for office in offices:
        _require_another_administrator(office, timezone.localdate())
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


@transaction.atomic
def reset_password(user: User, password: str, *, by: Actor | System) -> User:
    """Give a user who forgot the password a new first one; open sessions end. Raises ValidationError, NotYours."""
    require_in_charge(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(Decision("people.password_reset", "user", user.username, permission=MANAGE_PEOPLE), by=by)
    return user


@transaction.atomic
def reset_second_factor(user: User, *, by: Actor | System) -> int:
    """Take two-step login, with its recovery codes, from a user who lost the phone; gives what was taken.

    Whoever must have it sets it up anew at the next click. Raises NotYours.
    """
    require_in_charge(user, by)
    taken, _by_kind = Authenticator.objects.filter(user=user).delete()
    if taken:
        record(Decision("people.second_factor_reset", "user", user.username, permission=MANAGE_PEOPLE), by=by)
    return taken


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """A user's own new password; the caller has asked for the old one and judged the new."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(Decision("people.password_changed", "user", user.username), by=user)


def require_in_charge(user: User, by: Actor | System) -> None:
    """An administrator decides about the logins of others whose roles all lie in the own areas. Raises NotYours."""
    if not isinstance(by, User):
        return
    if by.pk == user.pk:
        raise NotYours(_("Nobody decides about their own login; ask another administrator."))
    if not in_charge(by, user):
        raise NotYours(_("This user belongs to another area too; ask the administrator there or above."))


@transaction.atomic
def export_users(
    areas: tuple[str, ...],
    text: str,
    target: BinaryIO,
    *,
    organisation: Organisation | None = None,
    by: Actor | System,
) -> int:
    """Write the users of an administrator's areas into a workbook and say so in the journal; gives their number."""
    written = write_users(users_in(areas, text, organisation).iterator(chunk_size=2000), target)
    _tell_export("users", areas, text, written, by)
    return written


@transaction.atomic
def export_organisations(areas: tuple[str, ...], text: str, target: BinaryIO, *, by: Actor | System) -> int:
    """Write the organisations of an administrator's list into a workbook and say so in the journal."""
    written = write_organisations(with_people(organisations_for(areas, text), areas), target)
    _tell_export("organisations", areas, text, written, by)
    return written


def _tell_export(what: str, areas: tuple[str, ...], text: str, rows: int, by: Actor | System) -> None:
    searched = {"search": text} if text else {}
    where = ("list", what, areas[0] if len(areas) == 1 else "")
    told = Decision("people.list_exported", *where, values={"rows": rows}, personal=searched, permission=MANAGE_PEOPLE)
    record(told, by=by)


@transaction.atomic
def rotate_keys(*, by: Actor | System = SYSTEM) -> dict[str, int]:
    """Seal every personal value anew with the newest key, also those in the history; values resealed by column.

    Afterwards the older keys can be taken off the ring. Raises CannotOpen if one of them is already missing, KeysInUse.
    """
    keys_rotating.send(rotate_keys)
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
