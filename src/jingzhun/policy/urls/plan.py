"""Addresses of policy: plan."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
