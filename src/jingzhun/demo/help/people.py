"""Who helps: organisations with their pledges and teams, the cadres of the workbook, postings, and the pairing."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path

import numpy as np

from jingzhun.areas.models import Area, within
from jingzhun.assistance.actions.cadres import change_cadre, import_cadres
from jingzhun.assistance.actions.organisations import Arrived, Pledged, arrive_many, pledge_many, send_teams
from jingzhun.assistance.actions.pairing import make_plan, publish_plan
from jingzhun.assistance.actions.postings import Posted, note_absence, note_presence, post_many
from jingzhun.assistance.models import Pairing, Pledge, Posting, Team
from jingzhun.assistance.queries.coverage import poor_villages
from jingzhun.assistance.rules.postings import IN_TEAM
from jingzhun.demo.logins import LOGINS, add_helper
from jingzhun.demo.story.moments import at_nine
from jingzhun.people.actions import add_organisation
from jingzhun.people.models import Cadre, Organisation, User
from jingzhun.people.rules import Role

from .cadres import write_cadre_workbook
from .units import Unit, units

WORKBOOK = "帮扶干部.xlsx"
IMPORTED, PAIRED, POSTED = date(2014, 10, 20), date(2014, 10, 27), date(2014, 11, 1)
TERM_ENDS = date(2016, 11, 1)
YEARS = (2014, 2015)
ARRIVING = ((3, 20), (6, 18), (9, 22), (12, 10))  # days on which a quarter of a pledge arrives
ARRIVED = 0.94  # of the pledges of a year, on average
UNTIL = date(2015, 3, 31)  # the story's last day
MONTHS = (date(2014, 11, 1), date(2014, 12, 1), date(2015, 1, 1), date(2015, 2, 1))  # whose days the villages noted
SENDING = 40  # of the county's units, the largest


def gather(county: Area, villages: Sequence[str], folder: Path, seed: int, by: User, share: float) -> list[Unit]:
    """Organisations and the cadres of the workbook; `share` of them for a part of the county."""
    towns = [(area.pk, area.name) for area in Area.objects.filter(parent=county, valid_until=None).order_by("pk")]
    listed = units(towns, share)
    for unit in listed:
        add_organisation(unit.name, unit.level, Area.objects.get(pk=unit.town) if unit.town else county)
    path = folder / WORKBOOK
    write_cadre_workbook(listed, villages, seed, path)
    taken = import_cadres(path, county, by=by, at=at_nine(IMPORTED))
    if taken.bad:
        raise ValueError(f"{path.name}: {taken.bad[0]}")
    return listed


def give(county: Area, listed: Sequence[Unit], seed: int, by: User) -> None:
    """Pledges of both years, and what arrived of them so far, for the villages of the units' teams."""
    rng = np.random.default_rng([seed, 26])
    known = {each.name: each for each in Organisation.objects.all()}
    giving = [unit for unit in listed if unit.pledge]
    villages = {team.organisation_id: team.area for team in Team.objects.select_related("area")}
    for year in YEARS:
        first = at_nine(max(date(year, 1, 15), IMPORTED))
        rows = [Pledged(known[u.name], county, year, Decimal(u.pledge), u.purpose) for u in giving]
        for pledge in pledge_many(rows, by=by, at=first):
            share = min(1.0, float(rng.normal(ARRIVED, 0.05)))
            arrived = list(_arrivals(pledge, share, villages.get(pledge.organisation_id, county)))
            if arrived:
                arrive_many(arrived, by=by, at=at_nine(max(row.on for row in arrived)))


def _arrivals(pledge: Pledge, share: float, area: Area) -> Iterator[Arrived]:
    quarter = (pledge.amount * Decimal(round(share, 3)) / 4).quantize(Decimal(1))
    for month, day in ARRIVING:
        on = date(pledge.year, month, day)
        if on <= UNTIL and quarter:
            yield Arrived(pledge, on, quarter, area, f"{on:%Y%m%d}银行电汇")


