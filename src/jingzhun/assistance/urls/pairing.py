"""Addresses of assistance: cadres and plans of pairing."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import cadres, helpers, pairing

urlpatterns: list[URLPattern] = [
    path("cadres/", cadres.cadres, name="cadres"),
    path("cadres/export/", cadres.export, name="cadres-export"),
    path("cadres/import/", cadres.take_in, name="cadres-import"),
    path("cadres/template/", cadres.template, name="cadres-template"),
    path("cadres/add/", cadres.add, name="cadre-add"),
    path("cadres/<int:pk>/", cadres.cadre, name="cadre"),
    path("cadres/<int:pk>/change/", cadres.change, name="cadre-change"),
    path("cadres/<int:pk>/leave/", cadres.leave, name="cadre-leave"),
    path("cadres/<int:pk>/kin/", cadres.kin_add, name="cadre-kin"),
    path("cadres/<int:pk>/letter/", cadres.letter, name="cadre-letter"),
    path("kin/<int:pk>/remove/", cadres.kin_remove, name="kin-remove"),
    path("pairing/", pairing.plans, name="pairing"),
    path("pairing/<int:pk>/", pairing.plan, name="pairing-plan"),
    path("pairing/<int:pk>/villages/", pairing.villages, name="pairing-villages"),
    path("pairing/<int:pk>/export/", pairing.export, name="pairing-export"),
    path("pairing/<int:pk>/letters/", pairing.letters, name="pairing-letters"),
    path("pairing/<int:pk>/publish/", pairing.publish, name="pairing-publish"),
    path("pairing/<int:pk>/drop/", pairing.drop, name="pairing-drop"),
    path("pairing/<int:pk>/pairs/<int:pair>/", pairing.change, name="pairing-change"),
    path("pairing/<int:pk>/pairs/<int:pair>/swap/", pairing.swap, name="pairing-swap"),
    path("households/<str:number>/helper/", helpers.give, name="helper-give"),
    path("pairings/<int:pk>/end/", helpers.end, name="helper-end"),
]
