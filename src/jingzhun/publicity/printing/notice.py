"""A notice as it is posted on the board: A4 or A3, with a QR code that leads to the same list online."""

import io
import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level
from jingzhun.publicity import rules
from jingzhun.publicity.models import Notice
from jingzhun.publicity.queries.notices import NoticePage
from jingzhun.publicity.queries.site import Asked
from jingzhun.publicity.wording import in_language

TEMPLATE = Path(__file__).with_suffix(".typ")
PAPERS = ("a4", "a3")
WIDTHS = {"head": 4, "attribute": 5, "cause": 6, "vote": 6, "village": 8}  # shares; the others as narrow as they may be
SHOWN = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


def notice_pdf(page: NoticePage, *, paper: str, link: str) -> bytes:
    """The notice as PDF in the language in force. `link` is the online page's short address."""
    fonts = [str(pylopdf_fonts_zh_cn.sans_path().parent)]
    inputs = {"data": json.dumps(notice_data(page, paper=paper, link=link), ensure_ascii=False)}
    return typst.compile(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)


def notice_data(page: NoticePage, *, paper: str, link: str) -> dict[str, Any]:
    """What the template sets: texts only, and the QR code as a picture."""
    notice = page.notice
    columns = rules.told_columns(notice.columns, [item.shown for item in page.items])
    shown = [(item.position, [item.shown.get(name, "") for name in columns]) for item in page.items]
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "paper": paper,
        "place": "".join(area.short_name for area in page.ask.areas if area.level in SHOWN),
        "title": notice.label,
        "round": notice.round,
        "text": _text(notice),
        "ended": _ended(notice),
        "widths": [WIDTHS.get(name, 0) for name in columns],
        "numeric": [name in ("members", "households", "persons", "incidence", "score", "rank") for name in columns],
        "heads": [_("No."), *(str(rules.PUBLIC_FIELDS[name]) for name in columns)],
        "rows": [[str(position), *cells] for position, cells in in_language(columns, shown)],
        "facts": _facts(notice),
        "where": _("Where to object"),
        "office": _office(page.ask),
        "qr": qr_code(link),
        "scan": _("Scan to see this list and to object on your phone"),
        "link": link,
        "seal": [(_giver(notice), _("(seal)")), (_("Date"), ""), (_("Posted at"), notice.place)],
        "footer": _("Notice %(number)s") % {"number": notice.number},
        "empty": _("This notice has no entry."),
    }


def qr_code(link: str) -> str:
    """The QR code as SVG; it may be damaged by a quarter, as paper on a board is."""
    target = io.BytesIO()
    segno.make_qr(link, error="q").save(target, kind="svg", scale=4, border=2, xmldecl=False)
    return target.getvalue().decode()


def _text(notice: Notice) -> str:
    given = {
        "count": notice.items_count,
        "first": date_format(notice.opens_on, "Y-m-d"),
        "last": date_format(notice.closes_on, "Y-m-d"),
    }
    if notice.kind_of.is_announcement:
        return (
            _(
                "Reviewed and agreed, the following list of %(count)s is announced from %(first)s to %(last)s. Whoever "
                "disagrees may object until the end of the last day, by name or anonymously."
            )
            % given
        )
    return (
        _(
            "So that everybody may judge, the following list of %(count)s is posted from %(first)s to %(last)s. "
            "Whoever disagrees, or misses somebody, may object until the end of the last day, by name or anonymously."
        )
        % given
    )


def _ended(notice: Notice) -> str:
    """What a paper that is printed afterwards says, so that nobody takes it for one that still hangs."""
    if not rules.is_over(timezone.localdate(), notice.closes_on):
        return ""
    return _("This notice ended on %(last)s.") % {"last": date_format(notice.closes_on, "Y-m-d")}


def _facts(notice: Notice) -> list[tuple[str, str]]:
    return [
        (_("Opened on"), notice.opens_on.isoformat()),
        (_("Last day"), notice.closes_on.isoformat()),
        (_("Entries"), str(notice.items_count)),
    ]


def _office(ask: Asked) -> list[str]:
    """The nearest office; where none is entered the town and the county by name. The hotline in either case."""
    contact, told = ask.contact, {"town": ask.town, "county": ask.county}
    phones = [hotline.phone for hotline in ask.hotlines]
    if contact is not None:
        return [*filter(None, (contact.office, contact.phone, contact.address, contact.hours)), *phones]
    if not ask.town:
        return [_("the poverty alleviation office of %(county)s") % told, *phones]
    both = _("the poverty alleviation workstation of %(town)s, the poverty alleviation office of %(county)s")
    return [both % told, *phones]


def _giver(notice: Notice) -> str:
    """Who gives the notice and sets the seal."""
    return {
        Level.VILLAGE: _("Villagers' committee"),
        Level.TOWN: _("Town government"),
        Level.COUNTY: _("County poverty alleviation office"),
    }[notice.kind_of.level]
