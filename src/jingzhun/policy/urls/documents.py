"""Addresses of policy: documents."""

from django.urls import URLPattern, path

from jingzhun.policy.views import documents

urlpatterns: list[URLPattern] = [
    path("documents/", documents.listed, name="documents"),
    path("documents/export/", documents.export, name="documents-export"),
    path("documents/add/", documents.add, name="document-add"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/file/", documents.file, name="document-file"),
    path("documents/<int:pk>/change/", documents.change, name="document-change"),
]
