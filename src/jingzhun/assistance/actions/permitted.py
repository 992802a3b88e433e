"""Who may help a household: field workers of its area, and who is paired with it now."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from jingzhun.assistance.queries.mine import helped_by
from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.people.rules import ASSIST
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.models import Household


def require_help(by: User | System, households: Iterable[Household]) -> None:
    """Raises NotYours unless `by` may help every household; one query at most for whoever helps the own ones only."""
    if not isinstance(by, User):
        return
    beyond = {each.pk for each in households if not by.can(ASSIST, each.village_code)}
    if beyond and helped_by(by).filter(pk__in=beyond).count() != len(beyond):
        raise NotYours(_("This household is not yours to help."))
