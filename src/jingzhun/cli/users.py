"""`jingzhun users`: the first users of a county, before anybody can log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from . import access_keys
from .county import loaded_area
from .output import Json, Refused, print_json, refusing, say, setup

if TYPE_CHECKING:
    from jingzhun.areas.models import Area
    from jingzhun.people.models import Organisation
    from jingzhun.people.rules import Role

app = typer.Typer(no_args_is_help=True, help="Users and their roles.")
app.command("key")(access_keys.key)
app.command("keys")(access_keys.keys)
app.command("revoke-key")(access_keys.revoke_key)

FirstPassword = Annotated[
    str,
    typer.Option(
        envvar="JINGZHUN_PASSWORD",
        help="Better not given here, where others see it: it is asked for, or taken from the environment.",
    ),
]


@app.callback()
def users() -> None:
    """Users and their roles."""


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="The name to log in with.")],
    name: Annotated[str, typer.Option(help="The user's full name.")],
    role: Annotated[str, typer.Option(help="For example administrator, county_officer, village_clerk.")],
    area: Annotated[str, typer.Option(help="Code of the area in which the role holds.")],
    organisation: Annotated[
        str, typer.Option(help="Name of the organisation, added if there is none; a helper needs one.")
    ] = "",
    organisation_level: Annotated[
        str,
        typer.Option(help="Level of an organisation that is added: central, province, city, county, town, partner."),
    ] = "county",
    password: FirstPassword = "",
    as_json: Json = False,
) -> None:
    """Add a user with a role in an area, who changes this first password at the first login.

    Example: jingzhun users add wang --name 王芳 --role village_clerk --area 610426102201
    """
    setup()
    from django.db import transaction

    from jingzhun.people.actions import add_user, assign_role
    from jingzhun.people.rules import ROLE_LABELS

    wanted = _wanted(username, role, area, organisation_level)
    password = password or _asked_for()  # after everything that could be wrong with the rest
    with in_words(), transaction.atomic():
        unit = _organisation(organisation, organisation_level, wanted.place) if organisation else None
        user = add_user(username, name, password, home=wanted.place)
        assign_role(user, wanted.role, wanted.place, organisation=unit)
    if as_json:
        print_json({"username": username, "role": role, "area": area})
    else:
        told = {"name": name, "username": username, "role": ROLE_LABELS[wanted.role], "area": wanted.place.name}
        say(_("%(name)s (%(username)s): %(role)s, %(area)s.") % told)


@app.command()
def reset(
    username: Annotated[str, typer.Argument(help="The name to log in with.")],
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Take two-step login away too, of whoever lost the phone.")
    ] = False,
    password: FirstPassword = "",
    as_json: Json = False,
) -> None:
    """Give a user who forgot the password a new first one, to be changed at the next login.

    Example: jingzhun users reset wang
    """
    setup()
    from django.db import transaction

    from jingzhun.journal.actions import SYSTEM
    from jingzhun.people.actions import reset_password, reset_second_factor
    from jingzhun.people.models import User

    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise Refused(_("There is no user '%(username)s'.") % {"username": username})
    password = password or _asked_for()
    with in_words(), transaction.atomic():
        reset_password(user, password, by=SYSTEM)
        taken = bool(reset_second_factor(user, by=SYSTEM)) if second_factor else False
    if as_json:
        print_json({"username": username, "second_factor_taken": taken})
    else:
        told = {"name": user.full_name, "username": username}
        say(_("%(name)s (%(username)s) logs in with the new password and changes it then.") % told)
        if taken:
            say(_("Two-step login was taken away."))


@dataclass(frozen=True)
class _Wanted:
    role: "Role"
    place: "Area"


def _wanted(username: str, role: str, area: str, organisation_level: str) -> _Wanted:
    """What was asked for, when it can be had. Raises Refused."""
    from jingzhun.people.models import Organisation, User
    from jingzhun.people.rules import Role

    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("There is a user '%(username)s' already: choose another name.") % {"username": username})
    if role not in set(Role):
        told = {"role": role, "known": ", ".join(Role)}
        raise Refused(_("There is no role '%(role)s'; there are: %(known)s.") % told)
    levels = dict(Organisation.LEVELS)
    if organisation_level not in levels:
        told = {"level": organisation_level, "known": ", ".join(levels)}
        raise Refused(_("There is no level '%(level)s'; there are: %(known)s.") % told)
    return _Wanted(Role(role), loaded_area(area))


def _asked_for() -> str:
    """The first password, typed twice."""
    return typer.prompt(_("First password"), hide_input=True, confirmation_prompt=_("The same again"))


@contextmanager
def in_words() -> Iterator[None]:
    """What an action finds wrong becomes one sentence."""
    from django.core.exceptions import ValidationError

    try:
        yield
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _organisation(name: str, level: str, place: "Area") -> "Organisation":
    """The organisation of this name; a new one belongs to the county of the role's area."""
    from jingzhun.areas.queries import path
    from jingzhun.areas.rules import Level
    from jingzhun.people.actions import add_organisation
    from jingzhun.people.models import Organisation

    county = next((area for area in path(place.code) if area.level == Level.COUNTY), place)
    return Organisation.objects.filter(name=name).first() or add_organisation(name, level, county)


@app.command("rotate-keys")
def rotate(as_json: Json = False) -> None:
    """Seal every personal value anew with the newest key (the first of JINGZHUN_FIELD_KEYS), once no import waits.

    Example: jingzhun users rotate-keys
    """
    setup()
    from jingzhun.methods.sealing import CannotOpen
    from jingzhun.people.actions import KeysInUse, rotate_keys

    with refusing(CannotOpen, KeysInUse):
        resealed = rotate_keys()
    if as_json:
        print_json(resealed)
    else:
        say(_("%(count)s values sealed anew; older keys can be taken off.") % {"count": sum(resealed.values())})
