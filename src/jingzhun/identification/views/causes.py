"""Causes of poverty: how they are distributed, and where the declared cause and the facts do not agree."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.identification.queries import cause_counts as queries
from jingzhun.identification.queries.places import Where
from jingzhun.people.access import Request
from jingzhun.people.rules import VIEW_CASES
from jingzhun.registry import dictionary

from .where import crumbs, in_round

PAGE = 50
WHY = {
    "illness": gettext_lazy("illness, and no member is ill"),
    "disability": gettext_lazy("disability, and no member is disabled"),
    "schooling": gettext_lazy("schooling, and no member is at school"),
    "no_labour": gettext_lazy("no labour, although members can work"),
}
FIVE, TWELVE = "five", "twelve"


@in_round(VIEW_CASES)
def page(request: Request, where: Where) -> HttpResponse:
    """Main causes by place, by the county's five or the official twelve; the list behind a number; doubts."""
    groups = queries.mapping(where)
    by = request.GET.get("by", FIVE)
    by = TWELVE if by == TWELVE or not groups else FIVE
    found, official = queries.places(where), queries.official()
    labels = official if by == TWELVE else {name: dictionary.label("county_cause", name) for name, _held in groups}
    shown = found if by == TWELVE else queries.in_groups(found, groups)
    labels = {**labels, "": _("not told")}
    chart = queries.chart_of(shown, labels, lambda place, code: _address(where, place, by, code))
    used = [code for code in labels if any(place.counts[code] for place in shown)]
    doubts = queries.doubts(where)
    context = {
        "where": where,
        "by": by,
        "chart": chart,
        "heads": [labels[code] for code in used],
        "rows": [(place, [(place.counts[code], _address(where, place, by, code)) for code in used]) for place in shown],
        "mapping": [
            (dictionary.label("county_cause", name), [(official.get(each.cause, each.cause), each) for each in held])
            for name, held in groups
        ],
        "doubts": len(doubts),
        "keep": {"by": by},
        "crumbs": crumbs(request, where, reverse("identification:causes")),
    }
    context |= _listed(request, where, labels, groups, doubts)
    return render(request, "identification/causes/page.html", context)


def _listed(
    request: Request, where: Where, labels: dict[str, str], groups: Sequence[Any], doubts: list[queries.Doubt]
) -> dict[str, Any]:
    """The list that is shown: behind a number, or the doubtful ones."""
    cause, group = request.GET.get("cause"), request.GET.get("group")
    told = {doubt.case: doubt.causes for doubt in doubts}
    if cause is not None:
        keys, title = queries.cases_of(where, [cause]), dictionary.label("cause", cause) or _("not told")
    elif group is not None:
        held = next(([each.cause for each in each_held] for name, each_held in groups if name == group), [""])
        keys, title = queries.cases_of(where, held), dictionary.label("county_cause", group) or _("not told")
    else:
        keys, title = list(told), _("Declared cause and facts do not agree")
    listed = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    rows = queries.page_of(request.user, where, list(listed.object_list))
    return {
        "list_title": title,
        "chosen": cause is not None or group is not None,
        "page": listed,
        "list": [(row, [WHY[code] for code in told.get(row.case.pk, ())]) for row in rows],
    }


def _address(where: Where, place: queries.Place, by: str, code: str) -> str:
    asked = {"round": str(where.round.pk), "area": place.area.code, "by": by}
    asked |= {"cause" if by == TWELVE else "group": code}
    return f"{reverse('identification:causes')}?{urlencode(asked)}#list"
