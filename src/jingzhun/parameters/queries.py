"""Reads on parameters: always asked by (name, area, date)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level, ancestors_of

from .dictionary import Kind, kinds
from .models import Parameter
from .rules import GROUPS


class NoParameter(LookupError):
    """No value is in force for this name, area (none: the whole country) and day."""

    def __init__(self, name: str, area_code: str, on: date) -> None:
        super().__init__(name, area_code, on)
        self.name, self.area_code, self.on = name, area_code, on

    def __str__(self) -> str:
        told = {"name": self.name, "area": self.area_code or _("the whole country"), "day": self.on}
        return _("No value of “%(name)s” is set for %(area)s on %(day)s.") % told


def areas_above(area_code: str) -> list[str]:
    """Areas whose values hold in an area, the whole country (the empty code) first; alone for the empty code."""
    return ["", *(ancestors_of(area_code) if area_code else ())]


def values(names: Iterable[str], area_code: str, on: date) -> dict[str, Decimal]:
    """Values in force in an area on a day, the nearest area's first; one query. Names without a value are absent.

    No area: those of the whole country.
    """
    rows = _held(area_code, on).filter(name__in=list(names))
    # Dated rows of one area may touch: the nearest area wins, then the latest beginning.
    best = sorted(rows.values_list("name", "area_code", "valid_from", "value"), key=lambda row: (len(row[1]), row[2]))
    return {name: value for name, _, _, value in best}


def in_force(area_code: str, on: date, names: Iterable[str] | None = None) -> dict[str, Parameter]:
    """The rows in force in an area on a day, by name (none given: of every parameter); one query."""
    rows = _held(area_code, on)
    rows = rows if names is None else rows.filter(name__in=list(names))
    return {row.name: row for row in sorted(rows, key=_nearness)}


def _held(area_code: str, on: date) -> QuerySet[Parameter]:
    """Rows that hold on a day in an area, its own and those of what lies above."""
    lasting = Q(valid_until=None) | Q(valid_until__gt=on)
    return Parameter.objects.filter(lasting, valid_from__lte=on, area_code__in=areas_above(area_code)).order_by()


def _nearness(row: Parameter) -> tuple[int, date]:
    """In this order the last row wins: the nearest area's, then the latest beginning."""
    return len(row.area_code), row.valid_from


def value(name: str, area_code: str, on: date) -> Decimal:
    """The value in force in an area on a day. Raises NoParameter."""
    found = values([name], area_code, on)
    if name not in found:
        raise NoParameter(name, area_code, on)
    return found[name]


def poverty_line(area_code: str, income_year: int) -> Decimal:
    """Line in yuan per person, at the prices of the year whose income is judged. Raises NoParameter."""
    return value("poverty_line", area_code, date(income_year, 12, 31))


@dataclass(frozen=True)
class DatedValues:
    """Every value that ever held in an area for some parameters; asked by name and day without another query."""

    rows: tuple[Parameter, ...]

    def on(self, name: str, day: date) -> Decimal | None:
        """The value in force on a day, the nearest area's first; None where there is none."""
        row = self.row_on(name, day)
        return row.value if row else None

    def row_on(self, name: str, day: date) -> Parameter | None:
        """The same with where it comes from."""
        found = None
        for row in self.rows:
            if row.name == name and row.valid_from <= day and (row.valid_until is None or row.valid_until > day):
                found = row
        return found

    def poverty_line(self, income_year: int) -> Decimal | None:
        """Line in yuan per person of the year whose income is judged."""
        return self.on("poverty_line", date(income_year, 12, 31))


def dated_values(names: Iterable[str], area_code: str) -> DatedValues:
    """Values of all times in an area; one query."""
    rows = Parameter.objects.filter(name__in=list(names), area_code__in=areas_above(area_code)).order_by()
    return DatedValues(tuple(sorted(rows, key=_nearness)))


def dated_values_in(names: Iterable[str], area_codes: Iterable[str]) -> dict[str, DatedValues]:
    """The same for many areas, by their code; one query."""
    above = {code: areas_above(code) for code in area_codes}
    everywhere = set().union(*above.values())
    rows = Parameter.objects.filter(name__in=list(names), area_code__in=everywhere)
    ordered = sorted(rows, key=_nearness)
    return {code: DatedValues(tuple(row for row in ordered if row.area_code in codes)) for code, codes in above.items()}


@dataclass(frozen=True)
class Line:
    """A parameter with the row that holds in an area on a day, if one does, and how many values lie below the area.

    `last` is the newest row that held before, where none holds: what is set for each year is asked for past years too.
    """

    kind: Kind
    row: Parameter | None
    below: int = 0
    last: Parameter | None = None

    @property
    def shown(self) -> Parameter | None:
        """The row that holds, or the last that did."""
        return self.row or self.last

    @property
    def group(self) -> str:
        return str(GROUPS[self.kind.group])

    @property
    def value(self) -> str:
        return self.shown.amount if self.shown else ""

    @property
    def source(self) -> str:
        return self.shown.source_label if self.shown else ""


def lines(area_code: str, on: date, *, text: str = "", group: str = "") -> list[Line]:
    """Every parameter of a group (none: all) whose name, unit or source has a text, as it holds; three queries."""
    held = in_force(area_code, on)
    below: dict[str, int] = {}
    if area_code:
        inner = Parameter.objects.filter(within(area_code, "area_code")).exclude(area_code=area_code)
        below = dict(inner.order_by().values_list("name").annotate(Count("pk")))
    last = _last(area_code, on)
    found = [Line(kind, held.get(kind.name), below.get(kind.name, 0), last.get(kind.name)) for kind in kinds().values()]
    return [line for line in found if group in ("", line.kind.group) and _has(line, text.casefold())]


def _last(area_code: str, on: date) -> dict[str, Parameter]:
    """The newest values that held in an area before a day, the nearest area's of a day; one query."""
    ended = Parameter.objects.filter(area_code__in=areas_above(area_code), valid_until__lte=on)
    ordered = sorted(ended.order_by(), key=lambda row: (row.valid_until, len(row.area_code)))
    return {row.name: row for row in ordered}


def history(name: str, area_code: str) -> list[Parameter]:
    """Every value that a parameter ever had in an area, in what lies above it and within it, the newest first."""
    where = Q(area_code__in=areas_above(area_code))
    if area_code:
        where |= within(area_code, "area_code")
    return list(Parameter.objects.filter(where, name=name).order_by("-valid_from", "area_code"))


def areas_to_set(areas: Iterable[str], area_code: str) -> list[Area]:
    """Areas for which whoever may in `areas` sets values: down to the counties, and the towns of the county of one."""
    mine = Q(pk=None)
    for code in areas:
        mine |= within(code, "code")
    levels = Q(level__in=[Level.PROVINCE, Level.CITY, Level.COUNTY])
    if len(area_code) >= Level.COUNTY.digits:
        levels |= Q(level=Level.TOWN) & within(area_code[: Level.COUNTY.digits], "code")
    return list(Area.objects.filter(mine, levels, valid_until=None).only("code", "name", "level").order_by("code"))


def _has(line: Line, text: str) -> bool:
    kind = line.kind
    said = (kind.name, kind.zh, kind.en, kind.unit_label, line.source)
    return any(text in each.casefold() for each in said)
