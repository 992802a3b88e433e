"""Conditions in words without a household: what is asked, not what is so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.methods.conditions import (
    All,
    Among,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Fact,
    Holds,
    IsUnknown,
    Not,
    Operand,
    Some,
)

from .dictionary import FactEntry, facts
from .wording import COMPARED, constant_of, name_of


@dataclass(frozen=True)
class Words:
    """A clause in words, or several of which all or at least one must hold."""

    text: str
    parts: tuple["Words", ...] = ()


def clauses_in_words(condition: Condition, negated: bool = False) -> Words:
    """What a condition asks."""
    match condition:
        case Not(part):
            return clauses_in_words(part, not negated)
        case All(parts) | Some(parts):
            every = isinstance(condition, All) != negated
            text = _("all of this") if every else _("at least one of this")
            return Words(text, tuple(clauses_in_words(part, negated) for part in parts))
        case Holds(fact):
            return Words(
                _("%(fact)s: %(value)s") % {"fact": name_of(fact.name), "value": _("no") if negated else _("yes")}
            )
        case IsUnknown(fact):
            text = _("%(fact)s is recorded") if negated else _("%(fact)s is not recorded")
            return Words(text % {"fact": name_of(fact.name)})
        case Compare(sign, left, right):
            told = {"left": _operand(left, right), "right": _operand(right, left)}
            return Words(str(COMPARED[sign][negated]) % told)
        case Among(operand, constants):
            listed = pgettext("between words", ", ").join(
                constant_of(each.value, _fact_in(operand)) for each in constants
            )
            text = _("%(left)s is none of: %(list)s") if negated else _("%(left)s is one of: %(list)s")
            return Words(text % {"left": _operand(operand, None), "list": listed})
    raise TypeError(condition)


def _operand(operand: Operand, beside: Operand | None) -> str:
    match operand:
        case Constant(value):
            return constant_of(value, _fact_in(beside))
        case Fact(name):
            return name_of(name)
        case Arithmetic(sign, left, right):
            return f"{_operand(left, right)} {'×' if sign == '*' else sign} {_operand(right, left)}"
    raise TypeError(operand)


def _fact_in(operand: Operand | None) -> FactEntry | None:
    if isinstance(operand, Arithmetic):
        return None if operand.sign == "*" else _fact_in(operand.left)
    return facts().get(operand.name) if isinstance(operand, Fact) else None
