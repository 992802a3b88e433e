"""Builds the demo county: draws it, writes its workbooks, and imports them through the product's own importer."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from jingzhun.areas.actions import load_areas
from jingzhun.database.jobs import leave_with_parent
from jingzhun.journal.actions import SYSTEM, Decision, record
from jingzhun.journal.models import Entry
from jingzhun.registry.actions import imports
from jingzhun.registry.actions.village_reports import import_village_reports
from jingzhun.registry.models import Household, Import, Member

from .dirty import draw_dirty, write_dirty
from .help import play_help
from .logins import add_logins
from .reports import write_villages
from .story import play_round
from .targets import AREAS, INCOME_YEAR, Targets, rural_villages
from .workbooks import County, draw_county, write_town

COUNTY = "610426"
WHOLE = Targets()
BEGUN, BUILT = "demo.begun", "demo.built"  # decisions in the journal: a build that was interrupted lacks the second
Progress = Callable[[str, int, int], None]


class DemoFailed(Exception):
    """The demo county could not be built; the message says at which file and why."""


@dataclass
class Built:
    """What was built: workbooks, households and persons imported, seconds by phase.

    `acts` of the people who identified the poor in the round of 2014 were played; `helped` households have helpers and
    measures. `dirty` (a workbook with `faults` planted faults, and the list of them) is written only, not imported.
    """

    files: list[Path] = field(default_factory=list)
    acts: int = 0
    helped: int = 0
    dirty: list[Path] = field(default_factory=list)
    faults: int = 0
    households: int = 0
    persons: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    logins: list[dict[str, str]] = field(default_factory=list)


def is_wanted() -> bool:
    """Whether there is something to build: the register is empty, or a demo county in it was begun and not finished."""
    begun, built = (Entry.objects.filter(action=action).exists() for action in (BEGUN, BUILT))
    return not built and (begun or not Household.objects.exists())


def folder() -> Path:
    """Where the workbooks stay, for people to try."""
    path = Path(settings.VAR) / "demo"
    path.mkdir(parents=True, exist_ok=True)
    return path


def build(
    seed: int,
    progress: Progress = lambda *_: None,
    places: list[tuple[str, str, str]] | None = None,
    targets: Targets = WHOLE,
) -> Built:
    """Build the county into an empty register, or go on where an interrupted build ended. Raises DemoFailed.

    The same seed draws the same county again, so what came in already is passed over.
    """
    since = _begin(seed)
    built, began = Built(), time.monotonic()

    def lap(phase: str) -> None:
        nonlocal began
        built.seconds[phase] = round(time.monotonic() - began, 1)
        began = time.monotonic()

    load_areas(AREAS)
    built.logins = add_logins(folder())
    progress("drawing the population", 0, 1)
    county = draw_county(seed, places or rural_villages(), targets)
    lap("draw")
    dirty = draw_dirty(seed, county.persons.id_number.tolist())
    built.dirty, built.faults = list(write_dirty(dirty, folder())), len(dirty.planted)
    villages = folder() / "行政村.xlsx"
    write_villages(county, seed, villages)
    there, towns = _imported(since), towns_of(county)
    for number, path in enumerate(written_workbooks(county, towns)):
        progress(f"importing {path.name}", number, len(towns))
        if path.name not in there:
            import_workbook(path)
        built.files.append(path)
    import_village_reports(villages, area_code=COUNTY)
    built.files.append(villages)
    built.households, built.persons = Household.objects.count(), Member.objects.count()
    lap("write and import")
    with transaction.atomic():  # the round cannot be taken up in its middle: it is played whole or not at all
        built.acts = play_round(county, seed, COUNTY, progress).acts
        lap("play")
        share = targets.poor_households / WHOLE.poor_households
        built.helped = play_help(COUNTY, county.villages.code.tolist(), folder(), seed, progress, share)
        _tell(BUILT, {"seed": seed, "households": built.households, "persons": built.persons})
    lap("help")
    return built


def _begin(seed: int) -> datetime:
    """Note in the journal that a demo county is being built; gives when that was first done. Raises DemoFailed."""
    if not is_wanted():
        raise DemoFailed("The register is not empty: the demo county goes into an empty one only.")
    begun = Entry.objects.filter(action=BEGUN).last() or _tell(BEGUN, {"seed": seed})
    if begun.values["seed"] != seed:
        raise DemoFailed(
            f"A demo county was begun with the seed {begun.values['seed']} and not finished:"
            f" finish it by `jingzhun demo --seed {begun.values['seed']}`."
        )
    return begun.at


def _tell(action: str, values: dict[str, Any]) -> Entry:
    with transaction.atomic():
        return record(Decision(action, "area", COUNTY, COUNTY, values=values), by=SYSTEM)


def _imported(since: datetime) -> set[str]:
    """Names of the workbooks that came in since; what an interrupted build left half-read is given up."""
    mine = Import.objects.filter(area_code=COUNTY, by=None, created_at__gte=since)
    for job in mine.filter(state__in=Import.OPEN):
        imports.cancel(imports.give_up_if_abandoned(job))
    return set(mine.filter(state=Import.State.APPLIED).values_list("name", flat=True))


def towns_of(county: County) -> list[str]:
    """Names of the county's towns, in their order."""
    return sorted(set(county.villages.town.tolist()))


def written_workbooks(county: County, towns: Sequence[str]) -> Iterator[Path]:
    """One national export per town, each as soon as it is written, while those after it are being written."""
    with ProcessPoolExecutor(2, mp_context=get_context("fork"), initializer=leave_with_parent) as pool:
        paths = [folder() / f"{town}.xlsx" for town in towns]
        running = [pool.submit(write_town, county, town, path) for town, path in zip(towns, paths, strict=True)]
        for path, each in zip(paths, running, strict=True):
            each.result()
            yield path


def import_workbook(path: Path) -> dict[str, int]:
    """Import one workbook as a county officer would; every row must be accepted. Returns what was added, by kind."""
    with path.open("rb") as file:
        job = imports.take_in(file, path.name, by=None, area_code=COUNTY, year=INCOME_YEAR)
    imports.read(job)
    if job.state != Import.State.READY:
        raise DemoFailed(f"{path.name} was not understood: {job.error}")
    imports.confirm(job)
    job.refresh_from_db()
    if job.state != Import.State.APPLIED:
        raise DemoFailed(f"{path.name} was not imported: {job.error or job.state}")
    return {kind: job.counts[f"{kind}s"]["add"] for kind in ("household", "member", "survey")}
