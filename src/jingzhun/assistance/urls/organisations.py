"""Addresses of assistance: organisations, what they pledge and give, their teams."""

from django.urls import URLPattern, path

from jingzhun.assistance.views import organisations

urlpatterns: list[URLPattern] = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/team/", organisations.send_team, name="team-send"),
    path("teams/<int:pk>/withdraw/", organisations.withdraw_team, name="team-withdraw"),
    path("pledges/add/", organisations.pledge, name="pledge-add"),
    path("pledges/<int:pk>/arrival/", organisations.arrival, name="arrival-add"),
    path("pledges/<int:pk>/withdraw/", organisations.withdraw_pledge, name="pledge-withdraw"),
]