def send(county: Area, listed: Sequence[Unit], by: User) -> list[Team]:
    """A team for every poor village: the departments' first, then the county's own units."""
    poor = sorted(poor_villages(county.pk, POSTED))
    known = {each.name: each for each in Organisation.objects.all()}
    departments = [unit for unit in listed if unit.team]
    own = sorted((unit for unit in listed if unit.level == "county"), key=lambda unit: -unit.cadres)[:SENDING]
    spread = poor[:: max(1, len(poor) // max(1, len(departments)))][: len(departments)]
    rest = [code for code in poor if code not in set(spread)]
    senders = [*zip(departments, spread, strict=False), *zip(cycle(own), rest, strict=False)]
    areas = Area.objects.in_bulk(poor)
    rows = [(known[unit.name], areas[code], POSTED) for unit, code in senders]
    return send_teams(rows, by=by, at=at_nine(POSTED))


def post(county: Area, teams: Sequence[Team], by: User) -> int:
    """First secretaries, leaders, teams of three, two commissioners in each town; number of postings."""
    serving = Cadre.objects.filter(county=county).order_by("number")
    able = iter(serving.filter(organisation__level="county").exclude(rank="county").order_by("rank", "number"))
    leaders = cycle(serving.filter(rank="county", organisation__level="county"))
    members: dict[int, list[Cadre]] = {}
    for cadre in serving.filter(rank="ordinary", organisation__in={team.organisation_id for team in teams}):
        members.setdefault(cadre.organisation_id, []).append(cadre)
    rows = []
    for team in teams:
        first, second = members[team.organisation_id].pop(), members[team.organisation_id].pop()
        rows += [
            Posted("first_secretary", next(able), team.area, POSTED, TERM_ENDS),
            Posted("leader", next(leaders), team.area, POSTED),
            Posted("team_leader", first, team.area, POSTED, TERM_ENDS, team),
            Posted("team_member", second, team.area, POSTED, TERM_ENDS, team),
        ]
    for town in Area.objects.filter(within(county.pk, "code"), level="town", valid_until=None):
        at_work = serving.filter(organisation__area=town, organisation__level="town", rank="ordinary")[:2]
        rows += [Posted("commissioner", cadre, town, POSTED) for cadre in at_work]
    made = post_many(rows, by=by, at=at_nine(POSTED))
    keep_days([each for each in made if each.kind in IN_TEAM], by)
    return len(made)


def keep_days(postings: Sequence[Posting], by: User) -> None:
    """What the villages noted of the first months: days in the village, and now and then a few days away."""
    for month in MONTHS:
        days = [(posting, 20 + (number * 5 + month.month * 3) % 7) for number, posting in enumerate(postings)]
        note_presence(days, month, by=by, at=at_nine(month + timedelta(days=33)))
    for number, posting in enumerate(postings[::25]):
        first = MONTHS[number % len(MONTHS)] + timedelta(days=8 + number)
        reason = ("县委党校培训", "住院治疗", "外出考察项目")[number % 3]
        note_absence(posting, first, first + timedelta(days=number % 4), reason, by=by, at=at_nine(first))


def pair(county: Area, by: User) -> int:
    """The plan of pairing, put in force."""
    plan = make_plan(county, 2014, IMPORTED, by=by, at=at_nine(date(2014, 10, 24)))
    return publish_plan(plan, PAIRED, by=by, at=at_nine(PAIRED))


def join_login(county: Area, by: User) -> None:
    """The demo's helper is a cadre who helps in the village of the demo's clerk."""
    clerk = next(each for each in LOGINS if each.role == Role.VILLAGE_CLERK)
    there = Pairing.objects.filter(household__village_code=clerk.area, cadre__rank="ordinary").order_by("cadre__number")
    anywhere = Pairing.objects.filter(cadre__county=county).order_by("cadre__number")
    pairing = there.first() or anywhere.first()
    if pairing is None:
        raise ValueError("nobody is paired")
    cadre = pairing.cadre
    change_cadre(cadre, {"user": add_helper(cadre)}, by=by, at=at_nine(PAIRED))
