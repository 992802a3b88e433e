"""Addresses of assistance: households."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
