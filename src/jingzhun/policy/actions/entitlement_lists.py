"""Work lists of entitlements leave the house as workbooks."""

from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES
from jingzhun.policy.models import Entitlement
from jingzhun.policy.wording import name_of, title_of
from jingzhun.registry.dictionary import label
from jingzhun.registry.workbook.lists import Head, write_list

BATCH = 2_000


@transaction.atomic
def export_entitlements(found: QuerySet[Entitlement], target: BinaryIO, *, area_code: str, query: str, by: User) -> int:
    """Write a work list (of queries.worklists.listed) into a workbook and say so in the journal; number of rows."""
    heads = [
        Head(_("Village"), 14), Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Main cause"), 16),
        Head(_("Policy"), 28), Head(_("Department"), 16), Head(pgettext("entitlement", "Persons"), 10),
        Head(_("Yuan of the year"), 14), Head(_("What is missing"), 40),
    ]  # fmt: skip
    rows = write_list(target, _("Entitlements"), heads, map(_line, found.iterator(chunk_size=BATCH)), fixed=3)
    values = {"query": query, "rows": rows}
    decision = Decision(
        "policy.list_exported", "list", "entitlements", area_code, values=values, permission=VIEW_POLICIES
    )
    record(decision, by=by)
    return rows


def _line(each: Any) -> list[Any]:
    return [
        Area(name=each.village or "").short_name,
        each.number,
        each.head or "",
        label("cause", each.household.cause_main),
        title_of(each.version),
        each.version.department,
        each.persons or None,
        each.value,
        pgettext("between words", ", ").join(map(name_of, each.missing)),
    ]
