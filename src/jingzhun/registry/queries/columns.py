"""The columns that the household list and its export can show: those of the dictionary, and what follows from them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.db.models import Count, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.registry import dictionary
from jingzhun.registry.models import Household, Member
from jingzhun.registry.readable import COMPUTED, PERSONAL, readable, spoken, with_unit

from .asked import Asked
from .status import spell_column, status_on

SURVEY = "survey_asked"  # the household's survey of the year asked for, joined under this name
DEFAULT = ("number", "head", "village", "group", "members", "status", "attribute", "cause_main", "s_per_capita")
AREA_LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY, "town": Level.TOWN,
               "village": Level.VILLAGE, "group": Level.GROUP}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: `sql` gives its expression for the moment asked for, `kind` (as in the dictionary) how it reads."""

    key: str
    label: str | Promise
    group: str
    kind: str
    sql: Callable[[Asked], Any]
    code_list: str = ""
    order: Callable[[Asked], Any] | None = None

    @property
    def name(self) -> str:
        """Under which a row holds the column's value."""
        return f"col_{self.key}"

    def sorts_by(self, asked: Asked) -> Any:
        return (self.order or self.sql)(asked)

    @property
    def personal(self) -> bool:
        return self.kind in PERSONAL

    @property
    def numeric(self) -> bool:
        return self.kind in ("int", "money", "decimal")

    def value(self, row: Mapping[str, Any], names: Mapping[str, str], *, personal: bool = False) -> Any:
        """What a workbook's cell holds: numbers and dates as such, codes by their label, personal numbers masked."""
        found = row[self.name]
        if self.kind == "area":
            return names.get(_prefix(found, self.key), "")
        return readable(self.kind, self.code_list, found, personal=personal)

    def text(self, row: Mapping[str, Any], names: Mapping[str, str]) -> str:
        """What a screen's cell reads, personal numbers masked."""
        return spoken(self.value(row, names))


@cache
def all_columns() -> dict[str, Column]:
    """Every column by key, in the order in which they are offered."""
    made = [_number(), *_head(), *_of_household(), _members(), *_of_survey()]
    return {column.key: column for column in made}


def chosen(keys: Iterable[str]) -> list[Column]:
    """The columns of these keys in their order; unknown keys are left out, the number always leads."""
    known = [key for key in dict.fromkeys(keys) if key in all_columns()] or list(DEFAULT)
    return [all_columns()[key] for key in ("number", *(key for key in known if key != "number"))]


def _number() -> Column:
    return Column("number", _("Household number"), "household", "text", lambda asked: F("number"))


def head_of(asked: Asked, name: str) -> Subquery:
    """A column of the head on a day. Of two heads in a row, the one who left first after that day was it."""
    present = Member.objects.present(asked.day).filter(household=OuterRef("pk"), relation="head")
    return Subquery(present.order_by(F("left_on").asc(nulls_last=True)).values(name)[:1])


def members_on(day: date) -> Coalesce:
    """Number of members present on a day."""
    rows = Member.objects.present(day).filter(household=OuterRef("pk")).order_by().values("household")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def _head() -> list[Column]:
    def head(name: str) -> Callable[[Asked], Any]:
        return lambda asked: head_of(asked, name)

    columns = [
        Column("head", pgettext_lazy("household", "Head"), "household", "text", head("name"), order=head("pinyin")),
    ]
    for field in dictionary.fields("member"):
        if field.name in ("id_number", "sex", "birth_date", "education", "health", "labour"):
            label = _Joined(_("head's"), field)
            columns.append(Column(f"h_{field.name}", label, "head", field.kind, head(field.name), field.code_list))
    return columns


def _members() -> Column:
    return Column("members", _("Members"), "household", "int", lambda asked: members_on(asked.day))


def _of_household() -> list[Column]:
    derived: dict[str, tuple[str, Callable[[Asked], Any]]] = {
        "area_code": ("text", lambda asked: F("area_id")),
        "status": ("code", lambda asked: status_on(asked.day)),
        "registered_on": ("date", lambda asked: spell_column(asked.day, "registered_on")),
        "exit_year": ("int", lambda asked: ExtractYear(spell_column(asked.day, "exited_on"))),
    }
    columns = []
    for field in dictionary.fields("household"):
        if field.name == "number":
            continue
        if field.name in AREA_LEVELS:
            kind, sql = "area", _plain("area_id")
        elif field.name in derived:
            kind, sql = derived[field.name]
        else:
            kind, sql = field.kind, _plain(field.name)
        order = _plain("area_id") if kind == "area" else None
        columns.append(Column(field.name, _Label(field), "household", kind, sql, field.code_list, order))
    return columns


def _of_survey() -> list[Column]:
    columns = [
        Column(f"s_{name}", COMPUTED[name], "survey", "money", _plain(f"{SURVEY}__{name}"))
        for name in ("per_capita", "net_income", "total_income")
    ]
    for field in dictionary.fields("survey"):
        sql = _plain(f"{SURVEY}__{field.name}")
        columns.append(Column(f"s_{field.name}", _Label(field), "survey", field.kind, sql, field.code_list))
    return columns


def _plain(name: str) -> Callable[[Asked], Any]:
    return lambda asked: F(name)


def _prefix(code: str, name: str) -> str:
    digits = DIGITS[AREA_LEVELS[name]]
    return code[:digits] if len(code) >= digits else ""


class _Label(Promise):
    """A dictionary field's label, read in the language of the screen each time."""

    def __init__(self, field: dictionary.Field) -> None:
        self.field = field

    def __str__(self) -> str:
        return with_unit(self.field)


class _Joined(_Label):
    def __init__(self, before: str | Promise, field: dictionary.Field) -> None:
        super().__init__(field)
        self.before = before

    def __str__(self) -> str:
        return capfirst(
            f"{self.before}{'' if self.field.label in (self.field.zh, self.field.zh_label) else ' '}{self.field.label}"
        )


def with_survey(households: QuerySet, asked: Asked) -> QuerySet:
    """Joined with their survey of the year asked for, under the name SURVEY."""
    return households.annotate(**{SURVEY: FilteredRelation("surveys", condition=Q(surveys__year=asked.income_year))})


def with_columns(households: QuerySet, columns: Iterable[Column], asked: Asked) -> QuerySet:
    """Dictionaries with `pk`, `number`, `area_id` and one entry per column; `with_survey` must have come before."""
    wanted = {column.name: column.sql(asked) for column in columns}
    return households.annotate(**wanted).values("pk", "number", "area_id", *wanted)


def rows_of(households: list[int], columns: Iterable[Column], asked: Asked) -> list[dict[str, Any]]:
    """The same for a page's households, in the order given; whoever asks answers for who may see them."""
    found = _prepared(tuple(column.key for column in columns), asked).filter(pk__in=households)
    rows = {row["pk"]: row for row in found}
    return [rows[pk] for pk in households if pk in rows]


@lru_cache(maxsize=100)
def _prepared(keys: tuple[str, ...], asked: Asked) -> QuerySet:
    """The question for a choice of columns, without its answer: putting it together takes longer than answering."""
    everybody = with_survey(Household.objects.order_by(), asked)
    return with_columns(everybody, [all_columns()[key] for key in keys], asked)
