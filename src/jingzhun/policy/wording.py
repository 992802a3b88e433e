"""Conditions, values and benefits in the plain words of the field, in the language of the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from jingzhun.methods.conditions import (
    All,
    Among,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Fact,
    Facts,
    Holds,
    IsUnknown,
    Not,
    Operand,
    Some,
    Truth,
    answer,
)

from .dictionary import FactEntry, facts, speaks_english
from .models import Benefit, Per, PolicyVersion

# What is said where it is so, and where it is not.
COMPARED: dict[str, tuple[str | Promise, str | Promise]] = {
    "<": (gettext_lazy("%(left)s is below %(right)s"), gettext_lazy("%(left)s is not below %(right)s")),
    "<=": (gettext_lazy("%(left)s is at most %(right)s"), gettext_lazy("%(left)s is above %(right)s")),
    ">": (gettext_lazy("%(left)s is above %(right)s"), gettext_lazy("%(left)s is not above %(right)s")),
    ">=": (gettext_lazy("%(left)s is at least %(right)s"), gettext_lazy("%(left)s is below %(right)s")),
    "=": (gettext_lazy("%(left)s is %(right)s"), gettext_lazy("%(left)s is not %(right)s")),
    "<>": (gettext_lazy("%(left)s is not %(right)s"), gettext_lazy("%(left)s is %(right)s")),
}
UNITS: dict[str, str | Promise] = {
    "yuan": pgettext_lazy("unit", "%(number)s yuan"),
    "mu": pgettext_lazy("unit", "%(number)s mu"),
    "persons": pgettext_lazy("unit", "%(number)s persons"),
    "days": pgettext_lazy("unit", "%(number)s days"),
    "years": pgettext_lazy("unit", "%(number)s years"),
    "months": pgettext_lazy("unit", "%(number)s months"),
    "km": pgettext_lazy("unit", "%(number)s km"),
    "m²": pgettext_lazy("unit", "%(number)s m²"),
}


@dataclass(frozen=True)
class Line:
    """A clause as somebody reads it: its words with the values, whether it holds, and the clauses it is made of."""

    text: str
    answer: Truth
    parts: tuple["Line", ...] = ()
    is_all: bool = False


def line(condition: Condition, known: Facts) -> Line:
    """A condition in words, with what is known."""
    held = answer(condition, known)
    match condition:
        case All(parts):
            return Line(_("all of this"), held, tuple(line(part, known) for part in parts), is_all=True)
        case Some(parts):
            return Line(_("at least one of this"), held, tuple(line(part, known) for part in parts))
        case Not(All() | Some() as part):
            return Line(_("this does not hold together"), held, tuple(line(each, known) for each in part.parts))
        case Not(part):
            return Line(line(part, known).text, held)
    return Line(_simple(condition, known, held), held)


def _simple(condition: Condition, known: Facts, held: Truth) -> str:
    match condition:
        case Holds(fact):
            return _("%(fact)s: %(value)s") % {"fact": name_of(fact.name), "value": value_of(fact.name, known)}
        case IsUnknown(fact):
            text = _("%(fact)s is not recorded") if held else _("%(fact)s is recorded")
            return text % {"fact": name_of(fact.name)}
        case Compare(sign, left, right):
            told = {"left": _operand(left, right, known), "right": _operand(right, left, known)}
            return _open(str(COMPARED[sign][held is False]) % told, held)
        case Among(operand, constants):
            words = (constant_of(each.value, _fact_in(operand)) for each in constants)
            listed = pgettext("between words", ", ").join(words)
            told = {"left": _operand(operand, None, known), "list": listed}
            text = _("%(left)s is none of: %(list)s") if held is False else _("%(left)s is one of: %(list)s")
            return _open(text % told, held)
    raise TypeError(condition)


def _open(text: str, held: Truth) -> str:
    return _("not known whether %(said)s") % {"said": text} if held is None else text


def _operand(operand: Operand, beside: Operand | None, known: Facts) -> str:
    match operand:
        case Constant(value):
            return constant_of(value, _fact_in(beside))
        case Fact(name):
            return _("%(fact)s %(value)s") % {"fact": name_of(name), "value": value_of(name, known)}
        case Arithmetic(sign, left, right):
            written = "×" if sign == "*" else sign
            return f"{_operand(left, right, known)} {written} {_operand(right, left, known)}"
    raise TypeError(operand)


def _fact_in(operand: Operand | None) -> FactEntry | None:
    """The fact whose unit a number beside it has."""
    if isinstance(operand, Arithmetic):
        return None if operand.sign == "*" else _fact_in(operand.left)
    return facts().get(operand.name) if isinstance(operand, Fact) else None


def name_of(name: str) -> str:
    """What a fact is called."""
    found = facts().get(name)
    return found.label if found else name


def value_of(name: str, known: Mapping[str, Any]) -> str:
    """The value of a fact in words."""
    value = known.get(name)
    return _("not recorded") if value is None else constant_of(value, facts().get(name))


def constant_of(value: Any, fact: FactEntry | None) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    if isinstance(value, Decimal):
        return number(value, fact.unit if fact else "")
    return dict(fact.choices).get(value, value) if fact else str(value)


def number(value: Decimal, unit: str = "") -> str:
    """A number with its unit: without decimals where there are none; a year without marks between thousands."""
    whole = value == value.to_integral_value()
    if unit == "year":
        return f"{value:.0f}"
    text = number_format(value, 0 if whole else 2, force_grouping=True)
    return str(UNITS[unit]) % {"number": text} if unit in UNITS else text


def _in_unit(name: str) -> str:
    """The unit of a fact behind its name: ` (mu)`."""
    found = facts().get(name)
    if found is None or found.unit not in UNITS:
        return ""
    return _(" (%(unit)s)") % {"unit": (str(UNITS[found.unit]) % {"number": ""}).strip()}


def title_of(version: PolicyVersion) -> str:
    """A policy's title in the language of the screen."""
    return version.title_en or version.title if speaks_english() else version.title


def how_to_apply(version: PolicyVersion) -> str:
    return version.how_to_apply_en or version.how_to_apply if speaks_english() else version.how_to_apply


def benefit_of(version: PolicyVersion) -> str:
    """What a policy gives, in words: `550 yuan × 12 for each person, at most 6,600 yuan`."""
    if version.benefit == Benefit.IN_KIND or version.amount is None:
        return _("goods or services for each person") if version.per == Per.MEMBER else _("goods or services")
    if version.benefit == Benefit.SHARE:
        share = f"{number((version.amount * 100).normalize())} %"
        text = _("%(share)s of %(cost)s") % {"share": share, "cost": name_of(version.quantity)}
    else:
        text = number(version.amount, "yuan")
        if version.quantity:
            text = f"{text} × {name_of(version.quantity)}{_in_unit(version.quantity)}"
    if version.times > 1:
        text = f"{text} × {version.times}"
    if version.per == Per.MEMBER:
        text = _("%(amount)s for each person") % {"amount": text}
    if version.ceiling is not None:
        text = _("%(amount)s, at most %(ceiling)s") % {"amount": text, "ceiling": number(version.ceiling, "yuan")}
    return text + (pgettext("benefit", ", once") if version.once else "")
