"""Findings leave the house as a workbook."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import RUN_CHECKS
from jingzhun.registry.checks import Rule
from jingzhun.registry.checks.telling import tell
from jingzhun.registry.models import CheckFinding
from jingzhun.registry.workbook.book import new_book

WIDTHS = (18, 18, 20, 14, 14, 44, 12, 40)


@transaction.atomic
def export_findings(
    found: QuerySet[CheckFinding],
    rule: Rule,
    target: BinaryIO,
    *,
    area_code: str,
    villages: dict[str, str],
    may_see: Callable[[str], bool],
    by: User,
) -> int:
    """Write the findings of one rule into a workbook and say so in the journal; gives their number."""
    number = 0
    with new_book(target) as book:
        sheet = book.add_worksheet(rule.code)
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_string(0, 0, f"{rule.code} {rule.title}", book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, str(rule.todo))
        for position, (head, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
            sheet.set_column(position, position, width)
            sheet.write_string(2, position, head, bold)
        for number, finding in enumerate(found.iterator(chunk_size=2000), 1):
            for position, text in enumerate(_row(finding, villages, may_see)):
                sheet.write_string(number + 2, position, text)
        sheet.autofilter(2, 0, number + 2, len(WIDTHS) - 1)
    values = {"rule": rule.code, "rows": number}
    record(Decision("checks.exported", "list", rule.code, area_code, values=values, permission=RUN_CHECKS), by=by)
    return number


def _heads() -> list[str]:
    return [
        _("Village"),
        _("Village code"),
        _("Household number"),
        _("Head"),
        _("Member"),
        _("What was found"),
        _("First seen"),
        _("Why accepted"),
    ]


def _row(finding: Any, villages: dict[str, str], may_see: Callable[[str], bool]) -> list[str]:
    told = "; ".join(f"{label}: {text}" for label, text in tell(finding.value, villages, may_see))
    return [
        villages.get(finding.village_code, ""),
        finding.village_code,
        finding.household.number if finding.household else "",
        finding.head_name or "",
        finding.member.name if finding.member else "",
        told,
        timezone.localdate(finding.first_seen).isoformat(),
        finding.accepted_why,
    ]
