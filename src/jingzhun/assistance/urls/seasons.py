"""Addresses of assistance: the farming year."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import seasons

urlpatterns: list[URLPattern] = [
    path("seasons/", seasons.calendar, name="seasons"),
    path("seasons/usual/", seasons.take_over, name="seasons-usual"),
    path("seasons/add/", seasons.add, name="season-add"),
    path("seasons/<int:pk>/change/", seasons.change, name="season-change"),
    path("seasons/<int:pk>/end/", seasons.end, name="season-end"),
]
