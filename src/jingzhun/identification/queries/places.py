"""Where a screen looks: a round, and an area of the user's in its county."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.http import urlencode

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.identification.models import Round
from jingzhun.identification.rules import NAME
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.models import Case

from .rounds import of_key, rounds_of

COUNTY = DIGITS[Level.COUNTY]


@dataclass(frozen=True)
class Where:
    """A round and an area, with the rounds and the user's own areas to choose from."""

    round: Round
    area: Area
    rounds: tuple[Round, ...]
    top: tuple[Area, ...]

    @property
    def query(self) -> str:
        return urlencode({"round": str(self.round.pk), "area": self.area.code})

    @property
    def is_village(self) -> bool:
        return self.area.level == Level.VILLAGE

    @property
    def villages(self) -> QuerySet[Area]:
        """Villages of the area, of today."""
        return Area.objects.within(self.area.code).filter(level=Level.VILLAGE, valid_until=None).order_by("code")

    @property
    def places(self) -> QuerySet[Area]:
        """What lies right below the area: towns of a county, villages of a town."""
        level = Level.TOWN if self.area.level == Level.COUNTY else Level.VILLAGE
        return Area.objects.within(self.area.code).filter(level=level, valid_until=None).order_by("code")

    def cases(self, user: User) -> QuerySet[Case]:
        """The round's cases of households in the area that the user may see."""
        seen = Case.objects.visible_to(user, VIEW_CASES).in_areas((self.area.code,))
        return seen.filter(procedure=NAME, round=self.round.pk)


def areas_seen(user: User, area_code: str, permission: str = VIEW_CASES) -> list[str]:
    """What of an area is the user's: the area itself, or the parts of it that are; nothing outside it."""
    codes = user.scope.areas_for(permission)
    return [max(code, area_code, key=len) for code in codes if code.startswith(area_code) or area_code.startswith(code)]


class OutOfReach(LookupError):
    """The area asked for is none of the user's."""


def choose(user: User, permission: str, round_key: str = "", area_code: str = "") -> Where | None:
    """The round asked for, else the latest that runs; the area asked for, else the user's first.

    None where there is no round. Raises OutOfReach, NoSuchRound. Three queries.
    """
    rounds = list(rounds_of(user, permission))
    round_ = of_key(rounds, round_key)
    if round_ is None:
        return None
    own = areas_seen(user, round_.area_id, permission)
    wanted = area_code or own[0]
    if not any(wanted.startswith(code) for code in own) or len(wanted) > DIGITS[Level.VILLAGE]:
        raise OutOfReach(wanted)
    found = {each.code: each for each in Area.objects.filter(code__in={wanted, *own})}
    if wanted not in found:
        raise OutOfReach(wanted)
    return Where(round_, found[wanted], tuple(rounds), tuple(found[code] for code in own if code in found))
