"""No personal number stays in an address, whoever wrote it there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from jingzhun.people.access import Request
from jingzhun.registry.queries.marks import mark, without_numbers

LONGEST = 60  # characters of a search
ASIDE = ("page", "open", "more", "marked", "csrfmiddlewaretoken")  # what is no part of what a list is asked for


def numbers_marked(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page asked for by a number leads on to the address with its mark; a form sees only the mark."""

    @wraps(view)
    def marked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        query = without_numbers(request.user, request.GET.urlencode())
        if query.getlist("q") != request.GET.getlist("q"):
            if request.method == "GET":
                return redirect(f"{request.path}?{query.urlencode()}")
            request.GET = query  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return marked


def to_list(request: Request, address: str) -> HttpResponse:
    """Lead to a list with what its form asks for; a personal number does not get into the address.

    A number searched before stands in the form as its mark (`marked`) and holds on until something else is typed.
    """
    asked = request.POST.copy()
    text = asked.get("q", "").strip()[:LONGEST] or asked.get("marked", "")
    asked["q"] = mark(request.user, text)
    return redirect(f"{address}?{filled(asked)}")


def filled(asked: QueryDict) -> str:
    """What is asked for, as the query of an address, without what is empty or no part of it."""
    for name in list(asked):
        values = [value for value in asked.getlist(name) if value]
        if values and name not in ASIDE:
            asked.setlist(name, values)
        else:
            del asked[name]
    return asked.urlencode()
