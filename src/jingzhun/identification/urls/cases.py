"""Rounds, work lists, cases, applications, home visits, the procedure's table."""

from django.urls import URLPattern, path

from jingzhun.identification.views import applications, case, procedure, rounds, visit, work

urlpatterns: list[URLPattern] = [
    path("work/", work.work, name="work"),
    path("work/send/", work.sent_on, name="cases-send"),
    path("cases/", work.listed, name="cases"),
    path("work/ask/", work.asked, {"screen": "identification:work"}, name="work-ask"),
    path("cases/ask/", work.asked, {"screen": "identification:cases"}, name="cases-ask"),
    path("cases/export/", work.exported, name="cases-export"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/decide/", case.decided, name="case-decide"),
    path("cases/<int:pk>/contact/", case.contact, name="case-contact"),
    path("cases/<int:pk>/letter/", case.letter, name="case-letter"),
    path("cases/<int:pk>/visit/", visit.new, name="visit-new"),
    path("attachments/<int:pk>/", case.attachment, name="attachment"),
    path("applications/new/", applications.several, name="applications-new"),
    path("applications/new/ask/", applications.asked, name="applications-ask"),
    path("households/<household:number>/apply/", applications.one, name="apply"),
    path("households/<household:number>/code/", applications.code, name="code-new"),
    path("rounds/", rounds.listed, name="rounds"),
    path("rounds/open/", rounds.opened, name="round-open"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/report/", rounds.reported, name="round-report"),
    path("rounds/<int:pk>/close/", rounds.closed, name="round-close"),
    path("rounds/<int:pk>/quotas/", rounds.quotas, name="quotas"),
    path("rounds/<int:pk>/quotas/fill/", rounds.quotas_filled, name="quotas-fill"),
    path("procedure/", procedure.procedure, name="procedure"),
]
