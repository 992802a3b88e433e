"""What a notice may show, and how long an objection to it counts (domain.md §2.4, §2.5)."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.areas.rules import DIGITS, Level

from .private import why_private

DOUBLE_SURNAMES = Path(__file__).parent / "data" / "double_surnames.csv"


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice: which level gives it, which parameter says for how many days, what its list shows."""

    name: str
    label: str | Promise
    level: Level
    days_parameter: str
    columns: tuple[str, ...]

    @property
    def names_persons(self) -> bool:
        return "head" in self.columns

    @property
    def is_announcement(self) -> bool:
        """Told by the county, after which there is no further notice."""
        return self.level == Level.COUNTY


KINDS: dict[str, NoticeKind] = {
    kind.name: kind
    for kind in (
        NoticeKind(
            "first_notice",
            pgettext_lazy("notice", "First notice"),
            Level.VILLAGE,
            "first_notice_days",
            ("head", "group", "members", "attribute", "cause", "vote"),
        ),
        NoticeKind(
            "second_notice",
            pgettext_lazy("notice", "Second notice"),
            Level.TOWN,
            "second_notice_days",
            ("head", "group", "members", "attribute", "cause"),
        ),
        NoticeKind(
            "announcement",
            pgettext_lazy("notice", "Announcement"),
            Level.COUNTY,
            "announcement_days",
            ("head", "group", "members", "attribute", "cause"),
        ),
        NoticeKind(
            "village_first_notice",
            pgettext_lazy("notice", "First notice of a poor village"),
            Level.VILLAGE,
            "village_list_notice_days",
            ("village", "households", "persons", "incidence"),
        ),
        NoticeKind(
            "village_second_notice",
            pgettext_lazy("notice", "Second notice of poor villages"),
            Level.TOWN,
            "village_list_notice_days",
            ("village", "households", "persons", "incidence"),
        ),
        NoticeKind(
            "village_announcement",
            pgettext_lazy("notice", "Announcement of poor villages"),
            Level.COUNTY,
            "village_list_notice_days",
            ("village", "households", "persons", "incidence", "score", "rank"),
        ),
    )
}

# The only keys that an item may show, with their column's name.
PUBLIC_FIELDS: dict[str, str | Promise] = {
    "head": pgettext_lazy("notice", "Head of household"),
    "group": pgettext_lazy("notice", "Village group"),
    "members": pgettext_lazy("notice", "Members"),
    "attribute": pgettext_lazy("notice", "Attribute"),
    "cause": pgettext_lazy("notice", "Main cause"),
    "vote": pgettext_lazy("notice", "Vote"),
    "village": pgettext_lazy("notice", "Village"),
    "households": pgettext_lazy("notice", "Households"),
    "persons": pgettext_lazy("notice", "Persons"),
    "incidence": pgettext_lazy("notice", "Incidence"),
    "score": pgettext_lazy("notice", "Score"),
    "rank": pgettext_lazy("notice", "Rank"),
}


# What else is read on a notice.
TEXTS: dict[str, str | Promise] = {
    "title": gettext_lazy("title"),
    "place": pgettext_lazy("notice", "place"),
    "round": gettext_lazy("round"),
}


class NotPublic(ValueError):
    """A notice was to show something that may not be public; the message names the place, never the value.

    `area` and `position`: whose notice, and which entry of it, where it is one.
    """

    def __init__(self, field: str, reason: str, area: str = "", position: int | None = None) -> None:
        super().__init__(field, reason, area, position)
        self.field, self.reason, self.area, self.position = field, reason, area, position

    def __str__(self) -> str:
        label = PUBLIC_FIELDS.get(self.field) or TEXTS.get(self.field) or self.field
        told = {"area": self.area, "position": self.position, "field": label, "reason": self.reason}
        if self.position is None:
            return _("This may not hang in public: “%(field)s” %(reason)s.") % told
        return _("This may not hang in public: %(area)s, entry %(position)s, “%(field)s” %(reason)s.") % told


class NotOfThisLevel(PermissionError):
    """Somebody was to give a notice of another level or area than their own."""


def require_public(shown: dict[str, str], area: str = "", position: int | None = None) -> None:
    """Refuse what may not stand on a notice (domain.md §2.5, domain-notes R4). Raises NotPublic."""
    for key, value in shown.items():
        if reason := _why_not(key, value):
            raise NotPublic(key, reason, area, position)


def _why_not(key: str, value: object) -> str:
    if key not in PUBLIC_FIELDS:
        return _("is never shown on a notice")
    return why_private(key, value) if isinstance(value, str) else _("is not a text")


def require_public_text(name: str, text: str) -> None:
    """The same for a notice's title, place and round. Raises NotPublic."""
    if reason := why_private(name, text):
        raise NotPublic(name, reason)


def notice_closes_on(opens_on: date, days: int) -> date:
    """Last day on which an objection counts: `days` full days after the opening day (domain.md §2.4)."""
    return opens_on + timedelta(days=days)


def counts_on(day: date, opens_on: date, closes_on: date) -> bool:
    """Whether an objection of a day is in time; one of the opening day is, although that day is not counted."""
    return opens_on <= day <= closes_on


def is_over(day: date, closes_on: date) -> bool:
    return day > closes_on


def days_left(day: date, closes_on: date) -> int:
    """Full days until the end, today's included; 0 when it is over."""
    return max((closes_on - day).days + 1, 0)


def level_of_area(kind: NoticeKind, area_code: str) -> bool:
    """Whether a notice of a kind can be about an area: never one that lies above the level that gives it."""
    return len(area_code) >= DIGITS[kind.level]


def state_at_closing(open_objections: int, upheld: int) -> str:
    """What becomes of an item when its notice closes: an objection holds back its entry, not the whole list."""
    if upheld:
        return "returned"
    return "held" if open_objections else "passed"


@cache
def double_surnames() -> frozenset[str]:
    """Surnames of two characters that are met most; the rest of such a name is the given name."""
    with DOUBLE_SURNAMES.open(encoding="utf-8", newline="") as file:
        return frozenset(row["surname"] for row in csv.DictReader(file))


def masked_name(name: str) -> str:
    """张* for 张三, 张*丰 for 张三丰, 欧阳* for 欧阳锋: neighbours know who is meant, a search engine does not."""
    surname, given = _parts_of(name)
    return surname + ("*" if len(given) == 1 else "*" * (len(given) - 1) + given[-1:])


def surname_only(name: str) -> str:
    """张** for 张小丰: of a child no given name is public (domain.md §2.5)."""
    surname, given = _parts_of(name)
    return surname + "*" * len(given)


def _parts_of(name: str) -> tuple[str, str]:
    """Surname and given name; the given name of a name of one character is empty."""
    name = name.strip()
    surname = name[:2] if name[:2] in double_surnames() and len(name) > 2 else name[:1]
    return surname, name[len(surname) :]


def told_columns(columns: Sequence[str], entries: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The columns in which any entry says something; all of them where there is no entry."""
    return tuple(name for name in columns if not entries or any(shown.get(name) for shown in entries))


def list_text(shown: Iterable[Mapping[str, str]]) -> str:
    """The list as its fingerprint is made of it: JSON of the shown texts in order, keys sorted, no spaces."""
    return json.dumps(list(shown), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def list_digest(shown: Iterable[Mapping[str, str]]) -> str:
    """SHA-256 of the list, as the notice and the journal's entry of its opening have it."""
    return sha256(list_text(shown).encode()).hexdigest()
