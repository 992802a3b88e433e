"""Addresses of identification, by what people do there."""

from . import cases, evaluation, villages

app_name = "identification"
urlpatterns = [*cases.urlpatterns, *evaluation.urlpatterns, *villages.urlpatterns]
