"""Addresses of policy: plan."""

from django.urls import URLPattern, path

from jingzhun.policy.views import plan, plan_measures

urlpatterns: list[URLPattern] = [
    path("plan/", plan.current, name="plan-current"),
    path("plan/all/", plan.plans, name="plans"),
    path("plan/add/", plan.add, name="plan-add"),
    path("plan/<int:pk>/", plan.plan, name="plan"),
    path("plan/<int:pk>/change/", plan.change, name="plan-change"),
    path("plan/<int:pk>/adopt/", plan.adopt, name="plan-adopt"),
    path("plan/<int:pk>/drop/", plan.drop, name="plan-drop"),
    path("plan/<int:pk>/phases/add/", plan.phase, name="plan-phase-add"),
    path("plan/<int:pk>/phases/<int:phase>/", plan.phase, name="plan-phase"),
    path("plan/<int:pk>/targets/", plan.targets, name="plan-targets"),
    path("plan/<int:pk>/targets/import/", plan.import_targets, name="plan-targets-import"),
    path("plan/<int:pk>/targets/export/", plan.export_targets, name="plan-targets-export"),
    path("plan/<int:pk>/measures/", plan_measures.listed, name="plan-measures"),
    path("plan/<int:pk>/measures/export/", plan_measures.export, name="plan-measures-export"),
    path("plan/<int:pk>/measures/add/", plan_measures.add, name="plan-measure-add"),
    path("plan/measures/<int:pk>/change/", plan_measures.change, name="plan-measure-change"),
    path("plan/measures/<int:pk>/done/", plan_measures.done, name="plan-measure-done"),
]
