"""The search box of the shell."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.queries import search as queries
from jingzhun.registry.queries.marks import mark
from jingzhun.registry.rules.search import read_search

from .marking import numbers_marked


@requires(VIEW_HOUSEHOLDS)
def find(request: Request) -> HttpResponse:
    """What was typed into the shell's box: to the household if it is one, else to an address that tells no number."""
    text = line(request.POST.get("q", ""))
    found = queries.search(request.user, text)
    if found.only:
        return redirect("registry:household", found.only)
    if not text:
        return redirect("registry:households")
    return redirect(f"{reverse('registry:search')}?{urlencode({'q': mark(request.user, text)})}")


@requires(VIEW_HOUSEHOLDS)
@numbers_marked
def search(request: Request) -> HttpResponse:
    """Households, people and villages; a single household found is opened."""
    text = line(request.GET.get("q", ""))
    found = queries.search(request.user, text)
    if found.only:
        return redirect("registry:household", found.only)
    shown = "" if read_search(text).index else text
    return render(request, "registry/search.html", {"q": shown, "asked": text, "found": found, "heading": _("Search")})
