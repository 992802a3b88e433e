"""What actions, kinds of records and values are called on screens. Each app says so of its own at start-up."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise
Namer = Callable[[set[str]], Mapping[str, str]]  # records of one kind with their names

_ACTIONS: dict[str, Label] = {}
_RECORD_TYPES: dict[str, Label] = {}
_VALUES: dict[str, Label] = {}
_CODES: dict[str, dict[str, Label]] = {}
_PUBLIC: set[str] = set()
_NAMERS: dict[str, list[Namer]] = {}
SYSTEM_ROLE = _("system")


def add_actions(
    labels: Mapping[str, Label],
    records: Mapping[str, Label] | None = None,
    values: Mapping[str, Label] | None = None,
    codes: Mapping[str, Mapping[str, Label]] | None = None,
    public: Iterable[str] = (),
) -> None:
    _ACTIONS.update(labels)
    _RECORD_TYPES.update(records or {})
    _VALUES.update(values or {})
    for name, texts in (codes or {}).items():
        _CODES.setdefault(name, {}).update(texts)
    _PUBLIC.update(public)


def is_public(action: str) -> bool:
    """Whether everybody may read the whole entry of such a decision, because it was taken before the public."""
    return action in _PUBLIC


def action_label(action: str) -> str:
    """An action in the language of the screen; one that nobody named shows its code."""
    return str(_ACTIONS.get(action, action))


def record_type_label(record_type: str) -> str:
    """A kind of record in the language of the screen; one that nobody named shows its code."""
    return str(_RECORD_TYPES.get(record_type, record_type))


def value_label(name: str) -> str:
    """The name of a value decided upon in the language of the screen; empty where no app named it."""
    return str(_VALUES.get(name, ""))


def code_text(name: str, code: str) -> str:
    """The text of a value that is a code, in the language of the screen; what nobody named stays as it is."""
    return str(_CODES.get(name, {}).get(code, code))


def add_namers(namers: Mapping[str, Namer]) -> None:
    """Say how records of a kind get their names, where their numbers tell a reader nothing."""
    for kind, namer in namers.items():
        _NAMERS.setdefault(kind, []).append(namer)


def named_kinds() -> frozenset[str]:
    """Kinds of records that have names."""
    return frozenset(_NAMERS)


def record_names(records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of records in the language of the screen, by kind and record; those without one are left out."""
    asked: dict[str, set[str]] = {}
    names: dict[tuple[str, str], str] = {}
    for kind, record in records:
        asked.setdefault(kind, set()).add(record)
        if (text := code_text(kind, record)) != record:
            names[kind, record] = text
    for kind in asked.keys() & _NAMERS.keys():
        for namer in _NAMERS[kind]:
            names |= {(kind, record): name for record, name in namer(asked[kind]).items()}
    return names


def known_actions() -> dict[str, str]:
    """Every action that has a label, with it."""
    return {action: str(label) for action, label in _ACTIONS.items()}
