"""The finding that somebody came to fix stands on top of the page where they fix it; saving says what became of it."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.methods.typed import LARGEST_KEY, whole
from jingzhun.people.access import Request
from jingzhun.registry import dictionary
from jingzhun.registry.checks import rule
from jingzhun.registry.models import CheckFinding
from jingzhun.registry.queries.checks import ToFix, to_fix


def asked_finding(request: Request) -> ToFix | None:
    """The finding that the address names (`?finding=`), for registry/checks/banner.html."""
    pk = whole(request.GET.get("finding", ""), 1, LARGEST_KEY)
    return to_fix(request.user, pk) if pk else None


def back_from(request: Request, otherwise: str) -> str:
    """Where a form leads that is left without saving: to the next finding for who works through a list of them."""
    found = asked_finding(request)
    return reverse("registry:finding-next", args=[found.finding.pk]) if found else otherwise


def saved(request: Request, otherwise: str) -> str:
    """Say that a form was saved and what became of the finding it was opened for; gives the address to go on to: the
    next finding, or the same form while the finding is still found."""
    found = asked_finding(request)
    if found is None:
        messages.success(request, _("Saved."))
        return otherwise
    words = {"who": found.who, "what": found.rule.title, "todo": found.rule.todo}
    if found.gone:
        messages.success(request, _("Saved. The finding is gone: %(who)s, %(what)s.") % words)
    elif found.finding.state == "open":
        words["values"] = ", ".join(f"{label} {text}" for label, text in found.told) or _("no value given")
        messages.warning(request, _("Saved, but still found: %(who)s, %(what)s (%(values)s). %(todo)s") % words)
        return fix_url(found.finding)
    else:
        messages.success(request, _("Saved."))
    return reverse("registry:finding-next", args=[found.finding.pk])


def fix_url(finding: CheckFinding) -> str:
    """Where a finding is fixed: the form of its row at the field, else the household's or the village's page."""
    found = rule(finding.code)
    query = f"?finding={finding.pk}" + (f"#id_{found.field}" if found.field else "")
    if finding.household is None:
        return reverse("registry:village-year", args=[finding.village_code, finding.year]) + query
    number = finding.household.number
    if finding.member is not None:
        return reverse("registry:member-edit", args=[number, finding.member.number]) + query
    if found.subject == "survey":
        return reverse("registry:survey-edit", args=[number, finding.year - 1]) + query
    if found.field in {field.name for field in dictionary.fields("household")}:
        return reverse("registry:household-edit", args=[number]) + query
    return reverse("registry:household", args=[number]) + f"?finding={finding.pk}"
