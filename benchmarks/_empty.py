"""The product's addresses, and one page that is nothing but the shell."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from jingzhun.people.access import Request, anyone_logged_in
from jingzhun.urls import urlpatterns as product


@anyone_logged_in
def empty(request: Request) -> HttpResponse:
    page = engines["django"].from_string('{% extends "web/base.html" %}')
    return HttpResponse(page.render({"heading": "·"}, request))


urlpatterns = [path("empty/", empty), *product]
