"""A judge's own phone, without a login: below /public/panel/."""

from django.urls import path

from jingzhun.identification.views import judge

app_name = "judging"
urlpatterns = [
    path("", judge.enter, name="enter"),
    path("villages/", judge.villages, name="villages"),
    path("villages/<int:pk>/", judge.score, name="score"),
    path("leave/", judge.leave, name="leave"),
]
