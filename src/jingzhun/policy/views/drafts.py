"""Drafts of policies: written by clauses, looked at before anybody is bound, shared, dropped, published."""

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from jingzhun.methods.conditions import BadCondition
from jingzhun.methods.typed import LARGEST_KEY, whole
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EXPORT_REGISTER, VIEW_HOUSEHOLDS, WRITE_POLICIES
from jingzhun.policy.actions import policies as actions
from jingzhun.policy.actions.exports import export_draft
from jingzhun.policy.forms.policies import PolicyForm, PublishForm
from jingzhun.policy.models import PolicyVersion
from jingzhun.policy.problems import told_of
from jingzhun.policy.queries import coverage as covering
from jingzhun.policy.queries import policies as queries
from jingzhun.policy.wording import benefit_of
from jingzhun.procedure.actions import NotYours
from jingzhun.registry import dictionary
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.rules.refusals import Refused

from .files import workbook
from .policies import find as find_policy

PER_PAGE, LAST = 50, 10**9


@requires(WRITE_POLICIES)
def add(request: Request) -> HttpResponse:
    """Write a new policy."""
    areas = queries.areas_to_write(request.user)
    if not areas:
        raise Http404
    form = PolicyForm(request.POST or None, user=request.user, areas=areas)
    if edited(request, form):
        return _editor(request, form, None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_policy(form.home, form.said(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The draft is saved; only you see it until you share or publish it."))
            return redirect("policy:draft", made.pk)
    return _editor(request, form, None)


@requires(WRITE_POLICIES)
def draft(request: Request, pk: int) -> HttpResponse:
    """Write on at a draft."""
    found = _find(request, pk)
    form = PolicyForm(request.POST or None, user=request.user, version=found)
    if edited(request, form):
        return _editor(request, form, found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_draft(found, form.said(), by=request.user, seen=request.POST.get("seen"))
        except Refused as refused:
            form.refuse(refused)
        except NotYours as refused:
            raise PermissionDenied from refused
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("policy:draft", pk)
    return _editor(request, form, found)


@requires(WRITE_POLICIES)
@require_POST
def preview(request: Request) -> HttpResponse:
    """What the form would mean as it stands, nothing saved: a part of the page."""
    key = whole(request.POST.get("draft", ""), 1, LARGEST_KEY)
    found = _find(request, key) if key else None
    areas = queries.areas_to_write(request.user)
    form = PolicyForm(request.POST, user=request.user, areas=areas, version=found)
    if not form.is_valid():
        return render(request, "policy/draft_preview.html", {"form": form, "errors": _errors(form)})
    version = PolicyVersion(policy=found.policy if found else None)
    said = form.said()
    try:
        actions.require_sound(said)
    except Refused as refused:
        form.refuse(refused)
        return render(request, "policy/draft_preview.html", {"form": form, "errors": _errors(form)})
    for name, value in vars(said).items():
        setattr(version, name, value)
    area = found.policy.area_id if found else form.home.code
    return render(request, "policy/draft_preview.html", _meaning(request, version, area, found))


@requires(WRITE_POLICIES)
def households(request: Request, pk: int) -> HttpResponse:
    """Every household that a saved draft covers, leaves unknown, favours or takes from; by page or as a workbook."""
    found, show = _find(request, pk), request.GET.get("show", "entitled")
    if show not in covering.SHOWS:
        show = "entitled"
    today = timezone.localdate()
    area = queries.county_of(found.policy.area_id, request.user)
    before = queries.in_force_of(found.policy, today)
    try:
        rows = covering.listed(found, area, today, before, show)
    except BadCondition as bad:
        messages.error(request, told_of(bad))
        return redirect("policy:draft", pk)
    if request.GET.get("format") == "xlsx":
        return _exported(request, found, show, rows)
    page = Paginator(rows, PER_PAGE).get_page(whole(request.GET.get("page", ""), 1, LAST) or 1)
    seen = {each.pk: each for each in covering.named([key for key, *_rest in page.object_list])}
    context = {
        "draft": found,
        "show": show,
        "shows": [(name, label) for name, label in _shows()],
        "page": page,
        "rows": [(seen[key], rest) for key, *rest in page.object_list if key in seen],
        "villages": area_names({each.village_code for each in seen.values()}),
        "lists": request.user.can(VIEW_HOUSEHOLDS),
        "exports": request.user.can(EXPORT_REGISTER),
        "heading": _("Households of the draft"),
        "crumbs": [(_("Policies"), reverse("policy:policies")), (found.title, reverse("policy:draft", args=[pk]))],
    }
    return render(request, "policy/draft_households.html", context)


@requires(WRITE_POLICIES)
@require_POST
def new_version(request: Request, pk: int) -> HttpResponse:
    """Begin a draft with what the policy says now."""
    policy = find_policy(request, pk)
    own = queries.own_area(request.user, policy)
    if own is None and not request.user.can(WRITE_POLICIES, policy.area_id):
        raise Http404
    try:
        if own:
            made = actions.draft_own(policy, own, by=request.user)
        else:
            made = actions.draft_version(policy, by=request.user)
    except Refused as refused:
        for texts in refused.messages.values():
            messages.error(request, " ".join(map(str, texts)))
        return redirect("policy:policy", pk)
    return redirect("policy:draft", made.pk)


@requires(WRITE_POLICIES)
@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    shared = request.POST.get("shared") == "yes"
    return _did(
        request, lambda: actions.share_draft(found, shared, by=request.user), reverse("policy:draft", args=[pk])
    )


@requires(WRITE_POLICIES)
@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    return _did(request, lambda: actions.drop_draft(found, by=request.user), reverse("policy:policies"))


@requires(WRITE_POLICIES)
def publish(request: Request, pk: int) -> HttpResponse:
    """Put the draft into force from a day on, with what it means before the eyes."""
    found = _find(request, pk)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.publish(found, data["on"], why=data["why"], by=request.user)
        except NotYours as refused:
            raise PermissionDenied from refused
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The policy holds from that day on."))
            return redirect("policy:policy", found.policy_id)
    context = _meaning(request, found, found.policy.area_id, found) | {
        "form": form,
        "draft": found,
        "heading": _("Publish: %(title)s") % {"title": found.title},
        "crumbs": [(_("Policies"), reverse("policy:policies")), (found.title, reverse("policy:draft", args=[pk]))],
    }
    return render(request, "policy/draft_publish.html", context)


def edited(request: Request, form: PolicyForm) -> bool:
    """Whether only the clauses were edited, by a button or another fact: nothing is saved then."""
    do = request.POST.get("do", "")
    if not do:
        return False
    prefix, _colon, what = do.partition(":")
    for editor in form.editors:
        if editor.prefix == prefix:
            editor.apply(what)
    return True


def _editor(request: Request, form: PolicyForm, found: PolicyVersion | None) -> HttpResponse:
    mine = found is None or found.made_by_id == request.user.pk
    context = {
        "form": form,
        "draft": found,
        "seen": request.POST.get("seen") or (actions.stamp_of(found) if found else ""),
        "mine": mine,
        "errors": [] if request.POST.get("do") else _errors(form) if form.is_bound else [],
        "heading": found.title if found else _("Write a policy"),
        "crumbs": [(_("Policies"), reverse("policy:policies"))],
    }
    return render(request, "policy/draft.html", context)


def _errors(form: PolicyForm) -> list[str]:
    """Everything that is wrong, that of a field with its name."""
    found = []
    for name, texts in form.errors.items():
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        found += [f"{label}{text}" for text in texts]
    return found


def _meaning(request: Request, version: PolicyVersion, area_code: str, saved: PolicyVersion | None) -> dict[str, Any]:
    """What a version means today, against what is in force of its policy."""
    today = timezone.localdate()
    area = queries.county_of(area_code, request.user)
    before = queries.in_force_of(saved.policy, today) if saved else None
    try:
        found = covering.coverage(version, area, today, before)
    except BadCondition as bad:
        return {"errors": [told_of(bad)]}
    villages = found.by["village_code"]
    names = area_names({code for code, _counts in villages})
    households_shown = covering.named(found.households)
    causes = [(dictionary.label("cause", code) or _("not stated"), counts) for code, counts in found.by["cause"]]
    types = [(dictionary.label("attribute", code) or _("not stated"), counts) for code, counts in found.by["attribute"]]
    return {
        "found": found,
        "before": before,
        "saved": saved,
        "benefit": benefit_of(version),
        "villages": [(names.get(code, code), counts) for code, counts in villages if counts.entitled or counts.unknown],
        "causes": causes,
        "types": types,
        "households": households_shown,
        "names": area_names({each.village_code for each in households_shown}),
        "lists": request.user.can(VIEW_HOUSEHOLDS),
    }


def _exported(request: Request, draft: PolicyVersion, show: str, rows: list[Any]) -> HttpResponse:
    if not request.user.can(EXPORT_REGISTER):
        raise PermissionDenied
    seen = {each.pk: each for each in covering.named([key for key, *_rest in rows])}
    names = area_names({each.village_code for each in seen.values()})
    lines = (
        [seen[key].number, seen[key].head, names.get(seen[key].village_code, ""), persons, value, before]  # type: ignore[attr-defined]
        for key, persons, value, before in rows
        if key in seen
    )
    target = io.BytesIO()
    export_draft(lines, target, query=f"draft={draft.pk}&show={show}", by=request.user)
    return workbook(target, _("households"))


def _shows() -> list[tuple[str, str]]:
    return [
        ("entitled", _("entitled")),
        ("unknown", pgettext("answer", "not known")),
        ("gains", _("gain")),
        ("loses", _("lose")),
    ]


def _find(request: Request, pk: int) -> PolicyVersion:
    found = queries.draft(request.user, pk)
    if found is None:
        raise Http404
    return found


def _did(request: Request, act: Callable[[], object], back: str) -> HttpResponse:
    try:
        act()
    except NotYours as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        for texts in refused.messages.values():
            messages.error(request, " ".join(map(str, texts)))
    else:
        messages.success(request, _("Done."))
    return redirect(back)
