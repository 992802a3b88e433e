"""Households that a list overlooked: an objection said so and was upheld; no application has been taken yet."""

from django.db.models import Exists, OuterRef, QuerySet

from jingzhun.areas.models import within
from jingzhun.identification.models import Application, Round
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.publicity.models import Objection

from .notices import notices_about
from .rounds import NAME


def overlooked(user: User, round_: Round) -> QuerySet[Objection]:
    """Upheld objections for somebody missing that wait for an application in the user's villages, the first first."""
    kinds = [step.notice for step in procedure(NAME).steps if step.notice]
    found = Objection.objects.visible_to(user, WORK_IN_VILLAGE).filter(
        within(round_.area_id, "area_id"),
        kind=Objection.Kind.MISSING,
        state=Objection.State.UPHELD,
        notice__kind__in=kinds,
        notice__in=notices_about(Case.objects.filter(procedure=NAME, round=round_.pk)),
    )
    taken = Application.objects.filter(answers=OuterRef("pk"))
    return found.filter(~Exists(taken)).select_related("area").order_by("settled_at", "pk")
