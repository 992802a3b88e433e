"""Addresses of assessment: schedule, listings, scores, supervision."""

from django.urls import URLPattern

app_name = "assessment"
urlpatterns: list[URLPattern] = []
