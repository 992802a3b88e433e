"""The letter that tells a household why it was refused, and how it may appeal."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.queries.case_page import CasePage
from jingzhun.procedure.queries import appeal_until
from jingzhun.procedure.rules import State
from jingzhun.publicity.queries.site import contacts
from jingzhun.registry.models import Household

from .paper import set_paper


def refusal_letter(page: CasePage) -> bytes:
    """The letter on A4, in the language of the screen."""
    application, refusal = page.application, page.refusal
    assert refusal is not None  # noqa: S101  # who calls has looked
    household, round_ = application.household, application.round
    refused_on = timezone.localdate(refusal.at)
    step = page.case.table.step(refusal.from_step)
    name = page.head.name if page.head else household.number
    told = {"year": round_.year, "day": application.filed_on, "step": step.label, "refused": refused_on}
    return set_paper(
        "letter.typ",
        {
            "lang": "en" if (get_language() or "").startswith("en") else "zh",
            "title": _("Notice of refusal"),
            "to": _("To the household of %(name)s") % {"name": name},
            "place": " · ".join(area.short_name for area in page.place),
            "number": household.number,
            "body": [
                _(
                    "You applied on %(day)s to be registered as a poor household in the round of %(year)s. "
                    "On %(refused)s, at the step “%(step)s”, the application was refused."
                )
                % told
            ],
            "reason_title": _("The reason"),
            "reason": refusal.note,
            "appeal_title": _("If you do not agree"),
            "appeal": _appeal(page),
            "contact": _contact(household),
            "signatures": [_("Handed over by"), _("Received by the household"), _("Day")],
            "footer": _("Printed on %(day)s") % {"day": timezone.localdate().isoformat()},
        },
    )


def _appeal(page: CasePage) -> list[str]:
    """How and until when the household may appeal; or that the matter is decided."""
    if page.case.state == State.CLOSED:
        return [_("The level above looked at the refusal again and upheld it. You may apply in the next round.")]
    if page.case.state == State.APPEALED:
        return [_("You appealed. The level above looks at the refusal again and will tell you.")]
    until = appeal_until(page.case)
    when = _("You may appeal until %(day)s.") % {"day": until} if until else _("You may appeal.")
    return [
        when,
        _("Tell the village clerk or the first secretary what should be looked at again; they pass it on."),
        _("Or ask the village for a one-time code and appeal on a phone."),
        _("The level above decides on the appeal. It costs nothing, and no harm comes of it."),
    ]


def _contact(household: Household) -> list[str]:
    """The nearest office where people may ask."""
    nearest = contacts([household.area_id]).of(household.area_id)
    if nearest is None:
        county = Area.objects.filter(code=household.village_code[:6]).first()
        return [_("Poverty office of %(county)s") % {"county": county}] if county else []
    return [text for text in (nearest.office, nearest.phone, nearest.address, nearest.hours) if text]
