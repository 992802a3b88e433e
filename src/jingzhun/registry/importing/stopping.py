"""An import that the user cancels stops between two of its steps."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _

from jingzhun.registry.models import Import

Heed = Callable[[], None]


class Cancelled(Exception):
    """The user cancelled while the import was being read, compared or applied."""

    def __init__(self) -> None:
        super().__init__(_("The import was cancelled; the register is as it was."))


def heeding(job: Import) -> Heed:
    """What the work calls between its steps: it raises Cancelled once the user cancelled the import.

    Within a transaction it sees what others have committed meanwhile.
    """
    given_up = Import.objects.filter(Q(cancel_asked=True) | Q(state=Import.State.CANCELLED), pk=job.pk)

    def heed() -> None:
        if given_up.exists():
            raise Cancelled

    return heed
