"""The table of addresses."""

from django.urls import include, path

from jingzhun.web.urls import account_urlpatterns
from jingzhun.web.views import language

urlpatterns = [
    path("", include("jingzhun.web.urls")),
    path("accounts/", include(account_urlpatterns)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language/", language, name="set_language"),
    path("register/", include("jingzhun.registry.urls")),
    path("identification/", include("jingzhun.identification.urls")),
    path("policy/", include("jingzhun.policy.urls")),
    path("assistance/", include("jingzhun.assistance.urls")),
    path("management/", include("jingzhun.management.urls")),
    path("assessment/", include("jingzhun.assessment.urls")),
    path("journal/", include("jingzhun.web.journal.urls")),
    path("parameters/", include("jingzhun.web.parameters.urls")),
    path("publicity/", include("jingzhun.publicity.urls.staff")),
    path("", include("jingzhun.publicity.urls.site")),
    path("public/my/", include("jingzhun.identification.urls.my")),
    path("public/panel/", include("jingzhun.identification.urls.judging")),
    path("api/", include("jingzhun.api.urls")),
    path("todo/", include("jingzhun.people.urls_todo")),
    path("users/", include("jingzhun.people.urls")),
]
