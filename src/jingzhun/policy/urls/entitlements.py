"""Addresses of policy: entitlements."""

from django.urls import URLPattern, path

from jingzhun.policy.views import entitlements, households, receipts

urlpatterns: list[URLPattern] = [
    path("entitlements/", entitlements.overview, name="entitlements"),
    path("entitlements/list/", entitlements.listed, name="entitlement-list"),
    path("entitlements/export/", entitlements.export, name="entitlement-export"),
    path("entitlements/run/", entitlements.run, name="entitlements-run"),
    path("entitlements/runs/<int:pk>/", entitlements.progress, name="entitlement-run"),
    path("entitlements/reference/", entitlements.reference, name="entitlements-reference"),
    path("households/<household:number>/", households.page, name="household"),
    path("households/<household:number>/panel/", households.panel, name="household-panel"),
    path("receipts/", receipts.upload, name="receipts-upload"),
    path("receipts/<int:pk>/take-back/", receipts.taken_back, name="receipt-take-back"),
]
