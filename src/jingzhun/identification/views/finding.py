"""What every screen of identification looks up: the case, the household, the round; others' are not found."""

from django.http import Http404

from jingzhun.identification.models import Application, Round
from jingzhun.identification.queries.case_page import find
from jingzhun.identification.queries.rounds import NoSuchRound, chosen_round, rounds_of
from jingzhun.people.access import Request
from jingzhun.people.rules import VIEW_CASES
from jingzhun.registry.models import Household
from jingzhun.registry.queries.households import by_number


def application_of(request: Request, pk: int, permission: str = VIEW_CASES) -> Application:
    """The application of a case in the user's areas. Raises Http404."""
    found = find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def household_of(request: Request, number: str, permission: str) -> Household:
    """The household of a number in the user's areas. Raises Http404."""
    found = by_number(request.user, number, permission)
    if found is None:
        raise Http404
    return found


def round_of(request: Request, pk: int, permission: str = VIEW_CASES) -> Round:
    """A round of the user's county. Raises Http404."""
    found = rounds_of(request.user, permission).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def asked_round(request: Request) -> Round | None:
    """The round that the address names, else the one that runs; None where there is none. Raises Http404."""
    try:
        return chosen_round(request.user, request.GET.get("round", ""))
    except NoSuchRound as error:
        raise Http404 from error
