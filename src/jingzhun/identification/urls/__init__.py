"""Addresses of identification, by what people do there."""

from . import cases, evaluation

app_name = "identification"
urlpatterns = [*cases.urlpatterns, *evaluation.urlpatterns]
