"""The public website's pages: kept ready for a while, told apart by nothing but their address, never with a cookie."""

import gzip
import hashlib
import threading
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import resolve

PREFIXES = ("/public/", "/n/")
# What an address may ask for; anything else is left aside and cannot fill the cache. Views read nothing else.
KNOWN = ("page", "state", "town", "village", "year")
NEVER_KEPT = ("entry", "from", "to", "q")  # what somebody looks up or chooses
LONGEST = 40  # signs that anything known can have
KEPT_HEADERS = ("Content-Type", "Content-Language", "Cache-Control", "X-Robots-Tag", "Location")


class Page(NamedTuple):
    """A page as it is kept: plain and packed; without cookies, also where a session was prolonged on the way."""

    status: int
    headers: dict[str, str]
    body: bytes
    packed: bytes
    etag: str


class PublicPages:
    """Answers from the process's own memory where a view allowed it (`response.public_seconds`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.locks = [threading.Lock() for _ in range(32)]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIXES):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return _closed(self.get_response(request))
        key = _key(request)
        if key is None:
            return _closed(self.get_response(request))
        if page := caches["pages"].get(key):
            return _answer(page, request)
        if not _may_be_kept(request):
            return _closed(self.get_response(request))
        with self.locks[hash(key) % len(self.locks)]:  # one works it out, the others wait for it
            if page := caches["pages"].get(key):
                return _answer(page, request)
            response = self.get_response(request)
            seconds = getattr(response, "public_seconds", 0)
            if not seconds or response.streaming:
                return _closed(response)
            response["Cache-Control"] = f"public, max-age={seconds}"
            page = _page(response)
            caches["pages"].set(key, page, seconds)
        return _answer(page, request)


def _key(request: HttpRequest) -> str | None:
    """The address with what it asks for, read as the views read it; None for what is never kept."""
    asked = request.GET
    known = [(name, asked[name]) for name in KNOWN if asked.get(name)]
    if any(asked.get(name) for name in NEVER_KEPT) or any(len(value) > LONGEST for _name, value in known):
        return None
    return hashlib.sha256(f"{request.path}?{urlencode(known)}".encode()).hexdigest()


def _may_be_kept(request: HttpRequest) -> bool:
    """Whether the view is one whose pages are kept; all others wait for nobody."""
    try:
        return getattr(resolve(request.path_info).func, "keeps_pages", False)
    except Http404:
        return False


def _page(response: HttpResponse) -> Page:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = response.content
    return Page(
        response.status_code, headers, body, gzip.compress(body, 6, mtime=0), hashlib.sha256(body).hexdigest()[:24]
    )


def _answer(page: Page, request: HttpRequest) -> HttpResponse:
    packs = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    etag = f'"{page.etag}{"-gz" if packs else ""}"'
    response: HttpResponse
    if page.status == 200 and etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.packed if packs else page.body, status=page.status)
        response["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""
        if packs:
            response["Content-Encoding"] = "gzip"
    for name, value in page.headers.items():
        if response.status_code != 304 or name in ("Cache-Control", "X-Robots-Tag"):
            response[name] = value
    response["ETag"] = etag
    response["Vary"] = "Accept-Encoding"
    response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return response


def _closed(response: HttpResponse) -> HttpResponse:
    """What came of something that somebody typed stays with them."""
    response["Cache-Control"] = "private, no-store"
    return response
