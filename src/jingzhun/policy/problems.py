"""What is wrong with a condition, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.methods.conditions import BadCondition

PROBLEMS: dict[str, str | Promise] = {
    "empty": _("Say who is entitled: at least one clause."),
    "too_long": _("The condition is too long."),
    "too_large": _("“%(part)s” has more digits than can be worked out exactly; write smaller numbers."),
    "no_quantity": _("“%(part)s” is no number that is known of each whom the benefit counts."),
    "too_deep": _("The condition has too many brackets within each other."),
    "not_understood": _("This cannot be read: a word, a sign or a bracket is missing or too many."),
    "no_such_form": _("“%(part)s” is nothing that can be asked of a household."),
    "no_such_fact": _("There is no fact “%(part)s”."),
    "different_kinds": _("“%(part)s” compares what cannot be compared, as a number with a word."),
    "has_no_order": _("“%(part)s”: words have no order; ask whether it is one of some."),
    "list_of_constants": _("“%(part)s”: a list holds numbers or words, no facts."),
    "no_number": _("“%(part)s” is no number."),
    "no_flag": _("“%(part)s” is nothing that is yes or no."),
    "no_day": _("“%(part)s” is no day; write it as 2014-05-20."),
    "no_text": _("“%(part)s” is no word."),
}


def told_of(bad: BadCondition) -> str:
    part = bad.part.replace('"', "")
    return str(PROBLEMS.get(bad.problem, PROBLEMS["not_understood"])) % {"part": part}
