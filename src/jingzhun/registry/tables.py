"""The household list as a table whose columns the user chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OrderBy, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import dictionary
from .models import Member
from .queries.asked import Asked
from .queries.columns import Column, rows_of
from .queries.households import area_names, matched_members

STATUS_COLOURS = {"registered": "red", "relapsed": "purple", "exited": "green"}
ANY_NUMBER = "0" * 17
Row = dict[str, Any]
Cell = Callable[[Row, dict[str, str]], str]


def link(number: str) -> str:
    """Address of a household's page; worked out once, as a list has hundreds of them."""
    return _link().replace(ANY_NUMBER, number)


@cache
def _link() -> str:
    return reverse("registry:household", args=[ANY_NUMBER])


@dataclass(frozen=True)
class Head:
    """A column's head: `order` is asc, desc or empty, `next` what its link sorts by."""

    label: str
    css: str
    order: str
    next: str


class HouseholdTable:
    """Households in the columns chosen: sorted in the database, one page worked out at a time.

    The page's households are found first and their columns worked out for these alone, however far back the page is.
    """

    def __init__(
        self,
        households: QuerySet,
        columns: list[Column],
        asked: Asked,
        *,
        sort: list[str],
        page: str | None,
        size: int,
        search: str = "",
    ) -> None:
        """`search`: the text that was searched for; members that it means are named beside the head."""
        self.columns, self.asked, self.search = columns, asked, search
        shown = {column.key: column for column in columns}
        self.sorted_by = {key.lstrip("-"): key for key in sort if key.lstrip("-") in shown}
        order = [
            OrderBy(shown[key].sorts_by(asked), descending=key != alias, nulls_last=True)
            for key, alias in self.sorted_by.items()
        ]
        self.paginator = Paginator(households.order_by(*order, "number").values_list("pk", flat=True), size)
        self.page = self.paginator.get_page(page)

    @cached_property
    def rows(self) -> list[Row]:
        return rows_of(list(self.page.object_list), self.columns, self.asked)

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    @cached_property
    def body(self) -> SafeString:
        """The rows, drawn at once: in a template, each of a list's hundreds of cells would cost three look-ups."""
        names = {}
        if any(column.kind == "area" for column in self.columns):
            names = area_names({row["area_id"] for row in self.rows})
        cells = [(_opened(column), _cell(column)) for column in self.columns]
        named = {key: _matched(people) for key, people in self._members().items()}
        beside = next((at for at, column in enumerate(self.columns) if column.key == "head"), 0)
        rows = []
        for row in self.rows:
            texts = [cell(row, names) for _start, cell in cells]
            texts[beside] += named.get(row["pk"], "")
            drawn = "".join([f"{start}{text}</td>" for (start, _cell), text in zip(cells, texts, strict=True)])
            rows.append(f'<tr data-href="{link(row["number"])}">{drawn}</tr>')
        return mark_safe("\n".join(rows))  # noqa: S308  # each cell is escaped where it is drawn

    def _members(self) -> dict[int, list[Member]]:
        return matched_members([row["pk"] for row in self.rows], self.search) if self.search else {}

    def _head(self, column: Column) -> Head:
        alias = self.sorted_by.get(column.key, "")
        order = ("desc" if alias.startswith("-") else "asc") if alias else ""
        return Head(str(column.label), _css(column), order, f"-{column.key}" if order == "asc" else column.key)


def _css(column: Column) -> str:
    return "text-end" if column.numeric else ""


def _opened(column: Column) -> str:
    """A cell's beginning; the label names it on the cards of the phone."""
    css = "card-name" if column.key == "head" else _css(column)
    return f'<td class="{css}" data-label="{escape(str(column.label))}">'


def _cell(column: Column) -> Cell:
    """How a column's cell is drawn, escaped."""
    if column.key == "number":
        return lambda row, names: f'<a href="{link(row["number"])}">{row["number"]}</a>'
    name = column.name
    if column.key == "status":
        return lambda row, names: _badge(row[name] or "", column.text(row, names))
    if column.kind == "code":
        labels = {code: escape(label) for code, label in dictionary.choices(column.code_list)} | {None: ""}
        return lambda row, names: labels[row[name]] if row[name] in labels else escape(row[name])
    return lambda row, names: escape(column.text(row, names))


def _matched(people: list[Member]) -> str:
    """The members that a search means: what each is to the head, and how they left."""
    told = []
    for member in people:
        relation = dictionary.label("relation", member.relation)
        left = f", {dictionary.label('leave_reason', member.leave_reason)}" if member.left_on else ""
        if member.relation != "head" or member.left_on:
            told.append(f"{escape(member.name)} ({escape(relation)}{escape(left)})")
    return f'<div class="small text-secondary fw-normal">{", ".join(told)}</div>' if told else ""


def _badge(status: str, text: str) -> str:
    colour, said = STATUS_COLOURS.get(status, "secondary"), text or _("not registered")
    return f'<span class="badge bg-{colour}-lt">{escape(said)}</span>'
