"""The public website: what everybody may read, without a login and without JavaScript."""

import json
from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.parameters.queries import values
from jingzhun.people.access import client_address
from jingzhun.publicity import rules
from jingzhun.publicity.actions.limits import attempt
from jingzhun.publicity.forms.cleaning import clean_text
from jingzhun.publicity.invitations import invitations_in
from jingzhun.publicity.queries import journal as journal_queries
from jingzhun.publicity.queries import poor_villages as poor
from jingzhun.publicity.queries import public as queries
from jingzhun.publicity.queries import statistics as counted
from jingzhun.publicity.queries.site import contacts_within, county, hotlines, whom_to_ask
from jingzhun.publicity.wording import in_language
from jingzhun.registry import dictionary
from jingzhun.registry.causes import county_causes

from .pages import elsewhere, kept, kept_long, page, public_page

LATEST = 8
LONGEST_WANTED = 30  # signs of what is looked for
LIST = ("town", "village", "state", "page")  # what the address of a list asks for
LOOKUPS, TEN_MINUTES = "lookups_per_address", 600


@public_page(kept)
def home(request: HttpRequest) -> HttpResponse:
    """What runs now, and the ways to everything else."""
    site = county()
    context: dict[str, Any] = {"running": [], "past": [], "towns": [], "open": []}
    if site:
        running = queries.notices_in(site.code, running=True)
        context = {
            "running": running[:LATEST],
            "running_count": running.count(),
            "past": queries.notices_in(site.code, running=False)[:4],
            "towns": queries.towns(site.code),
            "open": [each for each in invitations_in(site.code) if each[1]],
        }
    return page(request, "home", context)


@public_page(kept, asks=LIST)
def notices(request: HttpRequest) -> HttpResponse:
    """Notices now and past, by town and village."""
    return _list(request, announcements=False)


@public_page(kept, asks=LIST)
def announcements(request: HttpRequest) -> HttpResponse:
    """What the county announced."""
    return _list(request, announcements=True)


@public_page(kept)
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """One notice with its list, while it may be shown."""
    found = queries.public_notice(number.upper())
    if found is None:
        return not_yet(request, number)
    today = timezone.localdate()
    own = found.notice
    columns = [str(rules.PUBLIC_FIELDS[name]) for name in found.columns]
    rows = in_language(found.columns, found.rows)
    context = {
        "found": found,
        "notice": own,
        "columns": columns,
        "rows": [(position, list(zip(columns, cells, strict=True))) for position, cells in rows],
        "runs": own.runs,
        "days_left": rules.days_left(today, own.closes_on),
        "ask": whom_to_ask(own.area_id, today),
    }
    return page(request, "notice", context, names=found.names_persons)


def not_yet(request: HttpRequest, number: str) -> HttpResponse:
    """When a notice opens that has a number already, and nothing of its list. Raises Http404 where there is none."""
    coming = queries.coming_notice(number.upper())
    if coming is None:
        raise Http404
    context = {"notice": coming, "ask": whom_to_ask(coming.area_id, timezone.localdate())}
    return page(request, "not_yet", context, names=True)


