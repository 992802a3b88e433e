"""What if: another line, or drafts in the place of what holds; who gains, who loses, and the cost."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.methods.conditions import BadCondition
from jingzhun.parameters.queries import NoParameter, poverty_line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_HOUSEHOLDS, WRITE_POLICIES
from jingzhun.policy.forms.policies import WhatIfForm
from jingzhun.policy.problems import told_of
from jingzhun.policy.queries import coverage as covering
from jingzhun.policy.queries import policies as queries
from jingzhun.policy.queries.versions import versions_in_force
from jingzhun.policy.queries.what_if import Change, Effect, what_if
from jingzhun.policy.rules.entitlement import asks_for
from jingzhun.policy.wording import title_of
from jingzhun.registry import dictionary
from jingzhun.registry.queries.households import area_names

from .documents import without_nul

LINE = "poverty_line"  # the fact that a changed line changes


@requires(WRITE_POLICIES)
def page(request: Request) -> HttpResponse:
    """The form, and what comes of it; nothing is written, so that an address can be shared."""
    area = request.scope.areas_for(WRITE_POLICIES)[0]
    today, drafts = timezone.localdate(), queries.drafts_for(request.user)
    asked = bool(request.GET.get("line") or request.GET.getlist("drafts"))
    form = WhatIfForm(without_nul(request) if asked else None, drafts=drafts)
    context: dict[str, Any] = {
        "form": form,
        "drafts": drafts,
        "line": _line(area, today.year - 1),
        "heading": _("What if"),
        "lists": request.user.can(VIEW_HOUSEHOLDS),
    }
    if asked and form.is_valid():
        change = Change(form.cleaned_data["line"], tuple(form.cleaned_data["drafts"]))
        try:
            policies = versions_in_force(area, today)
            found = what_if(policies, change, area, today)
            asking = [*(each.version for each in policies), *change.drafts]
            context["line_unasked"] = change.line is not None and not any(asks_for(each, LINE) for each in asking)
        except BadCondition as bad:
            form.add_error(None, told_of(bad))
        else:
            context |= {"found": found, **_told(found)}
    return render(request, "policy/what_if.html", context)


def _told(found: Effect) -> dict[str, Any]:
    towns = area_names({code for code, _moved in found.by["town"]})
    gaining, losing = covering.named(found.gaining), covering.named(found.losing)
    villages = area_names({each.village_code for each in (*gaining, *losing)})
    tables = [
        (_("By policy"), [(title_of(version), moved) for version, moved in found.policies]),
        (_("By town"), [(towns.get(code, code), moved) for code, moved in found.by["town"]]),
        (_("By cause"), _labelled("cause", found)),
        (_("By kind of household"), _labelled("attribute", found)),
    ]
    return {"tables": tables, "gaining": gaining, "losing": losing, "villages": villages}


def _labelled(name: str, found: Effect) -> list[tuple[str, Any]]:
    return [(dictionary.label(name, code) or _("not stated"), moved) for code, moved in found.by[name]]


def _line(area: str, year: int) -> Any:
    try:
        return poverty_line(area, year)
    except NoParameter:
        return None
