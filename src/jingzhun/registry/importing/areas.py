"""From the names on a row to the area: the code if there is one, else province, city, county, town and village."""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.registry.dictionary import fold
from jingzhun.registry.workbook.problems import Fault

VILLAGE_TAILS = (
    "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "社区", "行政村", "村",
)  # fmt: skip
UPPER_TAILS = ("街道办事处", "民族乡", "街道", "镇", "乡", "自治县", "自治州", "自治区", "县", "市", "区", "省")
GROUP_TAILS = ("村民小组", "自然村", "小组", "组", "队", "社")
DIGITS = {char: str(i) for i, char in enumerate("零一二三四五六七八九")}
SUFFIX = {Level.VILLAGE: VILLAGE_TAILS}
LEVELS = (("province", Level.PROVINCE), ("city", Level.CITY), ("county", Level.COUNTY), ("town", Level.TOWN))
SHOWN = 4


@dataclass(frozen=True)
class Place:
    """What a row says of its area; empty texts where it says nothing."""

    area_code: str = ""
    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""
    village: str = ""
    group: str = ""

    @property
    def said(self) -> bool:
        return any((self.area_code, self.village, self.town, self.county))


def bare(name: str, tails: tuple[str, ...]) -> str:
    """The name without the word for its kind: `永安` for `永安村委会`."""
    text = fold(name)
    for tail in tails:
        if text.endswith(tail) and len(text) > len(tail):
            return text.removesuffix(tail)
    return text


def bare_group(name: str) -> str:
    """The group's own number or name: `3` for `第三村民小组`."""
    text = bare(name, GROUP_TAILS).removeprefix("第")
    if re.fullmatch(r"[一二三四五六七八九]?十?[一二三四五六七八九]?", text) and text:
        tens, found, ones = text.partition("十")
        number = (DIGITS.get(tens, "1") if found else "") + (DIGITS.get(ones, "0" if found else "") if found else "")
        return number if found else "".join(DIGITS[char] for char in text)
    return text.lstrip("0") or text


