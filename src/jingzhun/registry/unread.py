"""What an address asks for and what no screen can follow, in words: told instead of silently dropped."""

from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, contains
from jingzhun.methods.typed import is_digits
from jingzhun.people.models import User

SHOWN = 40  # characters of a value


def is_area_code(text: str) -> bool:
    """Whether a text is as long as an area's code, and of digits."""
    return is_digits(text) and len(text) in {level.digits for level in Level}


def of_area(user: User, text: str, permission: str) -> str:
    """What is wrong with an area asked for, empty if nothing is; a query only for one that is not the user's."""
    if not text:
        return ""
    if not is_area_code(text):
        return _("“%(value)s” is no area code; it was ignored.") % {"value": text[:SHOWN]}
    if any(contains(own, text) or contains(text, own) for own in user.scope.areas_for(permission)):
        return ""
    found = Area.objects.filter(pk=text).first()
    name = f"{found.short_name} ({text})" if found else text
    return _("The area %(area)s is not one of yours: nothing of it is shown.") % {"area": name}


def of_choice(label: str, value: str) -> str:
    """A value that a filter does not know."""
    told = {"label": label, "value": value[:SHOWN]}
    return _("%(label)s: “%(value)s” is not known here; it was ignored.") % told
