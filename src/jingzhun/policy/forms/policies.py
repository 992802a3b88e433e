"""A policy as an officer writes it, publishing it, and the filter of the list."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.methods.conditions import Kind
from jingzhun.people.models import User
from jingzhun.policy import kinds
from jingzhun.policy.actions.policies import Said
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, facts
from jingzhun.policy.models import Benefit, Document, Per, PolicyVersion
from jingzhun.policy.queries.documents import documents_for
from jingzhun.registry import dictionary

from .base import Form, day, text_area
from .clauses import Editor, editor_of, editor_posted

PLAIN = ("title", "title_en", "kind", "department", "how_to_apply", "how_to_apply_en", "document", "per", "benefit",
         "quantity", "times", "ceiling", "once", "note")  # fmt: skip


class PolicyForm(Form):
    """Everything but the clauses, which `household` and `persons` edit."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("holds in"))
    title = forms.CharField(label=_("title"), max_length=120)
    title_en = forms.CharField(label=_("title in English"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("kind of measure"))
    causes = forms.MultipleChoiceField(
        label=_("causes it answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    department = forms.CharField(label=_("responsible department"), max_length=120)
    how_to_apply = forms.CharField(label=_("how to apply"), required=False, max_length=2_000, widget=text_area(2))
    how_to_apply_en = forms.CharField(
        label=_("how to apply, in English"), required=False, max_length=2_000, widget=text_area(2)
    )
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("document"), required=False, empty_label=_("none yet")
    )
    per = forms.ChoiceField(label=_("counted per"), choices=Per.choices)
    benefit = forms.ChoiceField(label=_("benefit"), choices=Benefit.choices)
    amount = forms.DecimalField(
        label=_("amount"), required=False, max_digits=12, decimal_places=4, min_value=Decimal(0),
        help_text=_("In yuan; of a share of a cost in percent."),
    )  # fmt: skip
    quantity = forms.ChoiceField(label=_("for each, or share of"), required=False)
    times = forms.IntegerField(label=_("times a year"), min_value=1, max_value=366, initial=1)
    ceiling = forms.DecimalField(
        label=_("ceiling in yuan"), required=False, max_digits=12, decimal_places=2, min_value=Decimal(0)
    )
    once = forms.BooleanField(label=_("once, not every year"), required=False)
    note = forms.CharField(label=_("note"), required=False, max_length=2_000, widget=text_area(2))

    def __init__(
        self, data: Any = None, *, user: User, areas: Iterable[Area] = (), version: PolicyVersion | None = None
    ) -> None:
        """With `do` among the data only the clauses are edited: what is not ready yet is no mistake."""
        super().__init__(data, initial=_initial(version) if version else {})
        self.areas = list(areas)
        self._choose(user)
        if version or len(self.areas) == 1:
            del self.fields["area"]
        if data is None:
            self.household = editor_of("h", HOUSEHOLD, version.condition if version else "")
            self.persons = editor_of("m", MEMBER, version.member_condition if version else "")
        else:
            self.household = editor_posted("h", HOUSEHOLD, data)
            self.persons = editor_posted("m", MEMBER, data)

    def _choose(self, user: User) -> None:
        fields: dict[str, Any] = self.fields
        fields["area"].queryset = Area.objects.filter(pk__in=[each.pk for each in self.areas])
        fields["kind"].choices = kinds.choices()
        fields["causes"].choices = dictionary.choices("cause")
        fields["document"].queryset = documents_for(user)
        numbers = [(each.name, each.label) for each in facts().values() if each.kind == Kind.NUMBER]
        fields["quantity"].choices = [("", _("one")), *numbers]

    @property
    def editors(self) -> list[Editor]:
        return [self.household, self.persons]

    @property
    def first_fields(self) -> list[Any]:
        return [
            self[name]
            for name in ("area", "title", "title_en", "kind", "department", "document")
            if name in self.fields
        ]

    @property
    def benefit_fields(self) -> list[Any]:
        return [self[name] for name in ("benefit", "per", "amount", "quantity", "times", "ceiling", "once")]

    @property
    def more_fields(self) -> list[Any]:
        return [self[name] for name in ("causes", "how_to_apply", "how_to_apply_en", "note")]

    @property
    def home(self) -> Area:
        return self.cleaned_data.get("area") or self.areas[0]

    def full_clean(self) -> None:
        if self.is_bound and self.data.get("do"):
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["condition"] = self.household.condition_text()
        if not data["condition"] and not self.household.errors:
            self.household.errors.append(str(_("Say who is entitled: at least one clause.")))
        data["member_condition"] = self.persons.condition_text() if data.get("per") == Per.MEMBER else ""
        if data.get("per") == Per.MEMBER and not data["member_condition"] and not self.persons.errors:
            self.persons.errors.append(str(_("Say which persons count.")))
        wrong = self.household.errors + (self.persons.errors if data.get("per") == Per.MEMBER else [])
        if wrong:
            self.add_error(None, " ".join(wrong))
        return data

    def said(self) -> Said:
        data = self.cleaned_data
        amount = data["amount"]
        if data["benefit"] == Benefit.IN_KIND:
            amount = None
        elif data["benefit"] == Benefit.SHARE and amount is not None:
            amount = amount / 100
        plain = {name: data[name] for name in PLAIN}
        return Said(
            **plain, causes=tuple(data["causes"]), amount=amount, condition=data["condition"],
            member_condition=data["member_condition"],
        )  # fmt: skip


def _initial(version: PolicyVersion) -> dict[str, Any]:
    first = {name: getattr(version, name) for name in (*PLAIN, "causes", "amount")}
    if version.benefit == Benefit.SHARE and version.amount is not None:
        first["amount"] = version.amount * 100
    for name in ("amount", "ceiling"):
        if first[name] is not None:
            first[name] = f"{first[name].normalize():f}"
    return first


class PublishForm(Form):
    on = day(_("in force from"), initial=timezone.localdate)
    why = forms.CharField(
        label=_("reason"), required=False, max_length=1_000, widget=text_area(2),
        help_text=_("Needed where the day is past."),
    )  # fmt: skip


class EndForm(Form):
    on = day(_("in force until"), help_text=_("The first day on which it holds no longer."))
    why = forms.CharField(label=_("reason"), max_length=1_000, widget=text_area(2))


class WhatIfForm(Form):
    """Another line, and drafts in the place of what holds."""

    line = forms.DecimalField(
        label=_("poverty line"), required=False, max_digits=9, decimal_places=2, min_value=Decimal(1),
        help_text=_("Yuan per person and year; empty for the line that holds."),
    )  # fmt: skip
    drafts = forms.ModelMultipleChoiceField(
        PolicyVersion.objects.none(), label=_("drafts"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, drafts: Any) -> None:
        super().__init__(data)
        self.fields["drafts"].queryset = drafts  # type: ignore[attr-defined]

    def clean_drafts(self) -> Any:
        """Of one policy one draft: two cannot hold in its place at once."""
        chosen = self.cleaned_data["drafts"]
        if len({each.policy_id for each in chosen}) < len(chosen):
            raise forms.ValidationError(_("Two of these drafts are of the same policy: choose one of them."))
        return chosen
