"""Whose household is whose: the households a user helps, and whether a user may help one at all."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jingzhun.assistance.models import Pairing
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ASSIST, HELP_OWN, VIEW_ASSISTANCE
from jingzhun.registry.models import Household

from .helpers import in_force


def cadre_of(user: User) -> Cadre | None:
    """The cadre that a user is, while serving."""
    return Cadre.objects.serving(timezone.localdate()).filter(user=user).first()


def mine(user: User, on: date | None = None) -> QuerySet[Household]:
    """Households that are paired with the user on a day, and none without the permission."""
    if not user.can(HELP_OWN):
        return Household.objects.none()
    day = on or timezone.localdate()
    paired = Pairing.objects.filter(in_force(day), household=OuterRef("pk"), cadre__user=user, cadre__left_on=None)
    return Household.objects.filter(Exists(paired), closed_on=None)


def helped_by(user: User) -> QuerySet[Household]:
    """Households for which the user may log visits and plan measures: of the own areas, and the own ones."""
    return _in_areas_or_mine(user, ASSIST)


def seen_by(user: User) -> QuerySet[Household]:
    """Households whose help the user may read."""
    return _in_areas_or_mine(user, VIEW_ASSISTANCE)


def may_help(user: User, household: Household) -> bool:
    """Whether the user may log visits and plan measures for a household."""
    return user.can(ASSIST, household.village_code) or mine(user).filter(pk=household.pk).exists()


def _in_areas_or_mine(user: User, permission: str) -> QuerySet[Household]:
    in_areas = Household.objects.visible_to(user, permission)
    own = mine(user)
    return Household.objects.filter(Q(pk__in=in_areas.values("pk")) | Q(pk__in=own.values("pk")))
