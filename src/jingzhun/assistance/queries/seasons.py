"""The county's farming year, with the measures that wait for each work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Season
from jingzhun.assistance.rules.seasons import NAMES, due_on
from jingzhun.parameters.queries import values
from jingzhun.people.models import User

from .measures import late, measures_for, soon

YEAR_DAYS = 366
LEAP = 2000  # any leap year: bars are drawn by month and day


@dataclass(frozen=True)
class Bar:
    """A stretch of the year, in days from its beginning."""

    first: int
    days: int


@dataclass
class Line:
    """A work with its bars (two where it runs over New Year), its next due day, and the measures that wait for it."""

    season: Season
    bars: list[Bar]
    before: list[Bar]
    due: date
    waiting: int = 0
    late: int = 0
    soon: int = 0


def seasons_of(county: str, *, ended: bool = False) -> QuerySet[Season]:
    """Works of a county's farming year, product by product."""
    rows = Season.objects.filter(area=county).order_by("product", "begins", "code")
    return rows if ended else rows.filter(ended_on=None)


def warning_days(area: str, on: date) -> int:
    """How many days before it is due a measure is looked at; 0 where the parameter is not set."""
    return int(values(NAMES, area, on).get(NAMES[0], 0))


def soon_by(area: str, today: date) -> date:
    """What is due until this day is due soon."""
    return today + timedelta(days=warning_days(area, today))


def calendar(user: User, county: Area, today: date) -> list[Line]:
    """The year with what waits in the user's areas; four queries. What has ended stays while something waits for it."""
    lines = {season.pk: _line(season, today) for season in seasons_of(county.pk, ended=True)}
    counts = {
        "waiting": Count("pk"),
        "late": Count("pk", filter=late(today)),
        "soon": Count("pk", filter=soon(today, soon_by(county.pk, today))),
    }
    open_ones = measures_for(user).filter(season__in=lines, state__in=("planned", "approved")).order_by()
    for row in open_ones.values("season").annotate(**counts):
        line = lines[row["season"]]
        line.waiting, line.late, line.soon = row["waiting"], row["late"], row["soon"]
    return [line for line in lines.values() if line.waiting or line.season.ended_on is None]


def _line(season: Season, today: date) -> Line:
    work = season.work_of_year
    dues = (due_on(work, year) for year in (today.year, today.year + 1))
    begin, end = work.begin_in(LEAP), work.end_in(LEAP)
    return Line(
        season,
        bars=list(_bars(begin, end)),
        before=list(_bars(begin - timedelta(days=season.days_before), begin - timedelta(days=1))),
        due=next((due for due in dues if due >= today), due_on(work, today.year + 1)),
    )


def _bars(first: date, last: date) -> Iterable[Bar]:
    """Days of one year; what runs over New Year comes in two."""
    if last < first:
        return
    start, days = place_in_year(first), (last - first).days + 1
    yield Bar(start, min(days, YEAR_DAYS - start))
    if start + days > YEAR_DAYS:
        yield Bar(0, start + days - YEAR_DAYS)


def place_in_year(day: date) -> int:
    """How many days into the picture a day stands."""
    return (date(LEAP, day.month, day.day) - date(LEAP, 1, 1)).days
