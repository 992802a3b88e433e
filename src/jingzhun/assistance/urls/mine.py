"""Addresses of assistance: the households that one helps oneself."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import mine

urlpatterns: list[URLPattern] = [path("mine/", mine.mine, name="mine")]
