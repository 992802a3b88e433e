"""Who may write: the permission of the step's level in the area; the clock and the command line are the system."""

from django.utils.translation import gettext as _

from jingzhun.journal.actions import System
from jingzhun.people.models import User

from . import NotYours


def require(by: User | System, permission: str, area_code: str) -> None:
    """Raises NotYours unless `by` holds the permission in the area."""
    if isinstance(by, User) and not by.can(permission, area_code):
        raise NotYours(_("This is not yours to decide."))
