"""`jingzhun users key`, `keys`, `revoke-key`: the ways in for programs of departments."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from .output import Json, Refused, print_json, say, setup

if TYPE_CHECKING:
    from jingzhun.people.models import AccessKey, User

Username = Annotated[str, typer.Argument(help="The name that the user logs in with.")]


def key(
    username: Username,
    label: Annotated[str, typer.Option("--for", help="The program that will use it.")],
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day on which it no longer holds; within a year.")
    ],
    as_json: Json = False,
) -> None:
    """Make an access key with which a program acts as a user. It is shown this once.

    Example: jingzhun users key jiaojing --for 车辆清单程序 --until 2026-12-31
    """
    setup()
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.people.actions.access_keys import make_key

    from .users import in_words

    user = _user(username)
    with in_words():
        made, text = make_key(user, label, until.date(), by=SYSTEM)
    if as_json:
        print_json({"username": user.username, "key": text, "prefix": made.prefix, "until": str(made.expires_on)})
        return
    say(_("Copy it now: it is shown this once and kept nowhere. Hand it over so that nobody else sees it."))
    typer.echo(text)


def keys(username: Username, as_json: Json = False) -> None:
    """List the access keys of a user.

    Example: jingzhun users keys jiaojing
    """
    setup()
    found = list(_user(username).access_keys.all())
    if as_json:
        print_json([_told(each) for each in found])
        return
    if not found:
        say(_("This user has no access key."))
    for each in found:
        told = {"prefix": each.prefix, "label": each.label, "until": each.expires_on, "state": _state(each)}
        say(_("%(prefix)s…  %(label)s, until %(until)s: %(state)s") % told)


def revoke_key(
    prefix: Annotated[str, typer.Argument(help="How the key begins, as the list of keys shows it.")],
    as_json: Json = False,
) -> None:
    """Revoke an access key: it opens nothing from now on.

    Example: jingzhun users revoke-key jz_Ab3dEf9h
    """
    setup()
    from jingzhun.journal.actions import SYSTEM
    from jingzhun.people.actions.access_keys import revoke_key as revoke
    from jingzhun.people.models import AccessKey

    found = AccessKey.objects.select_related("user").filter(prefix=prefix.strip().rstrip("…")).first()
    if found is None:
        raise Refused(_("There is no access key that begins with '%(prefix)s'.") % {"prefix": prefix})
    done = revoke(found, by=SYSTEM)
    if as_json:
        print_json({"prefix": found.prefix, "username": found.user.username, "revoked": done})
    elif done:
        say(_("The access key is revoked."))
    else:
        say(_("It was revoked already."))


def _user(username: str) -> "User":
    from jingzhun.people.models import User

    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise Refused(_("There is no user '%(username)s'.") % {"username": username})
    return user


def _state(key: "AccessKey") -> str:
    if key.revoked_at:
        return _("revoked")
    return _("in force") if key.in_force else _("expired")


def _told(key: "AccessKey") -> dict[str, str | bool | None]:
    return {
        "prefix": key.prefix,
        "label": key.label,
        "until": str(key.expires_on),
        "in_force": key.in_force,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }
