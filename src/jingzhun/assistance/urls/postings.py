"""Addresses of assistance: the coverage board and postings."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import coverage

urlpatterns: list[URLPattern] = [
    path("coverage/", coverage.board, name="board"),
    path("postings/", coverage.postings, name="postings"),
    path("postings/add/", coverage.post, name="posting-add"),
    path("postings/<int:pk>/end/", coverage.end, name="posting-end"),
]
