"""Addresses of assessment: schedule, listings, scores, supervision."""

from django.urls import URLPattern, path

from jingzhun.assessment.views import orders, supervision, tips

app_name = "assessment"
urlpatterns: list[URLPattern] = [
    path("inspections/", supervision.inspections, name="inspections"),
    path("inspections/add/", supervision.announce, name="inspection-add"),
    path("inspections/<int:pk>/", supervision.inspection, name="inspection"),
    path("inspections/<int:pk>/draw/", supervision.draw, name="inspection-draw"),
    path("inspections/items/<int:pk>/", supervision.item, name="item"),
    path("inspections/findings/<int:pk>/picture/", supervision.picture, name="finding-picture"),
    path("draws/<slug:draw>.csv", supervision.published_list, name="published-list"),
    path("draws/<slug:draw>.txt", supervision.published_draw, name="published-draw"),
    path("orders/", orders.orders, name="orders"),
    path("orders/export/", orders.export, name="orders-export"),
    path("orders/give/", orders.give, name="order-give"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/prove/", orders.prove, name="order-prove"),
    path("orders/<int:pk>/check/", orders.check, name="order-check"),
    path("orders/steps/<int:pk>/picture/", orders.picture, name="step-picture"),
    path("tips/", tips.tips, name="tips"),
    path("tips/export/", tips.export, name="tips-export"),
    path("tips/add/", tips.add, name="tip-add"),
    path("tips/<int:pk>/", tips.tip, name="tip"),
    path("tips/<int:pk>/reporter/", tips.reporter, name="tip-reporter"),
    path("tips/<int:pk>/forward/", tips.forward, name="tip-forward"),
    path("tips/<int:pk>/answer/", tips.answer, name="tip-answer"),
    path("tips/<int:pk>/tell/", tips.tell, name="tip-tell"),
]
