"""The filter of the list of entries, in the words of its address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.journal.queries.entries import Asked, Deciders
from jingzhun.journal.rules.labels import known_actions
from jingzhun.people.queries import users_called
from jingzhun.procedure.registry import procedures

Choices = list[tuple[str, Any]]
# What decisions are about, by the beginning of their codes; procedures have their own names.
GROUPS: dict[str, str | Promise] = {
    "registry": _("register"),
    "checks": _("quality checks"),
    "publicity": _("notices and objections"),
    "people": _("users"),
    "parameters": _("parameters"),
    "areas": _("areas"),
    "journal": _("Journal"),
    "demo": _("demo county"),
}
STEPS = 2  # dots in the code of a decision that the table of a procedure brings
OPENED = "opened"
REVERSED = "reversed"


class EntryFilter(forms.Form):
    """Days, action, area, record and user; unfit values are told and left aside, days in the wrong order find nothing.

    `record` also takes a user's name, `user` a name as well as a login.
    """

    record = forms.CharField(
        label=_("record"), required=False, max_length=60, help_text=_("number of a household or case, name of a user")
    )
    first = forms.DateField(label=_("from day"), required=False)
    last = forms.DateField(label=_("to day"), required=False)
    action = forms.ChoiceField(label=_("what"), required=False)
    area = forms.ChoiceField(label=_("area"), required=False)
    user = forms.CharField(label=_("by whom (name or login)"), required=False, max_length=150)

    def __init__(self, data: Any, areas: list[Area]) -> None:
        super().__init__(data)
        choices: Choices = [("", _("any")), *_grouped(known_actions())]
        self.fields["action"] = forms.ChoiceField(label=_("what"), required=False, choices=choices)
        self.fields["area"] = forms.ChoiceField(
            label=_("area"), required=False, choices=[("", _("any")), *((a.code, a.short_name) for a in areas)]
        )
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("first") and told.get("last") and told["first"] > told["last"]:
            self.add_error("last", forms.ValidationError(_("The last day lies before the first one."), code=REVERSED))
        return told

    @property
    def contradicts_itself(self) -> bool:
        """Whether the days stand in the wrong order, so that no entry can be meant."""
        return self.has_error("last", code=REVERSED)

    def asked(self) -> Asked:
        """What is asked for, as far as it is fit."""
        self.is_valid()
        told = {name: value for name, value in self.cleaned_data.items() if value}
        if user := told.pop("user", ""):
            told["by"] = _deciders(user)
        if not (record := told.get("record", "")).isascii():
            told["record_or_by"] = _deciders(record)
        return Asked(**told)


def _deciders(text: str) -> Deciders:
    """Users of a login or name; the login also where no user has it any more."""
    found = users_called(text)
    return Deciders((text, *(login for _number, login in found)), tuple(number for number, _login in found))


def _grouped(actions: dict[str, str]) -> Choices:
    """Decisions by what they are about, and those of a procedure's steps apart from its others."""
    named = {each.name: each.label for each in procedures()}
    groups: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for action, label in actions.items():
        about = action.partition(".")[0]
        groups.setdefault((about, about in named and _is_step(action)), []).append((action, capfirst(label)))
    order = [(name, steps) for name in (*named, *GROUPS) for steps in (True, False)]
    found = sorted(groups.items(), key=lambda group: order.index(group[0]) if group[0] in order else len(order))
    return [(_heading(about, steps, named), _in_order(choices, steps)) for (about, steps), choices in found]


def _is_step(action: str) -> bool:
    return action.count(".") == STEPS or action.endswith(f".{OPENED}")


def _heading(about: str, steps: bool, named: dict[str, Any]) -> str:
    if about not in named:
        return str(capfirst(str(GROUPS.get(about, about))))
    return (
        str(named[about]) if steps else str(_("%(procedure)s: meetings, visits, votes")) % {"procedure": named[about]}
    )


def _in_order(choices: Sequence[tuple[str, str]], steps: bool) -> Choices:
    """Steps in the order of their table, all else by what it is called."""
    return list(choices) if steps else sorted(choices, key=lambda choice: choice[1])
