"""Poor villages: nominations, notices, approvals, the review meeting."""

from django.urls import URLPattern, path

from jingzhun.identification.views import panel, village_lists, villages

urlpatterns: list[URLPattern] = [
    path("villages/", villages.listed, name="villages"),
    path("villages/export/", villages.exported, name="villages-export"),
    path("villages/nominate/", villages.nominate, name="village-nominate"),
    path("villages/notice/", village_lists.post, name="village-notice"),
    path("villages/approvals/", village_lists.approvals, name="village-approvals"),
    path("villages/send/", village_lists.send_on, name="villages-send"),
    path("villages/<int:pk>/", villages.nomination, name="nomination"),
    path("villages/<int:pk>/resolution/", villages.resolution, name="nomination-resolution"),
    path("villages/<int:pk>/statement/", villages.statement, name="nomination-statement"),
    path("villages/<int:pk>/decide/", villages.decide, name="nomination-decide"),
    path("panel/", panel.of_round, name="panel-of-round"),
    path("panel/<int:pk>/", panel.page, name="panel"),
    path("panel/<int:pk>/judges/", panel.invite, name="panel-invite"),
    path("panel/<int:pk>/begin/", panel.begin, name="panel-begin"),
    path("panel/<int:pk>/close/", panel.close, name="panel-close"),
    path("panel/<int:pk>/present/", panel.present, name="panel-present"),
    path("panel/<int:pk>/agenda/", panel.agenda, name="panel-agenda"),
    path("panel/judges/<int:pk>/", panel.judge, name="panel-judge"),
    path("panel/judges/<int:pk>/code/", panel.new_code, name="panel-judge-code"),
]