@public_page(kept)
def notice_list(request: HttpRequest, number: str) -> HttpResponse:
    """The list as its fingerprint was made of it, for who wants to check that; only where the page shows it in full."""
    found = queries.public_notice(number.upper())
    if found is None or found.shown is None:
        raise Http404
    response = HttpResponse(rules.list_text(found.shown), content_type="application/json; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@public_page(kept, asks=["year"])
def poor_villages(request: HttpRequest) -> HttpResponse:
    """The poor villages of a year by town, all or those of a name."""
    site = county()
    years = poor.poor_village_years(site.code) if site else []
    asked = _year(request, years)
    if other := elsewhere(request, {"year": asked}):
        return other
    chosen = asked or (years[0] if years else 0)
    wanted = clean_text(request.GET.get("q", "")[:LONGEST_WANTED], lines=False)
    found = poor.poor_villages(site.code, chosen, wanted) if site and chosen else None
    return page(request, "poor_villages", {"years": years, "year": chosen, "found": found, "wanted": wanted})


@public_page(kept)
def standards(request: HttpRequest) -> HttpResponse:
    """Standards and procedure in plain words."""
    site = county()
    context: dict[str, Any] = {"lines": [], "values": {}, "causes": [], "ways": []}
    if site:
        own = county_causes(site.code, timezone.localdate())
        context = {
            "ways": invitations_in(site.code),
            "lines": queries.poverty_lines(site.code),
            "values": queries.public_values(site.code),
            "causes": [dictionary.label("county_cause", name) for name in own]
            or [label for _code, label in dictionary.choices("cause")],
        }
    return page(request, "standards", context)


@public_page(kept_long, asks=["year"])
def statistics(request: HttpRequest) -> HttpResponse:
    """Numbers that identify nobody."""
    site = county()
    year = _year(request, counted.years()) if request.GET.get("year") else 0
    if other := elsewhere(request, {"year": year}):
        return other
    found = counted.statistics(site.code, year or None) if site else None
    return page(request, "statistics", {"found": found})


@public_page(kept)
def journal(request: HttpRequest) -> HttpResponse:
    """The published roots, the proof that a decision is in one, and that one contains an earlier."""
    asked = request.GET.get("entry", "").strip()
    days = [request.GET.get(name, "").strip()[:10] for name in ("from", "to")]
    context: dict[str, Any] = {"roots": journal_queries.shown_roots(), "keys": journal_queries.public_keys()}
    if asked:
        context |= _proof(request, asked)
    if all(days):
        growth, unfit = journal_queries.growth_between(*days)
        context |= {"days": days, "growth": growth, "unfit": unfit}
        if growth:
            context["growth_text"] = json.dumps(growth.as_dict(), indent=2)
    text = context.get("proof_text") or context.get("growth_text")
    response: Any = page(request, "journal", context)
    if text and request.GET.get("as") == "json":
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    if asked or all(days):
        response.public_seconds = 0
    if context.get("why") == "often":
        response.status_code = 429
    return response


def _proof(request: HttpRequest, asked: str) -> dict[str, Any]:
    """An entry's proof, or why there is none; so often from one address, so that nobody counts the journal through."""
    site = county()
    limit = values([LOOKUPS], site.code, timezone.localdate()).get(LOOKUPS) if site else None
    if limit is not None and not attempt("journal", client_address(request), limit=int(limit), seconds=TEN_MINUTES):
        return {"asked": asked[:12], "why": "often"}
    proof, why = journal_queries.proof_of(asked)
    if proof is None:
        return {"asked": asked[:12], "why": why}
    entry = proof.proof.entry
    return {
        "asked": asked[:12],
        "proof": proof,
        "proof_text": json.dumps(proof.as_dict(), indent=2, ensure_ascii=False),
        "notice": entry["record"] if entry and entry["record_type"] == "notice" else "",
        "digest": entry["values"].get("digest", "") if entry else "",
    }


@public_page(kept_long)
def checkpoint(request: HttpRequest, day: str) -> HttpResponse:
    """The signed text of a day's root, as tools take it."""
    try:
        text = journal_queries.checkpoint_of(date.fromisoformat(day))
    except ValueError:
        text = None
    if text is None:
        raise Http404
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@public_page(kept)
def hotline(request: HttpRequest) -> HttpResponse:
    """Whom to ask, and how to object."""
    site = county()
    context: dict[str, Any] = {"offices": [], "hotlines": hotlines(timezone.localdate()), "running": False}
    if site:
        running = queries.notices_in(site.code, running=True).exists()
        context |= {"offices": contacts_within(site.code), "running": running}
    return page(request, "hotline", context)


def _list(request: HttpRequest, *, announcements: bool) -> HttpResponse:
    site = county()
    if site is None:
        empty = {"announcements": announcements, "towns": [], "villages": []}
        return elsewhere(request, {}) or page(request, "notices", empty)
    running = {"now": True, "past": False}.get(request.GET.get("state", ""))
    state = request.GET["state"] if running is not None else ""
    town, area = _places(request, site.code)
    place = area.code if area else ""
    found = queries.notices_in(place or site.code, running=running, announcements=announcements)
    pages = Paginator(found, queries.PER_PAGE).get_page(request.GET.get("page"))
    number = pages.number if request.GET.get("page") else None
    village = place if queries.is_village(place) else ""
    if other := elsewhere(request, {"town": town, "village": village, "state": state, "page": number}):
        return other
    context = {
        "announcements": announcements,
        "towns": queries.towns(site.code),
        "villages": queries.villages(place[:9]) if len(place) >= 9 else [],
        "place": place,
        "town": place[:9],
        "area": area,
        "state": state,
        "pages": pages,
        "heading": _("Announcements") if announcements else _("Notices"),
    }
    return page(request, "notices", context)


def _places(request: HttpRequest, county_code: str) -> tuple[str, Area | None]:
    """The town asked for by name, and the village or else the town to be shown; nothing for the whole county."""
    town, village = request.GET.get("town", ""), request.GET.get("village", "")
    if not (queries.is_town(town) and town.startswith(county_code)):
        town = ""
    if not (queries.is_village(village) and village.startswith(town or county_code)):
        village = ""
    found = Area.objects.in_bulk([code for code in (town, village) if code])
    return town if town in found else "", found.get(village) or found.get(town)


def _year(request: HttpRequest, years: Collection[int]) -> int:
    """The year asked for, 0 for none and for one that nothing is known of."""
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), 0)
