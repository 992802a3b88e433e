"""Puts situations on a stage: each in a village of its own, in tables with the columns of the live ones."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.areas.rules import level_of, parent_of
from jingzhun.registry.checks import Relations
from jingzhun.registry.models import Household, HouseholdAlias, Member, RegisterSpell, Survey, VillageYear

from .situations import INCOME_YEAR, SOUND

PEOPLE = ("head", "spouse", "son", "daughter", "mother")
PERSON = {
    "health": ["healthy"],
    "ethnicity": "01",
    "politics": "masses",
    "medical_insurance": True,
    "serious_illness_insurance": True,
    "allowance": False,
}
TABLES = {
    "household": Household,
    "member": Member,
    "survey": Survey,
    "spell": RegisterSpell,
    "village": VillageYear,
    "alias": HouseholdAlias,
    "area": Area,
}
STAGING = Relations(**{name: f"stage_{name}" for name in TABLES})


class Stage:
    """Rows of a situation, made as model objects with ids of our own; `live` or staged they are the same."""

    def __init__(self) -> None:
        self.rows: list[Model] = []
        self.ids, self.serial = count(1), count(1)
        self.areas: set[str] = set()

    def play(self, situation: dict[str, Any]) -> str:
        """Put a situation into a village of its own; gives the village's code."""
        number = self.number = next(self.serial)
        village = f"610426{100 + number // 300}{200 + number % 300}"
        crowd = [situation, *situation.get("also", ()), *_neighbours(situation.get("neighbours", 0))]
        self._area(village)
        households = [self._household(village, each) for each in crowd]
        first = households[0]
        for each in situation.get("elsewhere", ()):
            self._household("610427" + village[6:], each)
        for each in crowd:
            if each.get("alias"):
                taken = first.number if each["alias"] == "first" else f"{village}90000"
                owner = first if each["alias"] == "other" else self.latest
                self.rows.append(HouseholdAlias(number=taken, household_id=owner.pk, since=timezone.localdate()))
        self._report(village, situation, len(crowd))
        return first.area_id[:12]

    def _index(self, name: str) -> bytes:
        return f"{name} {self.number}".encode()

    def _area(self, code: str) -> None:
        while code and code not in self.areas:
            self.areas.add(code)
            day = timezone.localdate().replace(year=2000, month=1, day=1)
            self.rows.append(
                Area(code=code, name=code, level=level_of(code), parent_id=parent_of(code), valid_from=day)
            )
            code = parent_of(code) or ""

    def _household(self, village: str, situation: dict[str, Any]) -> Household:
        values = SOUND["household"] | situation.get("household", {})
        places = {"town": village[:9], "group": f"{village}001", "community": f"{village[:9]}0{village[10:]}"}
        area = places.get(values.pop("area_id", ""), village)
        self._area(area)
        pk = next(self.ids)
        values.setdefault("account_index", b"account" + pk.to_bytes(9))
        for name in ("account_index", "phone_index"):
            if isinstance(values.get(name), str):
                values[name] = self._index(values[name])
        household = Household(pk=pk, number=f"{village}{pk % 100000:05d}", area_id=area, **values)
        self.rows.append(household)
        people = [SOUND[who] | situation.get(who, {}) for who in PEOPLE if situation.get(who, {}) is not None]
        for person in [*people, *({**SOUND["spouse"], **each} for each in situation.get("more", ()))]:
            self._member(household, person)
        self._surveys(household, situation)
        self._spells(household, situation)
        self.latest = household
        return household

    def _member(self, household: Household, values: dict[str, Any]) -> None:
        pk = next(self.ids)
        told = {"id_birth_date": values["birth_date"], "id_sex": values["sex"], "id_index": b"person" + pk.to_bytes(10)}
        day = timezone.localdate().replace(year=1990, month=1, day=1)
        if isinstance(values.get("id_index"), str):
            values = values | {"id_index": self._index(values["id_index"])}
        given = PERSON | told | {"joined_on": day} | values
        self.rows.append(Member(pk=pk, household_id=household.pk, number=f"{household.number}{pk % 100:02d}", **given))

    def _surveys(self, household: Household, situation: dict[str, Any]) -> None:
        for name, year in (("survey", INCOME_YEAR), ("before", INCOME_YEAR - 1)):
            values = situation.get(name, {})
            if values is not None:
                given = SOUND[name] | values
                self.rows.append(Survey(pk=next(self.ids), household_id=household.pk, year=year, **given))

    def _spells(self, household: Household, situation: dict[str, Any]) -> None:
        spells = situation.get("spell", SOUND["spell"])
        for values in spells if isinstance(spells, list) else [spells]:
            if values is not None:
                self.rows.append(RegisterSpell(pk=next(self.ids), household_id=household.pk, **values))

    def _report(self, village: str, situation: dict[str, Any], households: int) -> None:
        values = situation.get("village", {})
        if values is not None:
            counts = {"households": households, "persons": self._persons(village)}
            given = SOUND["village"] | counts | values
            self.rows.append(VillageYear(pk=next(self.ids), area_id=village, year=INCOME_YEAR + 1, **given))

    def _persons(self, village: str) -> int:
        return sum(isinstance(row, Member) and row.number.startswith(village) and not row.left_on for row in self.rows)

    def of(self, name: str) -> Iterator[Model]:
        return (row for row in self.rows if type(row) is TABLES[name])


def _neighbours(number: int) -> list[dict[str, Any]]:
    """Households with incomes of their own, so that none looks copied."""
    wage = SOUND["survey"]["income_wage"]
    return [{"survey": {"income_wage": wage + 7 * n + 7}, "spell": None} for n in range(number)]


def build() -> None:
    """Empty staging tables without any constraint but the columns' own."""
    with connection.cursor() as cursor:
        for name, model in TABLES.items():
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMP TABLE stage_{name} (LIKE {table} INCLUDING GENERATED) ON COMMIT DROP")


def clear(name: str) -> None:
    """Take the rows of an earlier situation off one staging table."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE stage_{name}")


def fill(stage: Stage) -> None:
    """The stage's rows into the staging tables."""
    for name, model in TABLES.items():
        columns = [field for field in model._meta.concrete_fields if not field.generated]
        rows = [[_stored(row, field) for field in columns] for row in stage.of(name)]
        names = ", ".join(field.column for field in columns)
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO stage_{name} ({names}) VALUES ({marks})", rows)
            cursor.execute(f"ANALYZE stage_{name}")


def _stored(row: Model, field: Any) -> Any:
    if field.name == "created_at":
        return timezone.now()
    return field.get_db_prep_save(getattr(row, field.attname), connection)
