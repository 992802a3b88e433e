"""Addresses of management: money and projects."""

from django.urls import path

from jingzhun.management.views import money, projects

app_name = "management"
urlpatterns = [
    path("funds/", money.funds, name="funds"),
    path("funds/add/", money.add_source, name="source-add"),
    path("funds/<int:pk>/", money.source, name="source"),
    path("funds/<int:pk>/arrival/", money.arrival, name="source-arrival"),
    path("funds/<int:pk>/allocate/", money.allocate, name="source-allocate"),
    path("funds/<int:pk>/release/<int:project>/", money.release, name="source-release"),
    path("transfers/<int:pk>/reverse/", money.reverse_transfer, name="transfer-reverse"),
    path("decisions/", money.decisions, name="decisions"),
    path("allocations/<int:pk>/decide/", money.decide_allocation, name="allocation-decide"),
    path("orders/<int:pk>/", money.order, name="order"),
    path("orders/<int:pk>/decide/", money.decide_order, name="order-decide"),
    path("payees/<int:pk>/refund/", money.refund, name="payee-refund"),
    path("projects/", projects.projects, name="projects"),
    path("projects/export/", projects.export, name="projects-export"),
    path("projects/add/", projects.draft, name="project-add"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/change/", projects.change, name="project-change"),
    path("projects/<int:pk>/households/", projects.households, name="project-households"),
    path("projects/<int:pk>/report/", projects.report, name="project-report"),
    path("projects/<int:pk>/photo/", projects.photo, name="project-photo"),
    path("projects/<int:pk>/order/", money.prepare_order, name="order-add"),
    path("projects/<int:pk>/<slug:name>/", projects.step, name="project-step"),
    path("stages/<int:pk>/done/", projects.stage, name="stage-done"),
    path("photos/<int:pk>/", projects.picture, name="picture"),
]
