"""Addresses of the register's screens."""

from . import checks, exports, households, imports, villages

app_name = "registry"
urlpatterns = [
    *households.urlpatterns,
    *villages.urlpatterns,
    *checks.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
]
