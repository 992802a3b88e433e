"""Addresses of assistance: organisations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
