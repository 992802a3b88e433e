"""The table of addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("jingzhun.web.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("register/", include("jingzhun.registry.urls")),
    path("users/", include("jingzhun.people.urls")),
]
