"""What the search box of the shell finds: households, people and villages of the user's areas."""

from dataclasses import dataclass

from django.db.models.functions import Length
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.areas.queries import search as search_areas
from jingzhun.areas.rules import Level
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.models import Household, Member
from jingzhun.registry.rules.search import Kind, read_search

from .asked import Asked
from .columns import head_of
from .households import is_member, matching

LIMIT = 20


@dataclass(frozen=True)
class Found:
    """The first of each kind; `more` says that there are more households or members than shown."""

    households: list[Household]
    members: list[Member]
    villages: list[Area]
    more: bool

    @property
    def nothing(self) -> bool:
        return not (self.households or self.members or self.villages)

    @property
    def only(self) -> str:
        """Number of the one household that everything leads to, else the empty text."""
        numbers = {h.number for h in self.households} | {m.household.number for m in self.members}
        return numbers.pop() if len(numbers) == 1 and not self.villages else ""


def search(user: User, text: str) -> Found:
    """Households by number or phone, people by name, pinyin or full ID, villages by name; at most three queries."""
    wanted = read_search(text)
    if wanted.kind == Kind.NOTHING:
        return Found([], [], [], False)
    households, members, villages = [], [], []
    if wanted.kind in (Kind.NUMBER, Kind.PHONE):
        head = head_of(Asked(timezone.localdate(), 0), "name")
        found = Household.objects.visible_to(user, VIEW_HOUSEHOLDS).filter(matching(text)).annotate(head_name=head)
        households = list(found.select_related("area__parent").order_by("number")[: LIMIT + 1])
    else:
        people = Member.objects.visible_to(user, VIEW_HOUSEHOLDS).filter(is_member(wanted))
        nearest = people.select_related("household__area__parent").order_by(Length("name"), "pinyin", "number")
        members = list(nearest[: LIMIT + 1])
    if wanted.kind in (Kind.NAME, Kind.PINYIN) or (wanted.kind == Kind.NUMBER and len(wanted.key) <= 12):
        areas = user.scope.areas_for(VIEW_HOUSEHOLDS)
        villages = list(search_areas(text, areas, limit=LIMIT, level=Level.VILLAGE).select_related("parent"))
    more = len(households) > LIMIT or len(members) > LIMIT
    return Found(households[:LIMIT], members[:LIMIT], villages, more)
