"""Addresses of the public website, the same below /public/ (Chinese) and /public/en/ (English)."""

from django.urls import path

from jingzhun.publicity.views import objecting, public

app_name = "public"
urlpatterns = [
    path("", public.home, name="home"),
    path("notices/", public.notices, name="notices"),
    path("announcements/", public.announcements, name="announcements"),
    path("n/<slug:number>/", public.notice, name="notice"),
    path("n/<slug:number>/list.json", public.notice_list, name="notice-list"),
    path("n/<slug:number>/object/", objecting.object_to, name="object"),
    path("poor-villages/", public.poor_villages, name="poor-villages"),
    path("standards/", public.standards, name="standards"),
    path("statistics/", public.statistics, name="statistics"),
    path("journal/", public.journal, name="journal"),
    path("journal/<slug:day>.txt", public.checkpoint, name="checkpoint"),
    path("hotline/", public.hotline, name="hotline"),
    path("follow/", objecting.follow, name="follow"),
]
