"""The handbook of a household (扶贫手册) as an A5 booklet, and the card for its door with a QR code."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Measure, Pairing, Visit
from jingzhun.assistance.queries.handbook import Handbook
from jingzhun.identification.printing.paper import qr_svg, set_paper
from jingzhun.policy import kinds
from jingzhun.policy.dictionary import speaks_english
from jingzhun.policy.wording import title_of
from jingzhun.publicity.rules import masked_name
from jingzhun.registry.dictionary import label
from jingzhun.registry.models import Member, Survey
from jingzhun.registry.readable import field_label, field_text
from jingzhun.registry.sections import COMPUTED_INCOMES, SURVEY_SECTIONS

HERE = Path(__file__).parent
BOOK, CARDS = str(HERE / "handbook.typ"), str(HERE / "cards.typ")
INCOMES = next(names for _title, names in SURVEY_SECTIONS if "income_wage" in names)
MEMBERS = ("name", "relation", "sex", "birth_date", "education", "health", "labour")
FACTS = ("arable", "orchard", "forest", "house_area", "house_structure", "dangerous_house", "safe_water")  # of a survey
EMPTY_VISITS, EMPTY_MEASURES = 6, 4  # lines to be filled in by hand
Link = Callable[[str], str]  # the address of a household's page by its number


def handbooks_pdf(books: Sequence[Handbook], county: Area, today: date, link: Link) -> bytes:
    """Booklets one after another, in the language of the screen; numbers of persons and accounts are in none."""
    return set_paper(BOOK, book_data(books, county, today, link))


def book_data(books: Sequence[Handbook], county: Area, today: date, link: Link) -> dict[str, Any]:
    """What the template sets: texts only, and the QR codes as pictures."""
    return {
        "lang": _lang(),
        "title": _("Handbook of poverty alleviation"),
        "county": county.name,
        "issuer": _("Leading group office for poverty alleviation of %(county)s") % {"county": county.name},
        "footer": _("Printed on %(day)s") % {"day": today.isoformat()},
        "words": {
            "household": _("Household"),
            "family": _("Family"), "causes": _("Causes of poverty"), "helpers": _("Who helps"),
            "plan": _("Plan of the year"), "entitled": _("Entitled to"), "planned": _("Measures on the way"),
            "received": _("Measures received"), "income": _("Income by year (yuan)"), "visits": _("Visits"),
            "scan": _("Scan to open the household in the system (login needed)"),
            "nobody": _("Nobody yet"), "nothing": _("Nothing yet"),
        },
        "member_heads": [*(field_label("member", name) for name in MEMBERS)],
        "helper_heads": [_("Name"), _("Organisation"), _("Phone"), _("Since")],
        "measure_heads": [_("Measure"), _("Yuan"), _("Received on"), _("Household's signature")],
        "planned_heads": [_("Measure"), _("Yuan"), _("Due on")],
        "visit_heads": [_("Day"), _("Visitor"), _("What was found"), _("Household's signature")],
        "signatures": [_("Head of the household"), _("The helper"), _("Village")],
        "books": [_book(book, link) for book in books],
    }  # fmt: skip


def _book(book: Handbook, link: Link) -> dict[str, Any]:
    household, plan = book.household, book.plan
    causes = [household.cause_main, *household.causes_other]
    return {
        "head": book.head,
        "number": household.number,
        "place": household.area.place,
        "qr": qr_svg(link(household.number)),
        "facts": _facts(book),
        "members": [[_member(each, name) for name in MEMBERS] for each in book.members],
        "causes": _joined([label("cause", code) for code in causes if code]) or "–",
        "helpers": [_helper(each) for each in book.helpers],
        "plan": _plan(book) if plan else [],
        "entitled": [_entitled(each) for each in book.entitled],
        "planned": [[each.content, _yuan(each.amount), each.due_on.isoformat()] for each in book.planned],
        "received": [*(_received(each) for each in book.received), *([[""] * 4] * EMPTY_MEASURES)],
        "incomes": _incomes(book.surveys),
        "visits": [*(_visit(each) for each in book.visits), *([[""] * 4] * EMPTY_VISITS)],
    }


def _facts(book: Handbook) -> list[list[str]]:
    """What is recorded of the household, with the land, the house and the water of the latest survey."""
    told = [
        (_("Address"), book.household.address),
        (field_label("household", "attribute"), field_text("household", "attribute", book.household.attribute)),
        (_("Members"), str(len(book.members))),
        (_("Registered on"), book.registered_on.isoformat() if book.registered_on else ""),
    ]
    for survey in book.surveys[:1]:
        told += [(field_label("survey", name), field_text("survey", name, getattr(survey, name))) for name in FACTS]
    return [[name, value] for name, value in told if value]


def _member(member: Member, name: str) -> str:
    return field_text("member", name, getattr(member, name))


def _helper(pairing: Pairing) -> list[str]:
    cadre = pairing.cadre
    return [cadre.name, _joined([cadre.organisation.name, cadre.post]), cadre.phone or "–", pairing.since.isoformat()]


def _plan(book: Handbook) -> list[str]:
    plan = book.plan
    if plan is None:
        return []
    told = [f"{plan.year}：{plan.goal}" if _lang() == "zh" else f"{plan.year}: {plan.goal}"]
    if plan.income_target:
        told.append(_("Per-capita net income to be reached: %(yuan)s yuan") % {"yuan": _yuan(plan.income_target)})
    if plan.agreed_on:
        told.append(_("Agreed and signed on %(day)s by %(who)s") % {"day": plan.agreed_on, "who": plan.signed_by})
    return told


def _entitled(each: Any) -> str:
    title = title_of(each.version)
    if each.value is None:
        return title
    told = _("%(title)s, %(yuan)s yuan once") if each.version.once else _("%(title)s, %(yuan)s yuan a year")
    return told % {"title": title, "yuan": _yuan(each.value)}


def _received(measure: Measure) -> list[str]:
    day = measure.confirmed_on.isoformat() if measure.confirmed_on else ""
    return [f"{kinds.label(measure.kind)}：{measure.content}", _yuan(measure.amount), day, measure.signed_by]


def _visit(visit: Visit) -> list[str]:
    who = visit.cadre.name if visit.cadre else visit.by.full_name if visit.by else ""
    return [visit.on.isoformat(), who, visit.found, ""]


def _incomes(surveys: Sequence[Survey]) -> dict[str, Any]:
    """A row for each kind of income, a column for each year, the earliest first."""
    years = list(reversed(surveys))
    names = [name for name in (*INCOMES, *COMPUTED_INCOMES) if any(getattr(each, name) for each in years)]
    rows = [[field_label("survey", name), *(_yuan(getattr(each, name)) for each in years)] for name in names]
    return {"years": [str(each.year) for each in years], "rows": rows}


def _yuan(amount: Any) -> str:
    return "" if amount is None else f"{amount:,.0f}"


def _joined(texts: Sequence[str]) -> str:
    return pgettext("between words", ", ").join(filter(None, texts))


def _lang() -> str:
    return "en" if speaks_english() else "zh"


def cards_pdf(books: Sequence[Handbook], county: Area, link: Link, *, masked: bool) -> bytes:
    """Cards for doors, eight to an A4 sheet: the head, the helper with a phone, a QR code; nothing of the family."""
    return set_paper(CARDS, cards_data(books, county, link, masked=masked))


def cards_data(books: Sequence[Handbook], county: Area, link: Link, *, masked: bool) -> dict[str, Any]:
    """What the template sets. `masked`: the county writes no given names in public."""
    return {
        "lang": _lang(),
        "title": _("Helped household"),
        "county": county.name,
        "words": {"head": _("Head"), "helper": _("Helper"), "unit": _("Organisation"), "phone": _("Phone")},
        "cards": [_card(book, link, masked=masked) for book in books],
    }


def _card(book: Handbook, link: Link, *, masked: bool) -> dict[str, Any]:
    helper = book.helpers[0].cadre if book.helpers else None
    known = book.head != book.household.number
    return {
        "head": masked_name(book.head) if masked and known else book.head,
        "place": book.household.area.place,
        "helper": helper.name if helper else "–",
        "unit": helper.organisation.name if helper else "–",
        "phone": (helper.phone or "–") if helper else "–",
        "qr": qr_svg(link(book.household.number)),
    }
