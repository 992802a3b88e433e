"""How pages of the public website are made: their language by their address, nobody's login looked at."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jingzhun.people.access import public
from jingzhun.publicity.middleware import KNOWN
from jingzhun.publicity.queries.site import county
from jingzhun.publicity.wording import county_name

OTHER = {"public": "public-en", "public-en": "public"}


def public_page(seconds: Callable[[], int] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view to everybody, in the language of its address. `seconds`: how long its page may be kept."""

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            english = request.resolver_match is not None and request.resolver_match.namespace == "public-en"
            with translation.override("en" if english else "zh-hans"):
                try:
                    response = view(request, *args, **kwargs)
                except Http404:
                    response = page(request, "not_found", {}, status=404)
            response["Content-Language"] = "en" if english else "zh-CN"
            if seconds and request.method in ("GET", "HEAD") and response.status_code == 200:
                response.public_seconds = getattr(response, "public_seconds", seconds())  # type: ignore[attr-defined]
            return response

        return public(shown)

    return mark


def kept() -> int:
    """Seconds for which an ordinary page may be kept; never beyond the end of the day, when notices end."""
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, min(settings.PUBLIC_PAGE_SECONDS, int((midnight - now).total_seconds())))


def kept_long() -> int:
    return settings.PUBLIC_STATISTICS_SECONDS


def page(request: HttpRequest, name: str, context: dict[str, Any], *, names: bool = False, status: int = 200) -> Any:
    """A page of the public website. `names`: it names persons, so that no search engine may keep it."""
    match = request.resolver_match
    here = match.namespace if match and match.namespace in OTHER else "public"
    site = county()
    own = {
        "site": site,
        "site_county": county_name(site) if site else "",
        "names": names or status != 200,
        "lang": "en" if here == "public-en" else "zh-CN",
        "here": match.url_name if match else "",
        "other_url": _other(request, here),
        "links": _links(here),
    }
    response = render(request, f"publicity/public/{name}.html", own | context, status=status)
    if own["names"]:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def address(request: HttpRequest, path: str) -> str:
    """The whole address of a path of this site."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _other(request: HttpRequest, here: str) -> str:
    match = request.resolver_match
    if match is None or match.url_name is None or match.namespace not in OTHER:
        return reverse(f"{OTHER[here]}:home")
    asked = urlencode([(name, request.GET[name]) for name in KNOWN if name in request.GET])  # a page is kept for all
    return reverse(f"{OTHER[here]}:{match.url_name}", kwargs=match.kwargs) + (f"?{asked}" if asked else "")


def _links(here: str) -> list[tuple[str, str, str]]:
    """The menu: name of the page, its words, its address."""
    words = (
        ("home", _("Home")),
        ("notices", _("Notices")),
        ("announcements", _("Announcements")),
        ("poor-villages", _("Poor villages")),
        ("standards", _("Standards and procedure")),
        ("statistics", _("Statistics")),
        ("journal", _("Journal")),
        ("hotline", _("Hotline")),
    )
    return [(name, word, reverse(f"{here}:{name}")) for name, word in words]
