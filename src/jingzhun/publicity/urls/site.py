"""Addresses at the top of the site: the public website in both languages, the short address on a printed notice."""

from django.urls import include, path

from jingzhun.publicity.views import robots

from . import public

urlpatterns = [
    path("public/", include(public)),
    path("public/en/", include(public, namespace="public-en")),
    path("n/<slug:number>", robots.short, name="short-notice"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
]
