"""Addresses of policy, by what people do there."""

from . import documents, entitlements, plan, policies

app_name = "policy"
urlpatterns = [
    *documents.urlpatterns,
    *policies.urlpatterns,
    *entitlements.urlpatterns,
    *plan.urlpatterns,
]
