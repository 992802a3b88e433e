"""What the apps below the register do that it must answer to: they cannot ask it, so it listens to them."""

from typing import Any

from django.utils.translation import gettext as _

from jingzhun.people.actions import KeysInUse

from .models import Import


def refuse_to_rotate(**_signal: Any) -> None:
    """Rows of an open import lie sealed in tables of their own, with the key of the day on which they were read."""
    open_ones = Import.objects.filter(state__in=Import.OPEN).order_by("pk")
    if found := open_ones.first():
        told = {"count": open_ones.count(), "file": found.name}
        text = _("%(count)s imports wait or run (%(file)s first): apply or cancel them, then change the keys.")
        raise KeysInUse(text % told)
