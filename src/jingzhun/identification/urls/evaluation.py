"""Meetings, notices, audits and reviews, cross-checks, comparison, causes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
