"""Work lists of an area: households, needs, measures; each by the page, by what is asked, and as a workbook."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.assistance.actions.exports import export_households as write_households
from jingzhun.assistance.actions.exports import export_measures as write_measures
from jingzhun.assistance.actions.exports import export_needs as write_needs
from jingzhun.assistance.actions.exports import export_visits as write_visits
from jingzhun.assistance.models import Need
from jingzhun.assistance.queries import lists as queries
from jingzhun.assistance.queries import visits as of_visits
from jingzhun.assistance.queries.lists import Asked
from jingzhun.assistance.queries.measures import doubts_of
from jingzhun.assistance.queries.seasons import seasons_of
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import APPROVE_MEASURES, ASSIST, SEE_HELP, VIEW_ASSISTANCE
from jingzhun.policy import kinds
from jingzhun.policy.views.files import workbook

from .county import asked_date

PER_PAGE = 50
LACKS: Sequence[tuple[str, str | Promise, str, str]] = (
    ("", gettext_lazy("Households on the register"), "users-group", ""),
    ("visit", gettext_lazy("a visit is due"), "walk", "warn"),
    ("helper", gettext_lazy("without a helper"), "user-off", "poor"),
    ("plan", gettext_lazy("without a plan this year"), "clipboard-off", "poor"),
    ("agreement", gettext_lazy("plan not agreed yet"), "writing", "warn"),
    ("agreed", gettext_lazy("plan agreed"), "circle-check", "good"),
)
NEEDS: Sequence[tuple[str, str | Promise, str, str]] = (
    ("open", gettext_lazy("open"), "message-circle", ""),
    ("overdue", gettext_lazy("overdue"), "alarm", "poor"),
    ("answered", gettext_lazy("answered"), "message-check", "warn"),
    ("closed", gettext_lazy("closed"), "circle-check", "good"),
)
MEASURES: Sequence[tuple[str, str | Promise, str, str]] = (
    ("planned", gettext_lazy("planned"), "calendar", ""),
    ("approved", gettext_lazy("approved"), "thumb-up", ""),
    ("soon", gettext_lazy("due soon"), "hourglass", "warn"),
    ("late", gettext_lazy("late"), "alarm", "poor"),
    ("delivered", gettext_lazy("to be confirmed"), "writing", "warn"),
    ("confirmed", gettext_lazy("confirmed by the household"), "circle-check", "good"),
)

VISITS: Sequence[tuple[str, str | Promise, str, str]] = (
    ("", gettext_lazy("all visits"), "walk", ""),
    ("month", gettext_lazy("this month"), "calendar", ""),
    ("place", gettext_lazy("with the place by the phone"), "map-pin", ""),
    ("step", gettext_lazy("next step overdue"), "alarm", "poor"),
)


@requires(VIEW_ASSISTANCE)
def households(request: Request) -> HttpResponse:
    """Households on the register, by what their help lacks."""
    asked, today = _asked(request), timezone.localdate()
    found = queries.households(request.user, asked, today)
    numbers = queries.lacking_numbers(request.user, asked, today)
    numbers[""] = numbers.pop("all")
    return _listed(request, "households", asked, found, LACKS, numbers, _("Help of households"))


@requires(VIEW_ASSISTANCE)
def export_households(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    found = queries.households(request.user, _asked(request), timezone.localdate())
    return _file(request, found, write_households, _("help of households"))


@requires(SEE_HELP)
def needs(request: Request) -> HttpResponse:
    """Needs, what is due first."""
    asked, today = _asked(request), timezone.localdate()
    found = queries.needs(request.user, asked, today)
    numbers = queries.need_numbers(request.user, asked, today)
    return _listed(request, "needs", asked, found, NEEDS, numbers, _("Needs of households"))


@requires(SEE_HELP)
def export_needs(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    return _file(request, queries.needs(request.user, _asked(request), timezone.localdate()), write_needs, _("needs"))


@requires(SEE_HELP)
def measures(request: Request) -> HttpResponse:
    """Measures, what is due first."""
    asked, today = _asked(request), timezone.localdate()
    found = queries.measures(request.user, asked, today)
    numbers = queries.measure_numbers(request.user, asked, today)
    return _listed(request, "measures", asked, found, MEASURES, numbers, _("Measures for households"))


@requires(SEE_HELP)
def export_measures(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    found = queries.measures(request.user, _asked(request), timezone.localdate())
    return _file(request, found, write_measures, _("measures"))


@requires(SEE_HELP)
def visits(request: Request) -> HttpResponse:
    """Visits, the latest first."""
    asked, today = _asked(request), timezone.localdate()
    found = of_visits.visits(request.user, asked, today)
    numbers = of_visits.visit_numbers(request.user, asked, today)
    numbers[""] = numbers.pop("all")
    return _listed(request, "visits", asked, found, VISITS, numbers, _("Visits to households"))


@requires(SEE_HELP)
def export_visits(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    found = of_visits.visits(request.user, _asked(request), timezone.localdate())
    return _file(request, found, write_visits, _("visits"))


def _asked(request: Request) -> Asked:
    """What the address asks for; what is unknown narrows nothing. Raises Http404 for an area beyond the user's."""
    asked = request.GET
    area = line(asked.get("area", ""))[:15]
    if area and not (area.isascii() and area.isdigit() and request.user.can(VIEW_ASSISTANCE, area)):
        raise Http404
    state, lacks, kind, to = (line(asked.get(name, "")) for name in ("state", "lacks", "kind", "to"))
    season = line(asked.get("season", ""))
    return Asked(
        area,
        lacks if lacks in queries.LACKS else "",
        state if state in (*queries.NEED_STATES, *queries.MEASURE_STATES, *of_visits.STATES) else "",
        kind if kind in kinds.codes() else "",
        line(asked.get("q", ""))[:60],
        to if to in queries.TO else "",
        season if season == queries.ANY or (season.isascii() and season.isdigit() and len(season) < 10) else "",
        line(asked.get("product", ""))[:60],
        asked_date(request, "since"),
        asked_date(request, "until"),
    )


