"""The slip with which a household enters its own page."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.queries import path
from jingzhun.identification.models import HouseholdCode
from jingzhun.publicity.codes import grouped
from jingzhun.publicity.rules import masked_name
from jingzhun.registry.models import Household, Member

from .paper import qr_svg, set_paper


def code_slip(household: Household, code: str, issued: HouseholdCode, link: str) -> bytes:
    """A slip of paper (A6). The code stands behind the # of the QR code's address, so that no server writes it down."""
    head = Member.objects.filter(household=household, relation="head", left_on=None).values_list("name", flat=True)
    until = f"{timezone.localtime(issued.valid_until):%Y-%m-%d %H:%M}"
    return set_paper(
        "slip.typ",
        {
            "lang": "en" if (get_language() or "").startswith("en") else "zh",
            "title": _("See your own application"),
            "who": _("Household of %(name)s") % {"name": masked_name(head.first() or household.number)},
            "place": " · ".join(area.short_name for area in path(household.area_id)[2:]),
            "code": grouped(code),
            "qr": qr_svg(f"{link}#{code}"),
            "link": link,
            "steps": [
                _("Scan the square with your phone, or open the address and type the code."),
                _("You see how far your application is, what comes next and until when you may appeal."),
                _("You can also apply and appeal there."),
            ],
            "until": _("Valid once, until %(time)s. Give it to nobody else.") % {"time": until},
        },
    )
