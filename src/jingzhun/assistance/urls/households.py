"""Addresses of assistance: the help of one household, and lists of it."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import households, lists, measures, needs, overview, plans

urlpatterns: list[URLPattern] = [
    path("households/", lists.households, name="households"),
    path("households/export/", lists.export_households, name="households-export"),
    path("needs/", lists.needs, name="needs"),
    path("needs/export/", lists.export_needs, name="needs-export"),
    path("measures/", lists.measures, name="measures"),
    path("measures/export/", lists.export_measures, name="measures-export"),
    path("visits/", lists.visits, name="visits"),
    path("visits/export/", lists.export_visits, name="visits-export"),
    path("overview/", overview.overview, name="overview"),
    path("overview/export/", overview.export, name="overview-export"),
    path("measures/approve/", measures.approve_many, name="measures-approve"),
    path("households/<str:number>/", households.household, name="household"),
    path("households/<str:number>/panel/", households.panel, name="household-panel"),
    path("households/<str:number>/phone/", households.phone, name="household-phone"),
    path("households/<str:number>/visit/", households.visit, name="visit-new"),
    path("households/<str:number>/need/", households.need, name="need-new"),
    path("households/<str:number>/measure/", measures.plan, name="measure-new"),
    path("households/<str:number>/plan/", plans.begin, name="plan-new"),
    path("households/<str:number>/plan/<int:pk>/", plans.change, name="plan-change"),
    path("households/<str:number>/plan/<int:pk>/agree/", plans.agree, name="plan-agree"),
    path("households/<str:number>/plan/<int:pk>/again/", plans.open_again, name="plan-again"),
    path("plans/<int:pk>/paper/", households.plan_paper, name="plan-paper"),
    path("plans/draw-up/", plans.draw_up, name="plans-draw-up"),
    path("measures/<int:pk>/change/", measures.change, name="measure-change"),
    path("measures/<int:pk>/approve/", measures.approve, name="measure-approve"),
    path("measures/<int:pk>/deliver/", measures.deliver, name="measure-deliver"),
    path("measures/<int:pk>/confirm/", measures.confirm, name="measure-confirm"),
    path("measures/<int:pk>/drop/", measures.drop, name="measure-drop"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/answer/", needs.answer, name="need-answer"),
    path("needs/<int:pk>/route/", needs.route, name="need-route"),
    path("needs/<int:pk>/close/", needs.close, name="need-close"),
    path("photos/<int:pk>/", households.visit_photo, name="visit-photo"),
    path("papers/<int:pk>/", households.paper, name="paper"),
]
