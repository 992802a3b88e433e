"""Addresses of assistance: handbooks and door cards."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import handbooks

urlpatterns: list[URLPattern] = [
    path("households/<str:number>/handbook/", handbooks.handbook, name="handbook"),
    path("households/<str:number>/card/", handbooks.card, name="door-card"),
    path("villages/<str:code>/handbooks/", handbooks.village_handbooks, name="village-handbooks"),
    path("villages/<str:code>/cards/", handbooks.village_cards, name="village-cards"),
]
