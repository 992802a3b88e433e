"""What befell cases on their way: a decision was taken on them, an objection was raised. A list behind each number."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.procedure.models import Case, Passage
from jingzhun.procedure.rules import Decision
from jingzhun.publicity.models import Objection

from .notices import ENTRY, entries_of

DECISIONS: dict[str, str | Promise] = {
    Decision.RETURN.value: _("sent back"),
    Decision.REFUSE.value: pgettext_lazy("case", "refused"),
    Decision.WITHDRAW.value: _("withdrawn"),
    Decision.APPEAL.value: _("appealed against a refusal"),
    Decision.REOPEN.value: _("appeal granted"),
    Decision.UPHOLD.value: _("refusal upheld"),
}
OBJECTIONS: dict[str, str | Promise] = {
    "objected": _("objected to"),
    "objection_upheld": _("objection upheld"),
    "objection_dismissed": _("objection dismissed"),
}
HAPPENED = DECISIONS | OBJECTIONS
_STATES = {
    "objected": Q(),
    "objection_upheld": Q(state=Objection.State.UPHELD),
    "objection_dismissed": Q(state=Objection.State.DISMISSED),
}


def to_which(found: QuerySet[Case], what: str) -> QuerySet[Case]:
    """Those of some cases to which something of HAPPENED happened, once or more often."""
    if what in DECISIONS:
        return found.filter(pk__in=Passage.objects.filter(decision=what).values("case"))
    against = Objection.objects.filter(_STATES[what], subject=OuterRef("entry"))
    return found.annotate(entry=ENTRY).filter(Exists(against))


def counts(found: QuerySet[Case]) -> list[tuple[str, str | Promise, int]]:
    """Name, label, and to how many of some cases it happened; two queries."""
    taken = Passage.objects.filter(case__in=found.order_by()).order_by().values_list("decision")
    told = dict(taken.annotate(cases=Count("case", distinct=True)))
    against = Objection.objects.filter(subject__in=entries_of(found))
    told |= against.aggregate(**{
        name: Count("subject", distinct=True, filter=state or Q(pk__isnull=False)) for name, state in _STATES.items()
    })  # fmt: skip
    return [(name, label, told.get(name, 0)) for name, label in HAPPENED.items()]
