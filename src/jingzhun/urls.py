"""The table of addresses."""

from django.urls import include, path

from jingzhun.web.urls import account_urlpatterns

urlpatterns = [
    path("", include("jingzhun.web.urls")),
    path("accounts/", include(account_urlpatterns)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("register/", include("jingzhun.registry.urls")),
    path("users/", include("jingzhun.people.urls")),
]