def _listed(
    request: Request,
    name: str,
    asked: Asked,
    found: QuerySet[Any],
    tiles: Sequence[tuple[str, str | Promise, str, str]],
    numbers: dict[str, int],
    heading: str,
) -> HttpResponse:
    field = "lacks" if name == "households" else "state"
    kept = {key: value for key, value in vars(asked).items() if value}
    kept["q"] = kept.pop("text", "")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    chosen = getattr(asked, field)
    context = {
        "heading": heading,
        "name": name,
        "page": page,
        "asked": asked,
        "query": urlencode({key: value for key, value in kept.items() if value}),
        "tiles": [
            (label, icon, tone, numbers[code], _address(kept, field, code), chosen == code)
            for code, label, icon, tone in tiles
        ],
        "chosen": chosen,
        "field": field,
        "kinds": kinds.choices() if name in ("needs", "measures") else [],
        "to": [(queries.ME, _("me")), *Need.Routed.choices] if name == "needs" else [],
        **(_seasons(request) if name == "measures" else {}),
        "villages": _villages(request),
        "today": timezone.localdate(),
        "export": f"assistance:{name}-export",
        "flags": doubts_of(page.object_list, timezone.localdate()) if name == "measures" else {},
        "soon_by": queries.soon_for(request.user, timezone.localdate()) if name == "measures" else None,
        "may_approve": name == "measures" and chosen == "planned" and request.user.can(APPROVE_MEASURES),
        "may_draw_up": chosen == "plan" and request.user.can(ASSIST),
    }
    return render(request, f"assistance/{name}.html", context)


def _address(kept: dict[str, str], field: str, code: str) -> str:
    """The list with another filter; an empty code takes it away."""
    return "?" + urlencode({key: value for key, value in {**kept, field: code}.items() if value})


def _villages(request: Request) -> list[Area]:
    """Towns and villages to choose from; none where the user has one village."""
    areas = request.user.scope.areas_for(VIEW_ASSISTANCE)
    if len(areas) != 1 or len(areas[0]) >= Level.VILLAGE.digits:
        return []
    return list(Area.objects.filter(within(areas[0], "code"), level__in=("town", "village")).order_by("code"))


def _seasons(request: Request) -> dict[str, Any]:
    """Works of the farming year to choose from, those too that have ended, and what is grown or kept."""
    area = request.user.scope.common_area(SEE_HELP)
    found = seasons_of(area[: Level.COUNTY.digits], ended=True) if len(area) >= Level.COUNTY.digits else []
    return {"seasons": found, "products": {each.product: each for each in found}.values()}


def _file(request: Request, found: QuerySet[Any], write: Any, name: str) -> HttpResponse:
    target = io.BytesIO()
    write(found, target, query=request.GET.urlencode()[:500], by=request.user)
    return workbook(target, name)
