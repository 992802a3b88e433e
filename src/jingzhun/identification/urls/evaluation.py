"""Meetings, notices, audits and reviews, cross-checks, comparison, causes."""

from django.urls import URLPattern, path

from jingzhun.identification.views import causes, comparison, crosscheck, meetings, notices, reviews

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.listed, name="meetings"),
    path("meetings/agenda/", meetings.agenda, name="agenda"),
    path("meetings/agenda/pdf/", meetings.agenda_paper, name="agenda-pdf"),
    path("meetings/new/", meetings.new, name="meeting-new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/correct/", meetings.correct, name="meeting-correct"),
    path("meetings/<int:pk>/votes/", meetings.votes, name="meeting-votes"),
    path("meetings/<int:pk>/pictures/", meetings.attach, name="meeting-attach"),
    path("meetings/<int:pk>/sign/", meetings.sign, name="meeting-sign"),
    path("notices/post/", notices.post, name="notice-post"),
    path("reviews/", reviews.page, name="reviews"),
    path("reviews/opinions/", reviews.record, name="reviews-record"),
    path("reviews/decide/", reviews.decide, name="reviews-decide"),
    path("lists/", crosscheck.lists, name="lists"),
    path("lists/take/", crosscheck.take, name="lists-take"),
    path("flags/", crosscheck.flags, name="flags"),
    path("flags/decide/", crosscheck.decide, name="flags-decide"),
    path("comparison/", comparison.page, name="comparison"),
    path("comparison/look/", comparison.look_again, name="look-again"),
    path("causes/", causes.page, name="causes"),
]
