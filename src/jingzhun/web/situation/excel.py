"""The situation as a workbook: a sheet for each comparison, with the charts of the program that opens it."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from jingzhun.registry.queries.situation import Place, Tally

from . import lead
from .report import Figure, Report

RED, CALM = "#B3231B", "#A9B7C6"
Kind = dict[str, str]
PERCENT, MONEY, COUNT = "0.0%", "#,##0.00", "#,##0"


def report_workbook(report: Report) -> bytes:
    """The report as xlsx in the language of the screen. Text stays text: a name that begins with = is no formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": report.title})
        writer = Writer(book)
        _summary(writer, report)
        if report.places:
            _places(writer, _("Areas"), report.places)
        if report.villages and report.villages != report.places:
            _places(writer, _("Villages"), report.villages)
        for title, rows in (
            (_("Causes"), report.causes),
            (_("County causes"), report.county_causes),
            (_("Attributes"), report.attributes),
        ):
            _figures(writer, title, rows)
        _incomes(writer, report)
        _sizes(writer, report)
        _ages(writer, report)
        _gaps(writer, report)
        _years(writer, report)
    return file.getvalue()


class Writer:
    """Sheets of a workbook in one style: a bold head that stays in sight, numbers by their kind."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.formats = {kind: book.add_format({"num_format": kind}) for kind in (PERCENT, MONEY, COUNT)}

    def sheet(self, title: str, heads: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
        """A sheet with its rows; kinds are number formats, empty for text."""
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(heads) - 1, 13)
        sheet.write_row(0, 0, heads, self.head)
        for number, row in enumerate(rows, 1):
            for position, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                if value is None:
                    continue
                if kind:
                    sheet.write_number(number, position, float(value), self.formats[kind])
                else:
                    sheet.write_string(number, position, str(value))
        return sheet

    def chart(self, sheet: Any, title: str, kind: Kind, rows: int, columns: Sequence[tuple[int, str]]) -> None:
        """A chart beside the rows, of the columns given with their colours."""
        if not rows:
            return
        chart = self.book.add_chart(kind)
        for column, colour in columns:
            chart.add_series(
                {
                    "name": [sheet.get_name(), 0, column],
                    "categories": [sheet.get_name(), 1, 0, rows, 0],
                    "values": [sheet.get_name(), 1, column, rows, column],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12, "bold": True}, "overlay": False})
        if len(columns) > 1:
            chart.set_legend({"position": "bottom"})
        else:
            chart.set_legend({"none": True})
        if kind["type"] == "bar":
            chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 640, "height": max(300, 24 * rows + 120)})
        sheet.insert_chart(1, max(column for column, _colour in columns) + 3, chart)


def _summary(writer: Writer, report: Report) -> None:
    found, total = report.found, report.total
    sheet = writer.book.add_worksheet(_("Summary"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 16)
    sheet.write_string(0, 0, report.title, writer.book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, lead.sentence(report))
    rows = [
        (_("Villages"), found.villages, COUNT),
        (_("Poor villages"), found.poor_villages, COUNT),
        (_("Rural households"), total.households, COUNT),
        (_("Rural persons"), total.persons, COUNT),
        (_("Poor households"), total.poor_households, COUNT),
        (_("Poor persons"), total.poor_persons, COUNT),
        (_("Incidence"), total.incidence, "0.00%"),
        (_("Poverty line for the incomes of %(year)s") % {"year": found.asked.income_year}, found.line, COUNT),
        (_("Net income per person"), total.per_capita, MONEY),
        (_("Households whose incomes are known"), total.surveyed, COUNT),
    ]
    for number, (label, value, kind) in enumerate(rows, 3):
        sheet.write_string(number, 0, label)
        if value is not None:
            sheet.write_number(number, 1, float(value), writer.book.add_format({"num_format": kind}))


def _places(writer: Writer, title: str, places: Sequence[Place]) -> None:
    heads = [_("Area"), _("Code"), _("Villages"), _("Poor villages"), *_tally_heads(), _("Incidence"),
             _("Net income per person")]  # fmt: skip
    kinds = ["", "", COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, PERCENT, MONEY]
    rows = [
        [
            place.name or _("in no group"),
            place.code,
            place.villages,
            place.poor_villages,
            *_counts(place.tally),
            place.tally.incidence,
            place.tally.per_capita,
        ]
        for place in places
    ]
    sheet = writer.sheet(title, heads, kinds, rows)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    if len(rows) <= 40:
        writer.chart(sheet, _("Incidence"), {"type": "bar"}, len(rows), [(8, RED)])


def _figures(writer: Writer, title: str, rows: list[Figure]) -> None:
    if not rows:
        return
    heads = [title, _("Poor households"), _("Poor persons"), _("Share of the poor households")]
    lines = [[row.label, row.tally.poor_households, row.tally.poor_persons, row.share_of_poor] for row in rows]
    sheet = writer.sheet(title, heads, ["", COUNT, COUNT, PERCENT], lines)
    writer.chart(sheet, _("Poor households"), {"type": "bar"}, len(rows), [(1, RED)])


def _incomes(writer: Writer, report: Report) -> None:
    rows = [
        [
            row.label,
            row.tally.poor_households,
            row.tally.households - row.tally.poor_households,
            row.tally.households,
        ]
        for row in report.incomes
    ]
    heads = [_("Yuan per person"), _("On the register"), _("Not on the register"), _("All households")]
    sheet = writer.sheet(_("Incomes"), heads, ["", COUNT, COUNT, COUNT], rows)
    kind = {"type": "column", "subtype": "stacked"}
    writer.chart(sheet, _("Households by net income per person, in yuan"), kind, len(rows), [(1, RED), (2, CALM)])


def _sizes(writer: Writer, report: Report) -> None:
    rows = [
        [row.label, row.tally.poor_households, row.share_of_poor, row.tally.households, row.share_of_all]
        for row in report.sizes
    ]
    heads = [_("Persons in the household"), _("Poor households"), _("Share of the poor households"),
             _("All households"), _("Share of all households")]  # fmt: skip
    sheet = writer.sheet(_("Sizes"), heads, ["", COUNT, PERCENT, COUNT, PERCENT], rows)
    writer.chart(sheet, _("Households by size"), {"type": "column"}, len(rows), [(2, RED), (4, CALM)])


def _ages(writer: Writer, report: Report) -> None:
    heads = [_("Age"), _("Poor men"), _("All men"), _("Poor women"), _("All women")]
    rows = [[men.label, men.poor, men.persons, women.poor, women.persons] for men, women in report.ages]
    sheet = writer.sheet(_("Ages"), heads, ["", COUNT, COUNT, COUNT, COUNT], rows)
    colours = [(1, RED), (2, CALM), (3, "#D6765C"), (4, "#D3DAE2")]
    writer.chart(sheet, _("Persons by age and sex"), {"type": "column"}, len(rows), colours)


def _gaps(writer: Writer, report: Report) -> None:
    heads = [_("Not met"), _("Poor households"), _("Share of the poor households"), _("All households"),
             _("Share of all households"), _("Not known")]  # fmt: skip
    rows = [
        [
            gap.label,
            gap.unmet.tally.poor_households,
            gap.unmet.share_of_poor,
            gap.unmet.tally.households,
            gap.unmet.share_of_all,
            gap.unknown.tally.households,
        ]
        for gap in report.gaps
    ]
    sheet = writer.sheet(_("Guarantees"), heads, ["", COUNT, PERCENT, COUNT, PERCENT, COUNT], rows)
    writer.chart(sheet, _("Share of the poor households"), {"type": "bar"}, len(rows), [(2, RED), (4, CALM)])


def _years(writer: Writer, report: Report) -> None:
    heads = [_("Year"), _("Poor persons"), _("Rural persons"), _("Incidence")]
    years = [each.year for each in report.years]
    rows = [[str(year.year), year.poor_persons, year.persons, year.incidence] for year in years]
    sheet = writer.sheet(_("Years"), heads, ["", COUNT, COUNT, PERCENT], rows)
    if len(rows) > 1:
        writer.chart(sheet, _("Poor persons"), {"type": "column"}, len(rows), [(1, RED)])


def _tally_heads() -> list[str]:
    return [_("Households"), _("Persons"), _("Poor households"), _("Poor persons")]


def _counts(tally: Tally) -> list[int | Decimal]:
    return [tally.households, tally.persons, tally.poor_households, tally.poor_persons]
