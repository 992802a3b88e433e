"""The county's farming year: works added, changed, ended; the usual year of the plateau taken over."""

import csv
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Measure, Season
from jingzhun.assistance.rules.seasons import Work, due_after_change
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record, record_many
from jingzhun.people.models import User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

USUAL = Path(__file__).parent.parent / "data" / "seasons.csv"


@dataclass(frozen=True)
class Told:
    """What is told of a work; `begins` and `ends` as MM-DD."""

    product: str
    work: str
    inputs: str
    begins: str
    ends: str
    days_before: int
    source: str
    product_en: str = ""
    work_en: str = ""
    inputs_en: str = ""


@cache
def usual_year() -> dict[str, Told]:
    """The usual farming year of the plateau by code (data/seasons.csv)."""
    with USUAL.open(encoding="utf-8", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    return {row.pop("code"): Told(**(row | {"days_before": int(row["days_before"])})) for row in rows}


@transaction.atomic
def load_usual_year(county: Area, *, by: User | System = SYSTEM, at: datetime | None = None) -> int:
    """Take over the works of the usual year that the county does not have; number of them. Raises NotYours, Refused."""
    require(by, ARRANGE_HELP, county.pk)
    if county.level != Level.COUNTY:
        raise Refused.because(_("The farming year is a county's."), "area")
    _hold(county)
    there = set(Season.objects.filter(area=county).values_list("code", flat=True))
    made = create_by_copy(
        [Season(area=county, code=code, **vars(told)) for code, told in usual_year().items() if code not in there]
    )
    record_many((_decision("assistance.season_added", each) for each in made), by=by, at=at)
    return len(made)


@transaction.atomic
def add_season(county: Area, told: Told, *, by: User, at: datetime | None = None) -> Season:
    """Add a work to a county's year. Raises NotYours, Refused."""
    require(by, ARRANGE_HELP, county.pk)
    _require_days(told)
    _hold(county)
    number = Season.objects.filter(area=county).count() + 1
    code = f"{slugify(told.work_en)[:30] or 'work'}-{number}"
    season = Season.objects.create(area=county, code=code, **vars(told))
    record(_decision("assistance.season_added", season), by=by, at=at)
    return season


@transaction.atomic
def change_season(season: Season, told: Told, *, by: User, at: datetime | None = None) -> int:
    """Change a work; measures that wait for it and would come too late are due earlier now; number of them.

    Raises NotYours, Refused.
    """
    found = Season.objects.select_for_update().get(pk=season.pk)
    require(by, ARRANGE_HELP, found.area_id)
    _require_days(told)
    before = found.work_of_year
    if found.ended_on:
        raise Refused.because(_("This work has ended; add it anew."))
    changed = [field.name for field in fields(told) if getattr(found, field.name) != getattr(told, field.name)]
    for name in changed:
        setattr(found, name, getattr(told, name))
    found.save(update_fields=changed)
    moved = _move_up(found, before)
    record(_decision("assistance.season_changed", found, fields=changed, measures=moved), by=by, at=at)
    return moved


def _hold(county: Area) -> None:
    """Who adds works to the same year at once does so one after the other."""
    Area.objects.select_for_update(no_key=True).get(pk=county.pk)


def _move_up(season: Season, before: Work) -> int:
    now = season.work_of_year
    waiting = Measure.objects.select_for_update().filter(season=season, state__in=("planned", "approved"))
    early = [(each, due_after_change(before, now, each.due_on)) for each in waiting.order_by("pk")]
    moved = [(each, day) for each, day in early if day < each.due_on]
    for each, day in moved:
        each.due_on = day
    Measure.objects.bulk_update([each for each, _day in moved], ["due_on"], batch_size=1_000)
    return len(moved)


@transaction.atomic
def end_season(season: Season, day: date, why: str, *, by: User, at: datetime | None = None) -> Season:
    """End a work: nothing is planned for it any more. Raises NotYours, Refused."""
    found = Season.objects.select_for_update().get(pk=season.pk)
    require(by, ARRANGE_HELP, found.area_id)
    if found.ended_on:
        raise Refused.because(_("This work has ended already."))
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    if day > timezone.localdate(at):
        raise Refused.because(_("The day lies in the future."), "day")
    found.ended_on = day
    found.save(update_fields=["ended_on"])
    record(_decision("assistance.season_ended", found, why.strip()), by=by, at=at)
    return found


def _require_days(told: Told) -> None:
    for name in ("begins", "ends"):
        try:
            Work.of(getattr(told, name), getattr(told, name), 0)
        except ValueError as error:
            raise Refused.because(_("Not a day of the year; write month and day as 03-05."), name) from error
    for name in ("product", "work", "inputs", "source"):
        if not getattr(told, name).strip():
            raise Refused.because(_("This must be said."), name)


def _decision(action: str, season: Season, why: str = "", **more: Any) -> Decision:
    told = {"work": str(season), "from": season.begins, "until": season.ends, **more}
    return Decision(action, "season", season.code, season.area_id, why=why, values=told)
