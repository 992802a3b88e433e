"""The acts of the round, put on a calendar and played in the order of time, each by who would do it."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.database.statistics import refresh_statistics
from jingzhun.demo.workbooks import County
from jingzhun.identification.actions import rounds
from jingzhun.identification.models import Round
from jingzhun.publicity.actions.notices import close_due

from .cast import Cast, assemble
from .listing import Listing
from .lists import hand_over
from .moments import at_nine
from .offices import schedule
from .plan import VillagePlan, draw_plans
from .village import Village

OPENED = date(2014, 4, 8)
WINDOW = (date(2014, 4, 10), date(2014, 7, 31))
DOCUMENT = "永扶发〔2014〕12号"
FIRST_CLOSING, LAST_CLOSING = date(2014, 5, 1), date(2014, 9, 25)
LISTS_ON = date(2014, 5, 12)
SPREAD = 5  # villages begin on one of so many days
COUNTED_EVERY = 7  # days
GROWING = ("identification", "procedure", "publicity")  # apps
Progress = Callable[[str, int, int], None]


@dataclass
class Played:
    """What was played: number of acts, and the round."""

    round: Round
    acts: int = 0


@dataclass
class Calendar:
    """Acts by their moment; what is put in while playing comes in its turn."""

    waiting: list[tuple[datetime, int, Callable[[datetime], Any]]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    def put(self, day: date, hour: int, act: Callable[[datetime], Any]) -> None:
        """An act on a day of the county's clock; acts of one hour follow each other by seconds."""
        number = next(self.numbers)
        moment = timezone.make_aware(datetime.combine(day, time(hour, number // 60 % 60, number % 60)))
        heapq.heappush(self.waiting, (moment, number, act))

    def play(self, told: Callable[[int, int], None]) -> int:
        """Play everything; number of acts."""
        played = 0
        while self.waiting:
            moment, _number, act = heapq.heappop(self.waiting)
            act(moment)
            played += 1
            told(played, played + len(self.waiting))
        return played


def play_round(county: County, seed: int, code: str, progress: Progress = lambda *_: None) -> Played:
    """Play the county's round of 2014 to its end, poor villages included.

    The households must stand in the register of residents already, and the villages' reports of the year be there.
    """
    plans = draw_plans(county, seed)
    cast = assemble(code, [plan.code for plan in plans])
    round_ = _open(plans, cast, code)
    calendar = Calendar()
    for day in range((LAST_CLOSING - FIRST_CLOSING).days + 1):
        calendar.put(FIRST_CLOSING + timedelta(days=day), 0, close_due)
    for day in range(3, (LAST_CLOSING - WINDOW[0]).days, COUNTED_EVERY):
        calendar.put(WINDOW[0] + timedelta(days=day), 23, lambda _at: refresh_statistics(GROWING))
    refresh_statistics(("registry",))  # just imported
    villages = Area.objects.in_bulk([plan.code for plan in plans])
    for number, plan in enumerate(plans):
        Village(county, plan, villages[plan.code], round_, cast, calendar).schedule(number % SPREAD)
    calendar.put(LISTS_ON, 9, lambda at: hand_over(county, plans, round_, cast, at))
    schedule(plans, round_, cast, calendar)
    Listing(county, round_, cast, calendar).schedule()
    played = calendar.play(lambda done, of: progress("playing the round of 2014", done, of))
    rounds.close_round(round_, by=cast.county, at=at_nine(date(2014, 10, 8)))
    return Played(round_, played)


def _open(plans: list[VillagePlan], cast: Cast, code: str) -> Round:
    round_ = rounds.open_round(
        Area.objects.get(pk=code),
        2014,
        "initial",
        WINDOW,
        by=cast.county,
        quota=sum(plan.quota for plan in plans),
        document=DOCUMENT,
        at=at_nine(OPENED),
    )
    quotas = {plan.code: plan.quota for plan in plans}
    rounds.set_quotas(round_, quotas, by=cast.county, at=at_nine(OPENED + timedelta(days=1)))
    return round_
