"""Addresses of assistance: organisations, what they pledge and give."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import coverage

urlpatterns: list[URLPattern] = [
    path("organisations/", coverage.organisations, name="organisations"),
    path("pledges/add/", coverage.pledge, name="pledge-add"),
]
