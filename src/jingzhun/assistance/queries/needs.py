"""Needs of households: whose they are to answer, and what is overdue."""

from datetime import date

from django.db.models import Q, QuerySet

from jingzhun.assistance.models import Need
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_MEASURES, ARRANGE_HELP, ASSIST

from .mine import seen_by

ANSWERED_BY = {
    Need.Routed.VILLAGE: ASSIST,
    Need.Routed.TOWN: APPROVE_MEASURES,
    Need.Routed.COUNTY: ARRANGE_HELP,
    Need.Routed.ORGANISATION: ARRANGE_HELP,
}


def needs_for(user: User) -> QuerySet[Need]:
    """Needs of the households whose help the user may read, what is due first."""
    rows = Need.objects.filter(household__in=seen_by(user).values("pk"))
    return rows.select_related("household", "organisation").order_by("due_on", "pk")


def may_answer(user: User, need: Need) -> bool:
    """Whether the need was given to the user's level; a level above may answer for those below."""
    if user.can(ANSWERED_BY[Need.Routed(need.routed)], need.household.village_code):
        return True
    return need.organisation_id is not None and _belongs(user, need.organisation_id)


def _belongs(user: User, organisation: int) -> bool:
    """Whether the user helps for an organisation: as a cadre of it."""
    return User.objects.filter(pk=user.pk, cadre__organisation=organisation, cadre__left_on=None).exists()


def overdue(on: date) -> Q:
    """Condition on needs that should have been answered."""
    return Q(state=Need.State.OPEN, due_on__lt=on)
