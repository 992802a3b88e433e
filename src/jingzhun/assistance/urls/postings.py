"""Addresses of assistance: postings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
