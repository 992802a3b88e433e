"""Builds the demo county: draws it, writes its workbooks, and imports them through the product's own importer."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings

from jingzhun.areas.actions import load_areas
from jingzhun.registry.actions import imports
from jingzhun.registry.actions.village_reports import import_village_reports
from jingzhun.registry.models import Household, Import

from .dirty import draw_dirty, write_dirty
from .logins import add_logins
from .reports import write_villages
from .story import play_round
from .targets import AREAS, INCOME_YEAR, Targets, rural_villages
from .workbooks import County, draw_county, write_town

COUNTY = "610426"
Progress = Callable[[str, int, int], None]


class DemoFailed(Exception):
    """The demo county could not be built; the message says at which file and why."""


@dataclass
class Built:
    """What was built: workbooks, households and persons imported, seconds by phase.

    `acts` of the people who identified the poor in the round of 2014 were played. `dirty` (a workbook with `faults`
    planted faults, and the list of them) is written only, not imported.
    """

    files: list[Path] = field(default_factory=list)
    acts: int = 0
    dirty: list[Path] = field(default_factory=list)
    faults: int = 0
    households: int = 0
    persons: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    logins: list[dict[str, str]] = field(default_factory=list)


def is_empty() -> bool:
    """Whether the register has no household yet."""
    return not Household.objects.exists()


def folder() -> Path:
    """Where the workbooks stay, for people to try."""
    path = Path(settings.VAR) / "demo"
    path.mkdir(parents=True, exist_ok=True)
    return path


def build(seed: int, progress: Progress = lambda *_: None) -> Built:
    """Build the whole county into an empty register. Raises DemoFailed."""
    if not is_empty():
        raise DemoFailed("The register is not empty: the demo county goes into an empty one only.")
    built, began = Built(), time.monotonic()

    def lap(phase: str) -> None:
        nonlocal began
        built.seconds[phase] = round(time.monotonic() - began, 1)
        began = time.monotonic()

    load_areas(AREAS)
    built.logins = add_logins(folder())
    progress("drawing the population", 0, 1)
    county = draw_county(seed, rural_villages(), Targets())
    lap("draw")
    villages, built.files = write_workbooks(county, seed, progress)
    dirty = draw_dirty(seed, county.persons.id_number.tolist())
    built.dirty, built.faults = list(write_dirty(dirty, folder())), len(dirty.planted)
    lap("write")
    for number, path in enumerate(built.files):
        progress(f"importing {path.name}", number, len(built.files))
        counts = import_workbook(path)
        built.households += counts["household"]
        built.persons += counts["member"]
    import_village_reports(villages, area_code=COUNTY)
    built.files.append(villages)
    lap("import")
    built.acts = play_round(county, seed, COUNTY, progress).acts
    lap("play")
    return built


def write_workbooks(county: County, seed: int, progress: Progress) -> tuple[Path, list[Path]]:
    """The villages' reports, and one national export per town; towns are written side by side."""
    towns = sorted(set(county.villages.town.tolist()))
    paths = [folder() / f"{town}.xlsx" for town in towns]
    villages = folder() / "行政村.xlsx"
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        running = [pool.submit(write_town, county, town, path) for town, path in zip(towns, paths, strict=True)]
        write_villages(county, seed, villages)
        for number, each in enumerate(running):
            each.result()
            progress("writing workbooks", number + 1, len(running))
    return villages, paths


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
