"""The round and the area that an address names, and what every screen below them shares."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.identification.queries.places import OutOfReach, Where, choose
from jingzhun.identification.queries.rounds import NoSuchRound
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.procedure.actions import CaseMoved, NotAllowed, NotYours
from jingzhun.publicity.rules import NotOfThisLevel
from jingzhun.registry.rules.refusals import Refused

View = Callable[..., HttpResponse]


def in_round(permission: str) -> Callable[[View], View]:
    """A view `(request, where, ...)` for a permission: nobody's area is not found, no round is told."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = request.GET
            try:
                where = choose(request.user, permission, asked.get("round", ""), asked.get("area", ""))
            except (OutOfReach, NoSuchRound) as error:
                raise Http404 from error
            if where is None:
                may_open = request.user.can(REVIEW_IN_COUNTY)
                return render(request, "identification/no_round.html", {"may_open": may_open})
            return view(request, where, *args, **kwargs)

        return requires(permission)(inner)

    return wrap


def crumbs(request: Request, where: Where, address: str) -> list[tuple[str, str]]:
    """The areas above the one shown, as far as they are the user's."""
    above = path(where.area.code)[:-1]
    return [
        (area.short_name, f"{address}?round={where.round.pk}&area={area.code}")
        for area in above
        if request.user.can(VIEW_CASES, area.code)
    ]


def asked_village(where: Where) -> Area:
    """The village that the address names. Raises Http404 for anything else."""
    if not where.is_village:
        raise Http404
    return where.area


def keys_of(texts: list[str], most: int = 2_000) -> dict[int, int]:
    """`key:version` of ticked cases as versions by key; nonsense is left aside."""
    seen = {}
    for text in texts[:most]:
        key, _colon, version = text.partition(":")
        if key.isascii() and key.isdigit() and len(key) < 19 and version.isascii() and version.isdigit():
            seen[int(key)] = int(version[:9])
    return seen


def told(
    request: Request, act: Callable[[], str], back: str, again: Callable[[], HttpResponse] | None = None
) -> HttpResponse:
    """Do something; say what came of it, or why not, on the page that it leads back to.

    `again`: where something was typed, the page with it, shown when nothing was written.
    """
    try:
        messages.success(request, act())
    except (NotYours, NotOfThisLevel) as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        for texts in refused.messages.values():
            for text in texts:
                messages.error(request, str(text))
    except (CaseMoved, NotAllowed) as refused:
        messages.warning(request, str(refused))
    else:
        return redirect(back)
    return again() if again else redirect(back)


def faults_told(form: Form) -> str:
    """What is wrong with a form whose page has no room for it at the fields."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
