"""Addresses of assistance: cadres and plans of pairing."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import pairing

urlpatterns: list[URLPattern] = [
    path("cadres/", pairing.cadres, name="cadres"),
    path("cadres/import/", pairing.cadres_import, name="cadres-import"),
    path("cadres/template/", pairing.cadres_template, name="cadres-template"),
    path("cadres/<int:pk>/", pairing.cadre, name="cadre"),
    path("cadres/<int:pk>/leave/", pairing.cadre_leaves, name="cadre-leave"),
    path("pairing/", pairing.plans, name="pairing"),
    path("pairing/<int:pk>/", pairing.plan, name="pairing-plan"),
    path("pairing/<int:pk>/publish/", pairing.publish, name="pairing-publish"),
    path("pairing/<int:pk>/drop/", pairing.drop, name="pairing-drop"),
    path("pairing/<int:pk>/pairs/<int:pair>/", pairing.change, name="pairing-change"),
]