class Areas:
    """Villages within a scope (an area code, or "" for the country) by name and code, loaded once."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        rows = Area.objects.filter(level=Level.VILLAGE, valid_until=None)
        if scope:
            rows = rows.within(scope[: Level.VILLAGE.digits])
        self.villages: dict[str, str] = dict(rows.values_list("code", "name"))
        uppers = {code[:digits] for code in self.villages for digits in (2, 4, 6, 9)}
        self.names: dict[str, str] = dict(Area.objects.filter(code__in=uppers).values_list("code", "name"))
        self.names |= self.villages
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for code, name in self.villages.items():
            for key in {fold(name), bare(name, VILLAGE_TAILS)}:
                self._by_name[key].append(code)
        self._groups: dict[str, dict[str, str]] = {}
        self._found: dict[Place, str | Fault] = {}
        self.new_groups: list[dict[str, str]] = []

    def find(self, place: Place) -> str | Fault:
        """Code of the village or group, or what is wrong. A new group gets the village's next code."""
        if place not in self._found:
            village = self._village(place)
            self._found[place] = village if isinstance(village, Fault) else self._group(village, place.group)
        return self._found[place]

    def of_number(self, number: str) -> str:
        """The village that a household's number begins with, "" if it is none here."""
        return number[:12] if number[:12] in self.villages else ""

    def path(self, code: str) -> str:
        """`永寿县常宁镇永安村` for a village's code."""
        return "".join(self.names.get(code[:digits], "") for digits in (6, 9, 12)) or code

    def _village(self, place: Place) -> str | Fault:
        if place.area_code:
            return self._by_code(place)
        if not place.village:
            return Fault.of("area_missing")
        exact = self._by_name.get(fold(place.village), [])
        found = exact or self._by_name.get(bare(place.village, VILLAGE_TAILS), [])
        fitting = [code for code in found if self._fits(code, place)]
        if len(fitting) == 1:
            return fitting[0]
        whole = [code for code in fitting if fold(self.villages[code]) == fold(place.village)]
        if len(whole) == 1:
            return whole[0]
        if fitting:
            shown = "、".join(f"{self.path(code)} ({code})" for code in fitting[:SHOWN])
            return Fault.of("area_ambiguous", value=place.village, areas=shown)
        return self._unknown(place)

    def _by_code(self, place: Place) -> str | Fault:
        code = fold(place.area_code)
        if self.scope and not code.startswith(self.scope[: len(code)]):
            return Fault.of("area_outside", value=code)
        village = code[: Level.VILLAGE.digits]
        if village in self.villages and len(code) in (Level.VILLAGE.digits, Level.GROUP.digits):
            if place.village and bare(place.village, VILLAGE_TAILS) != bare(self.villages[village], VILLAGE_TAILS):
                return Fault.of("area_contradiction", code=self.path(village), named=place.village)
            if len(code) == Level.GROUP.digits and code not in self._known_groups(village).values():
                return Fault.of("area_unknown", value=code)
            return code
        if Area.objects.filter(pk=code).exists():
            return Fault.of("area_outside" if len(code) >= Level.VILLAGE.digits else "area_no_village", value=code)
        return self._suggesting(code, list(self.villages), code)

    def _fits(self, code: str, place: Place) -> bool:
        """Whether the upper names of a row, as far as it has any, are those above a village."""
        for field, level in LEVELS:
            said = getattr(place, field)
            if said and bare(said, UPPER_TAILS) != bare(self.names.get(code[: level.digits], ""), UPPER_TAILS):
                return False
        return True

    def _unknown(self, place: Place) -> Fault:
        said = "".join((place.county, place.town, place.village))
        if self._lies_outside(place):
            return Fault.of("area_outside", value=said)
        return self._suggesting(said, [self.path(code) for code in self.villages], said)

    def _lies_outside(self, place: Place) -> bool:
        """Whether the names are those of a village that exists, only not here."""
        if not self.scope:
            return False
        rows = Area.objects.filter(level=Level.VILLAGE, name__startswith=bare(place.village, VILLAGE_TAILS)[:60])
        for village in rows.select_related("parent__parent__parent__parent")[:200]:
            uppers, above = {}, village.parent
            while above:
                uppers[above.level], above = above.name, above.parent
            said = [(getattr(place, field), uppers.get(level, "")) for field, level in LEVELS]
            if bare(village.name, VILLAGE_TAILS) == bare(place.village, VILLAGE_TAILS) and all(
                not word or bare(word, UPPER_TAILS) == bare(name, UPPER_TAILS) for word, name in said
            ):
                return not village.code.startswith(self.scope)
        return False

    def _suggesting(self, said: str, known: list[str], value: str) -> Fault:
        near = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
        return (
            Fault.of("area_unknown_near", value=value, near=near[0]) if near else Fault.of("area_unknown", value=value)
        )

    def _group(self, code: str, name: str) -> str | Fault:
        if not name or len(code) == Level.GROUP.digits:
            return self._within(code)
        groups, key = self._known_groups(code), bare_group(name)
        if key not in groups:
            serial = max((int(group[12:]) for group in groups.values()), default=0) + 1
            if serial > 999 or len(name) > 60:
                return Fault.of("area_unknown", value=name)
            groups[key] = f"{code}{serial:03d}"
            self.new_groups.append({"code": groups[key], "name": name.strip(), "village": self.path(code)})
        return self._within(groups[key])

    def _within(self, code: str) -> str | Fault:
        return code if code.startswith(self.scope) else Fault.of("area_outside", value=self.path(code))

    def _known_groups(self, village: str) -> dict[str, str]:
        """Codes of a village's groups by their bare names."""
        if village not in self._groups:
            rows: Any = Area.objects.filter(parent_id=village, level=Level.GROUP).values_list("name", "code")
            prefix = bare(self.villages[village], VILLAGE_TAILS)
            self._groups[village] = {}
            for name, code in rows:
                self._groups[village][bare_group(name)] = code
                self._groups[village].setdefault(bare_group(fold(name).removeprefix(prefix).removeprefix("村")), code)
        return self._groups[village]
