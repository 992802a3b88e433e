"""The table of addresses."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("users/", include("jingzhun.people.urls")),
    path("register/", include("jingzhun.registry.urls")),
]
