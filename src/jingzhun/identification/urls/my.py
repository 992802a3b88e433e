"""A household's own page, without a login."""

from django.urls import path

from jingzhun.identification.views import my

app_name = "my"
urlpatterns = [
    path("", my.enter, name="enter"),
    path("application/", my.page, name="page"),
    path("apply/", my.apply, name="apply"),
    path("appeal/", my.appeal, name="appeal"),
    path("withdraw/", my.withdraw, name="withdraw"),
    path("phone/", my.phone, name="phone"),
    path("leave/", my.leave, name="leave"),
]
