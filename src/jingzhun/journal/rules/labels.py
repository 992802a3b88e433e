"""What actions, kinds of records and values are called on screens. Each app says so of its own at start-up."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

_ACTIONS: dict[str, Label] = {}
_RECORD_TYPES: dict[str, Label] = {}
_VALUES: dict[str, Label] = {}
SYSTEM_ROLE = _("system")


def add_actions(
    labels: Mapping[str, Label],
    records: Mapping[str, Label] | None = None,
    values: Mapping[str, Label] | None = None,
) -> None:
    _ACTIONS.update(labels)
    _RECORD_TYPES.update(records or {})
    _VALUES.update(values or {})


def action_label(action: str) -> str:
    """An action in the language of the screen; one that nobody named shows its code."""
    return str(_ACTIONS.get(action, action))


def record_type_label(record_type: str) -> str:
    """A kind of record in the language of the screen; one that nobody named shows its code."""
    return str(_RECORD_TYPES.get(record_type, record_type))


def value_label(name: str) -> str:
    """A value's name in the language of the screen; empty for one that nobody named."""
    return str(_VALUES.get(name, ""))


def known_actions() -> dict[str, str]:
    """Every action that has a label, with it."""
    return {action: str(label) for action, label in _ACTIONS.items()}
