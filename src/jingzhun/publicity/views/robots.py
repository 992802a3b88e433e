"""What search engines may do, and the short address that a printed notice carries."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jingzhun.people.access import public

from .pages import address

# Nobody is named on these; everything else is closed to search engines.
INDEXED = ("home", "announcements", "notices", "poor-villages", "standards", "statistics", "journal", "hotline")
ROBOTS = """User-agent: *
Allow: /public/
Allow: /static/
Disallow: /public/n/
Disallow: /public/en/n/
Disallow: /public/follow/
Disallow: /public/en/follow/
Disallow: /n/
Disallow: /
"""


@public
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{ROBOTS}Sitemap: {address(request, reverse('sitemap'))}\n", content_type="text/plain")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages that name nobody, in both languages."""
    pages = [reverse(f"{space}:{name}") for name in INDEXED for space in ("public", "public-en")]
    lines = "".join(f"<url><loc>{address(request, path)}</loc></url>" for path in pages)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    body = f"{head}{lines}</urlset>\n"
    return HttpResponse(body, content_type="application/xml")


@public
def short(request: HttpRequest, number: str) -> HttpResponse:
    """From the address on the board to the notice."""
    response = HttpResponseRedirect(reverse("public:notice", args=[number.upper()]))
    response["X-Robots-Tag"] = "noindex"
    return response
