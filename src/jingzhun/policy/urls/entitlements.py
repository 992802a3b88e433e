"""Addresses of policy: entitlements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
