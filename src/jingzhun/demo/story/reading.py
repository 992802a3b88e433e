"""Applications as the story reads them: with their cases, without what nobody in it looks at."""

from django.db.models import QuerySet

from jingzhun.identification.models import Application

OF_CASE = ("procedure", "subject", "area_code", "round", "step", "state", "since", "version")


def with_cases(found: QuerySet[Application]) -> QuerySet[Application]:
    """Applications with their cases and their households' numbers, in the order of those."""
    fields = (*(f"case__{name}" for name in OF_CASE), "household__number", "filed_on")
    return found.select_related("case", "household").only(*fields).order_by("household__number")
