"""Reads on areas."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from .models import Area, within
from .rules import Level, ancestors_of


def path(code: str) -> list[Area]:
    """Areas from the province down to the one asked for, as far as they are loaded; one query."""
    return list(Area.objects.filter(code__in=ancestors_of(code)).order_by("code"))


def children(code: str) -> QuerySet[Area]:
    return Area.objects.filter(parent_id=code)


def villages(code: str) -> QuerySet[Area]:
    """Villages and communities in an area."""
    return Area.objects.within(code).filter(level=Level.VILLAGE)


def search(text: str, prefixes: Iterable[str], limit: int = 20, level: Level | None = None) -> QuerySet[Area]:
    """Areas (of one level) in the given areas by code, Chinese name, pinyin or its initials, upper levels first."""
    text = text.replace("\0", "").strip()
    scope = Q(pk=None)
    for prefix in prefixes:
        scope |= within(prefix, "code")
    if text.isascii():
        key = text.replace(" ", "").lower()
        match = Q(code__startswith=key) | Q(initials__startswith=key) | Q(pinyin__startswith=key)
    else:
        match = Q(name__contains=text)
    found = Area.objects.filter(scope, match)
    return (found.filter(level=level) if level else found).order_by(Length("code"), "code")[:limit]
