"""Import of the villages' yearly reports: a workbook with one row per village and year, whole or not at all."""

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry.models import STANDING, VillageYear
from jingzhun.registry.workbook.problems import WorkbookRefused
from jingzhun.registry.workbook.village_sheet import COLUMNS, REQUIRED, BadVillageReports, read_reports

from .checks import recheck_village_later
from .import_files import keep
from .saving import on_behalf_of

Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Imported:
    """What an import of village reports did."""

    rows: int
    added: int
    changed: int


def import_uploaded_reports(file: BinaryIO, name: str, *, area_code: str, by: User) -> Imported:
    """Take over an uploaded file. Raises BadVillageReports; PermissionError for an area that is not the user's."""
    if not by.can(IMPORT_REGISTER, area_code):
        raise PermissionError(area_code)
    with NamedTemporaryFile(suffix=Path(name).suffix[:8]) as target:
        try:
            keep(file, Path(target.name))
        except WorkbookRefused as error:
            raise BadVillageReports(f"{name}: {error}") from error
        return import_village_reports(Path(target.name), area_code=area_code, by=by, name=name)


@transaction.atomic
def import_village_reports(path: Path, *, area_code: str, by: User | System = SYSTEM, name: str = "") -> Imported:
    """Take over the reports of villages within an area. `name`: what the file is called, if not as its path says.

    A new year carries on how the village stands with the list of poor villages, unless the file itself says that;
    only the county takes over a list so. Raises BadVillageReports.
    """
    rows = list(read_reports(path, name or path.name))
    _require_once(rows)
    _require_villages(rows, area_code)
    fresh, changed = _laid_over(rows, may_list=_may_list(by, area_code))
    with on_behalf_of(by) if isinstance(by, User) else nullcontext():
        VillageYear.objects.bulk_create(fresh)
        fields = [field for field in COLUMNS.values() if field not in REQUIRED]
        VillageYear.objects.bulk_update(changed, fields, batch_size=500)
    if fresh or changed:
        values = {"file": name or path.name, "added": len(fresh), "changed": len(changed)}
        record(Decision("registry.village_reports_imported", "area", area_code, area_code, values=values), by=by)
    for code in sorted({report.area_id for report in fresh + changed}):
        recheck_village_later(code)
    return Imported(len(rows), len(fresh), len(changed))


def _require_once(rows: list[Row]) -> None:
    """A village reports a year once."""
    seen: dict[tuple[Any, Any], str] = {}
    for cell, values in rows:
        key = values["area_id"], values["year"]
        first = seen.setdefault(key, cell)
        if first != cell:
            said = {"cell": cell, "code": key[0], "year": key[1], "first": first}
            raise BadVillageReports(_("%(cell)s: village %(code)s reports %(year)s twice, first in %(first)s.") % said)


def _require_villages(rows: list[Row], area_code: str) -> None:
    known = set(Area.objects.within(area_code).filter(level=Level.VILLAGE).values_list("code", flat=True))
    for cell, values in rows:
        if values["area_id"] not in known:
            said = {"cell": cell, "code": values["area_id"], "area": area_code}
            raise BadVillageReports(_("%(cell)s: %(code)s is no village of area %(area)s.") % said)


def _may_list(by: User | System, area_code: str) -> bool:
    """Whether a file of theirs may say which villages are poor: the county's may, that takes over a list."""
    return not isinstance(by, User) or by.can(IMPORT_REGISTER, area_code[: Level.COUNTY.digits])


def _laid_over(rows: list[Row], *, may_list: bool) -> tuple[list[VillageYear], list[VillageYear]]:
    """New reports, and changed ones."""
    known: dict[str, dict[int, VillageYear]] = defaultdict(dict)
    for report in VillageYear.objects.filter(area_id__in={values["area_id"] for _cell, values in rows}):
        known[report.area_id][report.year] = report
    fresh, changed = [], []
    for cell, values in sorted(rows, key=lambda row: (row[1]["area_id"], row[1]["year"])):
        reports, year = known[values["area_id"]], values["year"]
        report = reports.get(year)
        standing = report.standing if report else _standing(reports, year)
        if not may_list and any(standing[field] != values[field] for field in STANDING if field in values):
            text = _("%(cell)s: which villages are poor is for identification and exit to say; leave the cells empty.")
            raise BadVillageReports(text % {"cell": cell})
        if report is None:
            reports[year] = VillageYear(**(standing | values))
            fresh.append(reports[year])
        elif any(getattr(report, field) != value for field, value in values.items()):
            changed.append(_changed(report, values))
    return fresh, changed


def _standing(reports: dict[int, VillageYear], year: int) -> dict[str, Any]:
    """What the latest report before a year says of the list of poor villages."""
    before = max((each for each in reports if each < year), default=None)
    return (reports[before] if before else VillageYear()).standing


def _changed(row: VillageYear, values: dict[str, Any]) -> VillageYear:
    for name, value in values.items():
        setattr(row, name, value)
    return row
