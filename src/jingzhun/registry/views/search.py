"""The search box of the shell."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.queries.search import search as find


@requires(VIEW_HOUSEHOLDS)
def search(request: Request) -> HttpResponse:
    """Households, people and villages; a single household found is opened."""
    text = line(request.GET.get("q", ""))
    found = find(request.user, text)
    if found.only:
        return redirect("registry:household", found.only)
    return render(request, "registry/search.html", {"q": text, "found": found, "heading": _("Search")})
