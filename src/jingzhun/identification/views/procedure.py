"""The procedure as a table that a county officer reads."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jingzhun.identification.queries.procedure import table_rows
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_CASES


@requires(VIEW_CASES)
def procedure(request: Request) -> HttpResponse:
    """Step by step: who decides, what must be there, how many days, where it may go back; with the sources."""
    area = next(iter(request.user.scope.areas_for(VIEW_CASES)))
    return render(request, "identification/procedure.html", table_rows(area, timezone.localdate()))
