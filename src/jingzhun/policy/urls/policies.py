"""Addresses of policy: policies."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
