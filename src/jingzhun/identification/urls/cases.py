"""Rounds, work lists, applications, home visits."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
