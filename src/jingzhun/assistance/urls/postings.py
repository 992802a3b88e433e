"""Addresses of assistance: the coverage board and postings."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import coverage, postings

urlpatterns: list[URLPattern] = [
    path("coverage/", coverage.board, name="board"),
    path("coverage/export/", coverage.export, name="board-export"),
    path("coverage/<str:code>/", coverage.place, name="place"),
    path("postings/", postings.postings, name="postings"),
    path("postings/add/", postings.post, name="posting-add"),
    path("postings/days/", postings.presence, name="presence"),
    path("postings/<int:pk>/", postings.posting, name="posting"),
    path("postings/<int:pk>/end/", postings.end, name="posting-end"),
    path("postings/<int:pk>/absence/", postings.absence, name="posting-absence"),
]
