"""Addresses of assistance, by what people do there."""

from . import handbooks, households, mine, organisations, pairing, postings, seasons

app_name = "assistance"
urlpatterns = [
    *organisations.urlpatterns,
    *pairing.urlpatterns,
    *postings.urlpatterns,
    *households.urlpatterns,
    *mine.urlpatterns,
    *seasons.urlpatterns,
    *handbooks.urlpatterns,
]
