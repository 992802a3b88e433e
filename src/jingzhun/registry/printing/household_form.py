"""The registration form of a household (贫困户登记表, 国开办发〔2014〕24号) on A4."""

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.queries import path
from jingzhun.registry.models import Member
from jingzhun.registry.queries.pages import HouseholdPage
from jingzhun.registry.readable import field_label, field_text
from jingzhun.registry.sections import COMPUTED_INCOMES, SURVEY_SECTIONS

ON_REGISTER = ("registered", "relapsed")  # only these are poor households on paper
TEMPLATE = Path(__file__).with_suffix(".typ")
FACTS = ("attribute", "recognised_by", "phone", "bank", "account", "family_planning", "martyr_family", "cause_main",
         "causes_other", "address")  # fmt: skip
MEMBER_COLUMNS = ("name", "sex", "id_number", "relation", "ethnicity", "politics", "education", "student", "health",
                  "labour", "work_place", "work_months", "medical_insurance")  # fmt: skip


def household_form(page: HouseholdPage, *, personal: bool) -> bytes:
    """The form as PDF in the language of the screen; personal numbers are masked unless `personal`."""
    fonts = [str(pylopdf_fonts_zh_cn.sans_path().parent)]
    inputs = {"data": json.dumps(form_data(page, personal=personal), ensure_ascii=False)}
    return typst.compile(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)


def form_data(page: HouseholdPage, *, personal: bool) -> dict[str, Any]:
    """What the template sets: texts only."""
    household, survey = page.household, page.survey
    facts = [(field_label("household", name), _text("household", household, name, personal)) for name in FACTS]
    facts += [(_("Registered on"), _spells(page)), (_("Members"), str(len(page.members)))]
    sections = []
    if survey:
        for title, names in SURVEY_SECTIONS:
            shown = (*names, *COMPUTED_INCOMES) if "income_wage" in names else names
            rows = [(field_label("survey", name), _text("survey", survey, name, personal)) for name in shown]
            sections.append({"title": f"{title} ({survey.year})", "rows": _filled(rows, 4)})
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("Registration form of a household")
        if page.status in ON_REGISTER
        else _("Form of a rural household"),
        "number": household.number,
        "number_label": _("Household number"),
        "place": " · ".join(area.short_name for area in path(household.area_id)),
        "facts_title": _("Household"),
        "facts": _filled(facts, 3),
        "members_title": _("Members"),
        "member_heads": ["#", *(field_label("member", name) for name in MEMBER_COLUMNS)],
        "members": [_member(position, member, personal) for position, member in enumerate(page.members, 1)],
        "sections": sections,
        "signatures": [_("Head's signature"), _("Surveyors"), _("Village")],
        "footer": _("Printed on %(day)s") % {"day": timezone.localdate().isoformat()},
    }


def _member(position: int, member: Member, personal: bool) -> list[str]:
    return [str(position), *(_text("member", member, name, personal) for name in MEMBER_COLUMNS)]


def _text(sheet: str, row: Any, name: str, personal: bool) -> str:
    return field_text(sheet, name, getattr(row, name), personal=personal)


def _spells(page: HouseholdPage) -> str:
    return "；".join(
        f"{spell.registered_on}{' – ' + str(spell.exited_on) if spell.exited_on else ''}" for spell in page.spells
    )


def _filled(rows: list[tuple[str, str]], columns: int) -> list[tuple[str, str]]:
    """Rows with empty ones at the end, so that the last line of the table is whole."""
    return rows + [("", "")] * (-len(rows) % columns)
