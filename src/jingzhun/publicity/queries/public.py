"""What the public may read: notices with their lists while they may be shown, and what the procedure goes by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level, ancestors_of
from jingzhun.journal.models import Entry
from jingzhun.parameters.queries import dated_values, values
from jingzhun.publicity import rules
from jingzhun.publicity.models import Notice

PUBLIC_DAYS, MASKED = "notice_public_days", "notice_names_masked"
PER_PAGE = 40


@dataclass(frozen=True)
class PublicNotice:
    """A notice as the public reads it. `rows` is empty once the names have left the website (`expired`).

    `columns` are those in which any entry says something.

    `shown` are the entries' texts as their fingerprint was made of them, where the public reads them unmasked.
    """

    notice: Notice
    areas: list[Area]
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    expired: bool = False
    entry: int | None = None
    shown: list[dict[str, str]] | None = None

    @property
    def names_persons(self) -> bool:
        return self.notice.kind_of.names_persons and bool(self.rows)


@dataclass(frozen=True)
class PovertyLine:
    """A line in yuan per person and year, for the incomes of the years `first` to `last`; None while it holds."""

    first: int
    last: int | None
    yuan: str
    source: str


@dataclass(frozen=True)
class Town:
    """A town with the number of its notices that are on show."""

    area: Area
    running: int


def public_notice(number: str, today: date | None = None) -> PublicNotice | None:
    """One notice that has opened, with its list while the names may be public; five queries."""
    today = today or timezone.localdate()
    notice = Notice.objects.select_related("area").filter(number=number, sealed=True, opens_on__lte=today).first()
    if notice is None:
        return None
    limits = values([PUBLIC_DAYS, MASKED], notice.area_id, today)
    expired = is_expired(notice, int(limits.get(PUBLIC_DAYS, 0)), today)
    items = [] if expired else list(notice.items.order_by("position").values_list("position", "shown"))
    masked = bool(limits.get(MASKED, 0)) and "head" in notice.columns
    shown = None if expired or masked else [texts for _position, texts in items]
    areas = list(Area.objects.filter(code__in=ancestors_of(notice.area_id)).order_by("code"))
    opened = Entry.objects.filter(record_type="notice", record=notice.number, action="publicity.notice_opened")
    columns = rules.told_columns(notice.columns, [texts for _position, texts in items])
    rows = _rows(columns, items, masked=masked)
    entry = opened.values_list("pk", flat=True).first()
    return PublicNotice(notice, areas, columns, rows, expired, entry, shown)


def coming_notice(number: str) -> Notice | None:
    """A notice that hangs out on a later day; what it lists is nobody's yet. One query."""
    found = Notice.objects.select_related("area").filter(number=number, sealed=True)
    return found.filter(opens_on__gt=timezone.localdate()).first()


def is_expired(notice: Notice, days: int, today: date) -> bool:
    """Whether the persons that a notice names have left the public website; a list of villages never does."""
    return notice.kind_of.names_persons and today > notice.closes_on + timedelta(days=days)


def _rows(
    columns: Sequence[str], items: Iterable[tuple[int, dict[str, str]]], *, masked: bool
) -> list[tuple[int, list[str]]]:
    """Position and texts of each entry, in these columns."""
    found = []
    for position, shown in items:
        cells = [shown.get(column, "") for column in columns]
        if masked and "head" in columns:
            place = columns.index("head")
            cells[place] = rules.masked_name(cells[place])
        found.append((position, cells))
    return found


def notices_in(area_code: str, *, running: bool | None = None, announcements: bool | None = None) -> QuerySet[Notice]:
    """Notices in an area, the newest first: those on show, those that were, or all; announcements or the others.

    None that opens on a later day.
    """
    today = timezone.localdate()
    opened = Notice.objects.filter(within(area_code, "area_id"), sealed=True, opens_on__lte=today)
    found = opened.select_related("area__parent")
    if running is not None:
        state = Q(state=Notice.State.OPEN, closes_on__gte=today)
        found = found.filter(state if running else ~state)
    if announcements is not None:
        names = [kind.name for kind in rules.KINDS.values() if kind.is_announcement]
        found = found.filter(kind__in=names) if announcements else found.exclude(kind__in=names)
    return found.order_by("-opens_on", "-id")


def towns(county_code: str) -> list[Town]:
    """Towns of the county, each with the number of notices on show in it; two queries."""
    codes = list(notices_in(county_code, running=True).order_by().values_list("area_id", flat=True))
    return [
        Town(area, sum(code.startswith(area.code) for code in codes))
        for area in Area.objects.filter(parent=county_code, valid_until=None).order_by("code")
    ]


def villages(town_code: str) -> list[Area]:
    return list(Area.objects.filter(parent=town_code, valid_until=None).order_by("code"))


def poverty_lines(county_code: str) -> list[PovertyLine]:
    """The county's lines by the years whose incomes they judge, the newest first; one query."""
    found, this_year = dated_values(["poverty_line"], county_code), timezone.localdate().year
    years = range(min((row.valid_from.year for row in found.rows), default=this_year + 1), this_year + 1)
    in_force = [(year, row) for year in years if (row := found.row_on("poverty_line", date(year, 12, 31)))]
    lines = []
    for row, group in groupby(in_force, key=lambda pair: pair[1]):
        held = [year for year, _row in group]
        lasts = held[-1] == this_year and row.valid_until is None
        lines.append(PovertyLine(held[0], None if lasts else held[-1], row.amount, row.source_label))
    return lines[::-1]


def public_values(county_code: str) -> dict[str, str]:
    """What the procedure goes by today, as people say it: days, shares, a quorum; one query."""
    names = {kind.days_parameter for kind in rules.KINDS.values()}
    names |= {"objection_answer_days", "objection_appeal_days", PUBLIC_DAYS, "village_incidence_factor"}
    names |= {"evaluation_quorum", "evaluation_majority", "village_income_share"}
    found = values(names, county_code, timezone.localdate())
    told = {name: f"{number.normalize():f}" for name, number in found.items()}
    for name in ("village_income_share", "evaluation_majority"):
        if name in found:
            told[name] = f"{(found[name] * 100).normalize():f} %"
    if "evaluation_quorum" in found:
        told["evaluation_quorum"] = f"{told['evaluation_quorum']}/3"
    return told


def is_town(code: str) -> bool:
    return len(code) == Level.TOWN.digits and code.isascii() and code.isdigit()


def is_village(code: str) -> bool:
    return len(code) == Level.VILLAGE.digits and code.isascii() and code.isdigit()
