"""The help of an area at one look, town by town or village by village."""

import io
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.actions.exports import export_overview
from jingzhun.assistance.queries import overview as queries
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_ASSISTANCE
from jingzhun.policy.views.files import workbook

LABELS: Mapping[str, str | Promise] = {
    "all": gettext_lazy("Households on the register"),
    "visit": gettext_lazy("a visit is due"),
    "helper": gettext_lazy("without a helper"),
    "plan": gettext_lazy("without a plan this year"),
    "agreement": gettext_lazy("plan not agreed yet"),
    "open": gettext_lazy("needs open"),
    "overdue": gettext_lazy("needs overdue"),
    "planned": gettext_lazy("measures planned"),
    "late": gettext_lazy("measures late"),
    "delivered": gettext_lazy("measures to be confirmed"),
    "confirmed": gettext_lazy("measures received"),
}
TONES = {"visit": "warn", "helper": "poor", "plan": "poor", "overdue": "poor", "late": "poor", "delivered": "warn"}


@requires(VIEW_ASSISTANCE)
def overview(request: Request) -> HttpResponse:
    """Numbers by town or village, each with the list behind it."""
    area = _area(request)
    rows = queries.overview(request.user, area, timezone.localdate())
    context = {
        "area": request.GET.get("area", ""),
        "towns": len(area) < Level.TOWN.digits,
        "labels": list(LABELS.values()),
        "rows": [{"code": row.code, "name": row.name, "cells": _cells(row)} for row in rows],
        "sums": [(label, sum(row.numbers.get(name, 0) for row in rows)) for name, label in LABELS.items()],
        "crumbs": _crumbs(area, request),
    }
    return render(request, "assistance/overview.html", context)


@requires(VIEW_ASSISTANCE)
def export(request: Request) -> HttpResponse:
    """The same as a workbook."""
    target, rows = io.BytesIO(), queries.overview(request.user, _area(request), timezone.localdate())
    labels = [str(label) for label in LABELS.values()]
    export_overview(rows, labels, target, query=request.GET.urlencode()[:500], by=request.user)
    return workbook(target, _("overview of help"))


def _cells(row: queries.Row) -> list[tuple[int, str | Promise, str, str]]:
    """Number, its label, its tone, and the address of the list behind it."""
    return [
        (number, LABELS[name], TONES.get(name, ""),
         f"{reverse(f'assistance:{where}')}?area={row.code}" + (f"&{narrowed}" if narrowed else ""))
        for number, name, where, narrowed in row.cells
    ]  # fmt: skip


def _area(request: Request) -> str:
    """The area that is asked for, else the user's. Raises Http404 for one beyond the user's."""
    whole = request.user.scope.common_area(VIEW_ASSISTANCE)
    own = whole if request.user.can(VIEW_ASSISTANCE, whole) else request.user.scope.areas_for(VIEW_ASSISTANCE)[0]
    area = request.GET.get("area", "") or own
    digits = area.isascii() and area.isdigit() and len(area) <= Level.VILLAGE.digits
    if not (digits and request.user.can(VIEW_ASSISTANCE, area) and Area.objects.filter(pk=area).exists()):
        raise Http404
    return area


def _crumbs(area: str, request: Request) -> list[tuple[str, str]]:
    found: list[tuple[Any, str]] = [(_("Help of households"), reverse("assistance:households"))]
    if request.GET.get("area"):
        found.append((_("Help by town and village"), reverse("assistance:overview")))
    return found
