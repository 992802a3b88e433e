"""`jingzhun users`: the first users of a county, before anybody can log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Json, Refused, console, print_json, refusing, setup

if TYPE_CHECKING:
    from jingzhun.areas.models import Area
    from jingzhun.people.models import Organisation

app = typer.Typer(no_args_is_help=True, help="Users and their roles.")


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
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            envvar="JINGZHUN_PASSWORD",
            help="Better not given here, where others see it: it is asked for, or taken from the environment.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Add a user with a role in an area."""
    setup()
    from django.db import transaction

    from jingzhun.areas.models import Area
    from jingzhun.people.actions import add_user, assign_role
    from jingzhun.people.models import Organisation
    from jingzhun.people.rules import Role

    if role not in set(Role):
        raise Refused(f"There is no role {role!r}; one of: {', '.join(Role)}.")
    place = Area.objects.filter(pk=area).first()
    if place is None:
        raise Refused(f"No area {area!r} is loaded; see `jingzhun areas show`.")
    if organisation_level not in dict(Organisation.LEVELS):
        raise Refused(f"There is no level {organisation_level!r}; one of: {', '.join(dict(Organisation.LEVELS))}.")
    with _in_words(), transaction.atomic():
        unit = _organisation(organisation, organisation_level, place) if organisation else None
        user = add_user(username, name, password)
        assign_role(user, Role(role), place, organisation=unit)
    if as_json:
        print_json({"username": username, "role": role, "area": area})
    else:
        console.print(f"{name} ({username}) is {role} in {place.name}.")


@contextmanager
def _in_words() -> Iterator[None]:
    """What an action finds wrong becomes a sentence in the language of the command line."""
    from django.core.exceptions import ValidationError
    from django.utils import translation

    with translation.override("en"):
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
    """Seal every personal value anew with the newest key (the first of JINGZHUN_FIELD_KEYS)."""
    setup()
    from jingzhun.methods.sealing import CannotOpen
    from jingzhun.people.actions import rotate_keys

    with refusing(CannotOpen):
        resealed = rotate_keys()
    if as_json:
        print_json(resealed)
    else:
        console.print(f"{sum(resealed.values())} values sealed anew; older keys can be taken off the ring.")
