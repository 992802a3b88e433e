"""The finding that somebody came to fix, on top of the page where they fix it."""

from typing import Any

from django import template

from jingzhun.methods.typed import LARGEST_KEY, whole
from jingzhun.people.rules import RUN_CHECKS, VIEW_HOUSEHOLDS
from jingzhun.registry.checks import RULES
from jingzhun.registry.checks.telling import tell
from jingzhun.registry.queries.checks import finding_of, villages_of

register = template.Library()


@register.inclusion_tag("registry/checks/banner.html", takes_context=True)
def finding_banner(context: dict[str, Any]) -> dict[str, Any]:
    """The finding that the address names (`?finding=`), with what to do and the way to the next; else nothing."""
    request = context["request"]
    pk = whole(request.GET.get("finding", ""), 1, LARGEST_KEY)
    if pk is None or not request.user.can(RUN_CHECKS):
        return {}
    finding = finding_of(request.user, pk)
    if finding is None or finding.code not in RULES:
        return {}
    told = tell(finding.value, villages_of([finding]), lambda village: request.user.can(VIEW_HOUSEHOLDS, village))
    return {"finding": finding, "rule": RULES[finding.code], "told": told}
