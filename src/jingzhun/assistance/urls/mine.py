"""Addresses of assistance: mine."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
