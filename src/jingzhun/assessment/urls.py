"""Addresses of assessment: schedule, listings, scores, supervision."""

from django.urls import path

from jingzhun.assessment.views import cards, scores

app_name = "assessment"
urlpatterns = [
    path("scores/", scores.scores, name="scores"),
    path("scores/compute/", scores.compute, name="scores-compute"),
    path("scores/appeals/", scores.appeals, name="score-appeals"),
    path("scores/appeals/<int:pk>/decide/", scores.decide, name="score-appeal-decide"),
    path("scores/points/<int:pk>/", scores.point, name="score-point"),
    path("scores/points/<int:pk>/enter/", scores.enter, name="score-point-enter"),
    path("scores/points/<int:pk>/appeal/", scores.appeal, name="score-point-appeal"),
    path("scores/points/<int:pk>/evidence/", scores.evidence, name="score-point-evidence"),
    path("scores/of/<int:pk>/", scores.score, name="score"),
    path("scores/of/<int:pk>/report/", scores.report, name="score-report"),
    path("scores/<int:pk>/export/", scores.export, name="scores-export"),
    path("scores/<int:pk>/values/", scores.enter_all, name="scores-enter"),
    path("scores/<int:pk>/<slug:name>/", scores.step, name="scores-step"),
    path("fund/", scores.fund, name="fund"),
    path("cards/", cards.cards, name="cards"),
    path("cards/adopt/", cards.adopt, name="cards-adopt"),
    path("cards/<int:pk>/", cards.card, name="card"),
    path("cards/<int:pk>/copy/", cards.copy, name="card-copy"),
    path("cards/<int:pk>/change/", cards.change, name="card-change"),
    path("cards/<int:pk>/issue/", cards.issue, name="card-issue"),
]
