from django.urls import URLPattern, path

from jingzhun.registry.views import checks, findings

urlpatterns: list[URLPattern] = [
    path("checks/", checks.checks, name="checks"),
    path("checks/run/", checks.run, name="checks-run"),
    path("checks/runs/<int:pk>/", checks.progress, name="check-run"),
    path("checks/<str:code>/", checks.check, name="check"),
    path("checks/<str:code>/export/", checks.export, name="check-export"),
    path("findings/<int:pk>/fix/", findings.fix, name="finding-fix"),
    path("findings/<int:pk>/next/", findings.following, name="finding-next"),
    path("findings/<int:pk>/accept/", findings.accept, name="finding-accept"),
    path("findings/<int:pk>/reopen/", findings.reopen, name="finding-reopen"),
]
