"""The page that tells programmers of departments what the interface does: no script, nothing from elsewhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jingzhun.people.access import public

from .described import addresses


@public
def page(request: HttpRequest) -> HttpResponse:
    """Drawn from the schema itself, in the reader's language."""
    from .urls import api

    schema = api.get_openapi_schema()
    context = {
        "title": api.title,
        "addresses": addresses(schema),
        "schema": request.build_absolute_uri(reverse("api:openapi-json")),
        "rounds": request.build_absolute_uri(reverse("api:rounds")),
    }
    return render(request, "api/page.html", context)
