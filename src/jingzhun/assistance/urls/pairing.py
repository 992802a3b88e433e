"""Addresses of assistance: pairing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
