"""No personal number stays in an address, whoever wrote it there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from jingzhun.people.access import Request
from jingzhun.registry.queries.marks import without_numbers


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
