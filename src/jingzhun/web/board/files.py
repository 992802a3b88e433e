"""The report of a period as a workbook and on paper."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from jingzhun.web.situation.excel import COUNT, MONEY, Writer

from .figures import Figure, Place

TEMPLATE = Path(__file__).with_name("report.typ")
Compared = Sequence[tuple[Figure, Figure | None]]  # a figure with the same of the period before


def as_workbook(title: str, compared: Compared, places: Sequence[Place]) -> bytes:
    """A sheet of the sums beside the period before, and one by place."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title})
        writer = Writer(book)
        rows = [(str(now.label), now.total, before.total if before else None) for now, before in compared]
        writer.sheet(
            _("Sums"),
            [pgettext("report", "Figure"), _("In the period"), _("In the period before")],
            ["", MONEY, MONEY],
            rows,
        )
        figures = [now for now, _before in compared]
        kinds = ["", *(MONEY if figure.yuan else COUNT for figure in figures)]
        heads = [_("Area"), *(str(figure.label) for figure in figures)]
        by_place = [(place.name, *(number for number, _url, _label in place.cells)) for place in places]
        writer.sheet(_("By place"), heads, kinds, by_place)
    return file.getvalue()


def as_pdf(title: str, compared: Compared, places: Sequence[Place]) -> bytes:
    """The same on A4."""
    data = {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": title,
        "heads": [pgettext("report", "Figure"), _("In the period"), _("In the period before")],
        "rows": [
            [str(now.label), _told(now.total), _told(before.total) if before else "–"] for now, before in compared
        ],
        "places_title": _("By place"),
        "places_heads": [_("Area"), *(str(now.label) for now, _before in compared)],
        "places": [[place.name, *(_told(number) for number, _url, _label in place.cells)] for place in places],
        "footer": _("Printed on %(today)s") % {"today": timezone.localdate().isoformat()},
    }
    fonts = [str(pylopdf_fonts_zh_cn.sans_path().parent)]
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)


def _told(number: object) -> str:
    return f"{number:,.0f}"
