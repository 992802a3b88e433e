"""The coverage board of a county by town and by place, and one place of it."""

import io

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.actions.exports import export_board
from jingzhun.assistance.models import Posting
from jingzhun.assistance.queries import coverage as queries
from jingzhun.assistance.queries.postings import of_place
from jingzhun.assistance.rules.postings import COMMISSIONER, IN_TOWN, IN_VILLAGE, Lack
from jingzhun.assistance.telling import LACKS, LACKS_HAD
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ARRANGE_HELP, VIEW_ASSISTANCE
from jingzhun.policy.views.files import workbook

from .county import areas_of, asked_area, asked_day

PER_PAGE = 50
HELPER, FULL = "helper", "full"
IN_VILLAGES = tuple(lack for lack in Lack if lack is not Lack.COMMISSIONERS)


def _places(board: queries.Board, lacks: str) -> list[queries.Place]:
    """Workstations and villages of a board that lack something, or that are full."""
    rows = [*board.towns, *board.villages]
    if lacks in [each.value for each in Lack]:
        return [place for place in rows if lacks in place.lacks]
    if lacks == HELPER:
        return [place for place in rows if place.unhelped]
    if lacks == FULL:
        return [place for place in board.poor if not place.lacks]
    return rows


@requires(VIEW_ASSISTANCE)
def board(request: Request) -> HttpResponse:
    """Villages, households and workstations: full, or what is missing."""
    day, own, asked = asked_day(request), areas_of(request, VIEW_ASSISTANCE), asked_area(request, VIEW_ASSISTANCE)
    found, lacks = queries.board(asked or own, day), line(request.GET.get("lacks", ""))
    context = {
        "board": found,
        "page": Paginator(_places(found, lacks), PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode({"on": day.isoformat(), "lacks": lacks, "area": asked}),
        "base": urlencode({"on": day.isoformat(), "area": asked}),
        "day": day,
        "lacks": lacks,
        "area": get_object_or_404(Area, pk=asked) if asked else None,
        "grid": _grid(found, f"on={day.isoformat()}") if len(found.towns) > 1 else [],
        "heads": [LACKS_HAD[lack] for lack in IN_VILLAGES],
        "tiles": [(lack.value, LACKS[lack], found.lacking(lack)) for lack in Lack],
        "over": sum(
            1
            for place in (*found.villages, *found.towns)
            for each in place.postings
            if each.planned_until and each.planned_until < day
        ),
        "unhelped": found.households - found.helped,
        "may_arrange": request.user.can(ARRANGE_HELP),
        "heading": _("Coverage"),
        "crumbs": [(_("Coverage"), reverse("assistance:board"))] if asked else [],
    }
    return render(request, "assistance/board.html", context)


def _grid(board: queries.Board, day: str) -> list[dict[str, object]]:
    """Towns by what their villages have; every cell leads to what is missing there."""
    address = f"{reverse('assistance:board')}?{day}"
    return [
        {
            "town": row.town,
            "address": f"{address}&area={row.town.area.pk}",
            "poor": row.poor,
            "full": row.full,
            "cells": [
                (LACKS_HAD[lack], row.has(lack), row.poor, f"{address}&area={row.town.area.pk}&lacks={lack}")
                for lack in IN_VILLAGES
            ],
            "helped": row.helped,
            "households": row.households,
            "commissioners": len(row.town.of_kinds(COMMISSIONER)),
        }
        for row in board.by_town
    ]


@requires(VIEW_ASSISTANCE)
def export(request: Request) -> HttpResponse:
    """The board's places as a workbook, as they are narrowed."""
    own, asked = areas_of(request, VIEW_ASSISTANCE), asked_area(request, VIEW_ASSISTANCE)
    found = queries.board(asked or own, asked_day(request))
    target, rows = io.BytesIO(), _places(found, line(request.GET.get("lacks", "")))
    export_board(rows, target, query=request.GET.urlencode()[:500], by=request.user)
    return workbook(target, _("coverage"))


@requires(VIEW_ASSISTANCE)
def place(request: Request, code: str) -> HttpResponse:
    """One village or workstation: who is posted, what is missing, who was there before."""
    if not request.user.can(VIEW_ASSISTANCE, code):
        raise Http404
    found = get_object_or_404(Area, pk=code, level__in=(Level.TOWN, Level.VILLAGE))
    day = asked_day(request)
    here = queries.place(found, day)
    context = {
        "place": here,
        "kinds": _kinds(here),
        "terms": queries.terms_of(found.pk[: Level.COUNTY.digits], day),
        "ended": of_place(found),
        "teams": found.teams.select_related("organisation"),
        "may_arrange": request.user.can(ARRANGE_HELP, found.pk),
        "crumbs": [(_("Coverage"), reverse("assistance:board"))],
    }
    return render(request, "assistance/place.html", context)


def _kinds(place: queries.Place) -> list[tuple[str, str, list[Posting]]]:
    """Each kind of posting of the place with who holds it."""
    kinds = IN_TOWN if place.area.level == Level.TOWN else IN_VILLAGE
    return [(kind, str(Posting.Kind(kind).label), place.of_kinds(kind)) for kind in kinds]
