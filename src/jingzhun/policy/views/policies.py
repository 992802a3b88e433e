"""Policies: what holds on a day, and one with its versions, in words."""

import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.methods.conditions import BadCondition
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_HOUSEHOLDS, VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy import kinds
from jingzhun.policy.actions import policies as actions
from jingzhun.policy.actions.exports import export_policies
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER
from jingzhun.policy.dictionary import facts as known_facts
from jingzhun.policy.filters import PolicyFilter
from jingzhun.policy.forms.policies import EndForm
from jingzhun.policy.links import answers
from jingzhun.policy.models import Policy, PolicyVersion
from jingzhun.policy.queries import policies as queries
from jingzhun.policy.rules.entitlement import condition_of
from jingzhun.policy.said import clauses_in_words
from jingzhun.policy.wording import benefit_of, how_to_apply, title_of
from jingzhun.registry import dictionary
from jingzhun.registry.rules.refusals import Refused

from .documents import without_nul
from .files import workbook


@requires(VIEW_POLICIES)
def listed(request: Request) -> HttpResponse:
    """Policies in force on a day, with what the last batch found in the user's areas."""
    on = _day(request)
    found, run = _filtered(request, on), queries.last_run(request.user, on)
    covered = queries.covered(request.user, run)
    nothing, area = queries.Covered(), request.user.scope.areas_for(VIEW_POLICIES)[0]
    rows = [_line(each, covered.get(each.policy_id, nothing), area, run) for each in found.qs]
    context = {
        "filter": found,
        "rows": rows,
        "run": run,
        "on": on,
        "query": found.query,
        "drafts": queries.drafts_for(request.user) if request.user.can(WRITE_POLICIES) else [],
        "may_write": request.user.can(WRITE_POLICIES),
        "total": sum((row["covered"].yuan for row in rows), queries.Covered().yuan),
        "heading": _("Policies"),
    }
    return render(request, "policy/policies.html", context)


@requires(VIEW_POLICIES)
def export(request: Request) -> HttpResponse:
    on, target = _day(request), io.BytesIO()
    found = _filtered(request, on)
    covered = queries.covered(request.user, queries.last_run(request.user, on))
    export_policies(found.qs, covered, target, query=found.query, by=request.user)
    return workbook(target, _("policies"))


@requires(VIEW_POLICIES)
def policy(request: Request, pk: int) -> HttpResponse:
    """One policy: what it gives and to whom, clause by clause; its versions; whom it covers by village."""
    found = find(request, pk)
    today = timezone.localdate()
    versions = list(found.versions.exclude(state=PolicyVersion.State.DRAFT).select_related("document", "published_by"))
    published = [each for each in versions if each.state == PolicyVersion.State.PUBLISHED]
    shown = queries.in_force_of(found, today) or (max(published, key=_since) if published else None)
    run = queries.last_run(request.user, today)
    villages = queries.covered_by_village(request.user, found, run)
    context = {
        "policy": found,
        "version": shown,
        "benefit": benefit_of(shown) if shown else "",
        "how_to_apply": how_to_apply(shown) if shown else "",
        "kind": kinds.label(shown.kind) if shown else "",
        "causes": [dictionary.label("cause", code) for code in shown.causes] if shown else [],
        "clauses": in_words(shown, HOUSEHOLD),
        "persons": in_words(shown, MEMBER),
        "versions": [(each, title_of(each), benefit_of(each)) for each in sorted(published, key=_since, reverse=True)],
        "drafts": queries.drafts_for(request.user).filter(policy=found) if request.user.can(WRITE_POLICIES) else [],
        "run": run,
        "villages": [
            (area, each, answers(area.code, found.code, "entitled", run.year) if run else "") for area, each in villages
        ],
        "lists": request.user.can(VIEW_HOUSEHOLDS),
        "today": today,
        "may_write": request.user.can(WRITE_POLICIES, found.area_id),
        "own_area": queries.own_area(request.user, found) if request.user.can(WRITE_POLICIES) else None,
        "heading": title_of(shown) if shown else found.code,
        "crumbs": [(_("Policies"), reverse("policy:policies"))],
    }
    return render(request, "policy/policy.html", context)


@requires(VIEW_POLICIES)
def facts(request: Request) -> HttpResponse:
    """The dictionary: every fact that a policy may ask for, with its meaning, unit, source and first year."""
    text = line(request.GET.get("q", ""))[:40].casefold()
    found = [
        each for each in known_facts().values() if text in f"{each.name} {each.zh} {each.en} {each.meaning}".casefold()
    ]
    context = {
        "levels": [(label, [each for each in found if each.level == level])
                   for level, label in ((HOUSEHOLD, _("Of a household")), (MEMBER, _("Of a person")))],
        "q": text,
        "heading": _("Facts that policies may ask for"),
        "crumbs": [(_("Policies"), reverse("policy:policies"))],
    }  # fmt: skip
    return render(request, "policy/facts.html", context)


@requires(WRITE_POLICIES)
def end(request: Request, pk: int) -> HttpResponse:
    """End a policy without a new version."""
    found = find(request, pk)
    if not request.user.can(WRITE_POLICIES, found.area_id):
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_policy(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The policy ends on that day."))
            return redirect("policy:policy", pk)
    crumbs = [(_("Policies"), reverse("policy:policies")), (found.code, reverse("policy:policy", args=[pk]))]
    context = {"form": form, "heading": _("End the policy"), "crumbs": crumbs}
    return render(request, "policy/plan_form.html", context)


def find(request: Request, pk: int) -> Policy:
    found = queries.find(request.user, pk)
    if found is None:
        raise Http404
    return found


def in_words(version: PolicyVersion | None, level: str) -> Any:
    """The clauses in words; nothing of none, the text itself where it cannot be read any more."""
    text = (version.condition if level == HOUSEHOLD else version.member_condition) if version else ""
    if not text:
        return None
    try:
        return clauses_in_words(condition_of(text, level))
    except BadCondition:
        return {"text": text}


def _line(version: PolicyVersion, covered: queries.Covered, area: str, run: Any) -> dict[str, Any]:
    return {
        "version": version,
        "title": title_of(version),
        "kind": kinds.label(version.kind),
        "benefit": benefit_of(version),
        "covered": covered,
        "entitled_url": answers(area, version.policy.code, "entitled", run.year) if run else "",
        "unknown_url": answers(area, version.policy.code, "unknown", run.year) if run else "",
    }


def _since(version: PolicyVersion) -> date:
    return version.valid_from or date.min


def _filtered(request: Request, on: date) -> PolicyFilter:
    found = queries.versions_on(request.user, on).order_by("kind", "title", "pk")
    return PolicyFilter(without_nul(request), found, departments=queries.departments(request.user))


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()
