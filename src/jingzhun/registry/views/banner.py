"""The finding that somebody came to fix stands on top of the page where they fix it."""

from jingzhun.methods.typed import LARGEST_KEY, whole
from jingzhun.people.access import Request
from jingzhun.registry.queries.checks import ToFix, to_fix


def asked_finding(request: Request) -> ToFix | None:
    """The finding that the address names (`?finding=`), for registry/checks/banner.html."""
    pk = whole(request.GET.get("finding", ""), 1, LARGEST_KEY)
    return to_fix(request.user, pk) if pk else None
