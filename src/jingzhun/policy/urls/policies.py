"""Addresses of policy: policies."""

from django.urls import URLPattern, path

from jingzhun.policy.views import drafts, policies, what_if

urlpatterns: list[URLPattern] = [
    path("policies/", policies.listed, name="policies"),
    path("policies/export/", policies.export, name="policies-export"),
    path("facts/", policies.facts, name="facts"),
    path("policies/add/", drafts.add, name="policy-add"),
    path("policies/<int:pk>/", policies.policy, name="policy"),
    path("policies/<int:pk>/end/", policies.end, name="policy-end"),
    path("policies/<int:pk>/draft/", drafts.new_version, name="policy-draft"),
    path("drafts/preview/", drafts.preview, name="draft-preview"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/households/", drafts.households, name="draft-households"),
    path("drafts/<int:pk>/share/", drafts.share, name="draft-share"),
    path("drafts/<int:pk>/drop/", drafts.drop, name="draft-drop"),
    path("drafts/<int:pk>/publish/", drafts.publish, name="draft-publish"),
    path("what-if/", what_if.page, name="what-if"),
]
