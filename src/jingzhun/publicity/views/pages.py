"""How pages of the public website are made: their language by their address, nobody's login looked at."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jingzhun.people.access import public
from jingzhun.publicity.invitations import invitations
from jingzhun.publicity.middleware import KNOWN, NEVER_KEPT
from jingzhun.publicity.queries.site import county
from jingzhun.publicity.wording import county_name

OTHER = {"public": "public-en", "public-en": "public"}


def public_page(
    seconds: Callable[[], int] | None = None, *, asks: Collection[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view to everybody, in the language of its address.

    `seconds`: how long its page may be kept. `asks`: what its address may ask for; with anything else of
    middleware.KNOWN it leads to the address without, so that nobody fills the memory with one page many times.
    """

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = {name: request.GET[name] for name in asks if request.GET.get(name)}
            if seconds and (other := elsewhere(request, asked)):
                return other
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

        shown.keeps_pages = seconds is not None  # type: ignore[attr-defined]
        return public(shown)

    return mark


def elsewhere(request: HttpRequest, understood: Mapping[str, Any]) -> HttpResponse | None:
    """The way to the address of what was understood, where the one at hand asks for something else."""
    wanted = {name: str(value) for name, value in understood.items() if value}
    if all(request.GET.get(name, "") == wanted.get(name, "") for name in KNOWN):
        return None
    kept_aside = {name: request.GET[name] for name in NEVER_KEPT if request.GET.get(name)}
    asked = urlencode(wanted | kept_aside)
    return redirect(request.path + (f"?{asked}" if asked else ""))


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
        "own_pages": [(each.label, reverse(each.page)) for each in invitations()],
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
