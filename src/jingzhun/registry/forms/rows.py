"""Forms of a household, a member, a survey and a village's year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.registry import dictionary
from jingzhun.registry.actions.edits import NONE_YET
from jingzhun.registry.actions.saving import ChangedMeanwhile
from jingzhun.registry.models import STANDING, Household, Member, Survey, VillageYear
from jingzhun.registry.queries.history import version_of
from jingzhun.registry.readable import PERSONAL, VILLAGE_UNITS, field_label, readable, spoken
from jingzhun.registry.rules import entry
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.sections import HOUSEHOLD_SECTIONS, MEMBER_SECTIONS, SURVEY_SECTIONS

from .fields import NUMBER_ERRORS, REMOVE, explained, form_field

INDUSTRIES: Any = VillageYear._meta.get_field("leading_industries")
LONGEST_INDUSTRY: int = INDUSTRIES.base_field.max_length
Sections = tuple[tuple[Any, tuple[str, ...]], ...]


class RowForm(forms.Form):
    """A form for columns of one sheet, in sections, with the version of the row that was opened."""

    sheet = ""
    sections: Sections = ()
    mandatory: frozenset[str] = frozenset()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Any = None, **kwargs: Any) -> None:
        self.row = row
        self.conflict: ChangedMeanwhile | None = None
        initial = self._initial(row) | (kwargs.pop("initial", None) or {})
        super().__init__(data, initial=initial, **kwargs)
        for name in self.names:
            self.fields[name] = self._field(name)
        if row is not None:
            self.fields["why"] = forms.CharField(label=_("Why (kept in the journal)"), required=False, max_length=200)

    @property
    def names(self) -> list[str]:
        return [name for _title, names in self.sections for name in names]

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Sections as (title, fields)."""
        for title, names in self.sections:
            yield title, [self[name] for name in names if name in self.fields]

    def values(self) -> dict[str, Any]:
        """Values to be stored, by column; personal numbers only if they were typed."""
        found = {}
        for name in self.names:
            value = self.cleaned_data.get(name)
            if self._kind(name) in PERSONAL:
                if not value:
                    continue
                value = "" if value.strip() == REMOVE else dictionary.fold(value)
                value = value.upper() if self._kind(name) == "id" else value
            found[name] = value
        return found

    def remarks(self) -> list[entry.Remark]:
        """What the rules say of the values typed."""
        return []

    def warnings(self) -> list[str]:
        """What is saved and yet deserves a second look, each named by the field's label."""
        return [
            gettext("%(label)s: %(text)s") % {"label": field_label(self.sheet, remark.field), "text": remark.message}
            for remark in self.remarks()
            if not remark.refuses
        ]

    def refuse(self, refused: Refused) -> None:
        """Show why a write was refused, beside the field it concerns."""
        for name, messages in refused.messages.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))

    def rebased(self, conflict: ChangedMeanwhile) -> "RowForm":
        """The form anew on the row as others left it, with what this user typed on top."""
        typed = {name: value for name, value in self.values().items() if conflict.original.get(name) != value}
        fresh = type(self)(row=conflict.row, initial=typed | {"why": self.cleaned_data.get("why", "")})
        fresh.conflict = conflict
        return fresh

    def _initial(self, row: models.Model | None) -> dict[str, Any]:
        if row is None:
            return {}
        stored = {name: getattr(row, name) for name in self.names if self._kind(name) not in PERSONAL}
        return stored | {"version": version_of(row)}

    def _field(self, name: str) -> forms.Field:
        field = form_field(dictionary.field(self.sheet, name), getattr(self.row, name, None))
        field.required = name in self.mandatory
        return field

    def _kind(self, name: str) -> str:
        return dictionary.field(self.sheet, name).kind


class HouseholdForm(RowForm):
    sheet = "household"
    sections = HOUSEHOLD_SECTIONS

    row: Household

    def remarks(self) -> list[entry.Remark]:
        return entry.household_remarks(self.values())


class MemberForm(RowForm):
    sheet = "member"
    sections = MEMBER_SECTIONS
    mandatory = frozenset({"name", "sex", "relation"})

    row: Member | None

    def remarks(self) -> list[entry.Remark]:
        known = {"id_number": self.row.id_number} if self.row else {}
        return entry.member_remarks(known | self.values(), timezone.localdate())


class HeadForm(RowForm):
    """The head of a household that is recorded anew, with the household's own facts."""

    sheet = "member"
    sections = tuple(
        (title, tuple(name for name in names if name not in ("relation", "work_place", "work_months")))
        for title, names in MEMBER_SECTIONS
    )
    mandatory = frozenset({"name", "sex"})

    def remarks(self) -> list[entry.Remark]:
        return entry.member_remarks(self.values(), timezone.localdate())


class SurveyForm(RowForm):
    sheet = "survey"
    sections = SURVEY_SECTIONS
    mandatory = frozenset({"visited_on", "members_counted"})

    row: Survey | None

    def __init__(
        self, data: Any = None, *, row: Survey | None = None, since: date | None = None, **kwargs: Any
    ) -> None:
        """`since`: the first day on which the register knows the household."""
        super().__init__(data, row=row, **kwargs)
        self.since = since
        if row is None:
            today = timezone.localdate()
            first = entry.first_income_year(since) if since else 1990
            self.fields["year"] = forms.IntegerField(
                label=_("Income year"), min_value=1990, max_value=2100, initial=today.year - 1
            )
            self.fields["year"].widget.attrs |= {"min": first, "max": today.year}
            told = {"low": first, "high": today.year}
            wanted = _("The income year is a year from %(low)s to %(high)s.") % told
            self.fields["year"].error_messages |= dict.fromkeys(NUMBER_ERRORS, wanted)
        self.fields["members_counted"].widget.attrs["min"] = 1

    @property
    def year(self) -> int:
        return self.row.year if self.row else self.cleaned_data["year"]

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for position, (title, fields) in enumerate(super().groups()):
            yield title, ([self["year"], *fields] if position == 0 and "year" in self.fields else fields)

    def values(self) -> dict[str, Any]:
        return super().values() | {"year": self.year}

    def remarks(self) -> list[entry.Remark]:
        return entry.survey_remarks(self.values(), timezone.localdate(), self.since)


class VillageYearForm(forms.ModelForm):
    """What a village reports for a year."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    leading_industries = forms.CharField(
        label=_("leading industries"), required=False, max_length=200, help_text=_("Separated by commas.")
    )

    class Meta:
        model = VillageYear
        exclude = ["area", "year", *STANDING]  # noqa: DJ006 - everything else of the national village form

    def __init__(
        self, data: Any = None, *, row: VillageYear | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, instance=row)
        self.row = row
        self.conflict: ChangedMeanwhile | None = None
        self.initial["version"] = NONE_YET
        for name, unit in VILLAGE_UNITS.items():
            explained(self.fields[name], unit)  # type: ignore[arg-type]
        if row is not None:
            self.initial["version"] = version_of(row)
        self.initial.update(initial or {})
        self.initial["leading_industries"] = "、".join(self.initial.get("leading_industries") or [])

    def clean_leading_industries(self) -> list[str]:
        text = self.cleaned_data["leading_industries"].replace("，", ",").replace("、", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if long := [part for part in parts if len(part) > LONGEST_INDUSTRY]:
            told = {"name": long[0], "count": LONGEST_INDUSTRY}
            raise forms.ValidationError(_("“%(name)s” is longer than %(count)s characters.") % told)
        return parts

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def rebased(self, conflict: ChangedMeanwhile) -> "VillageYearForm":
        """The form anew on the report as others left it, with what this user typed on top."""
        typed = {name: value for name, value in self.values().items() if not _alike(conflict.original.get(name), value)}
        fresh = VillageYearForm(row=conflict.row, initial=typed)  # type: ignore[arg-type]
        fresh.conflict = conflict
        return fresh

    def changed_by_others(self) -> list[dict[str, Any]]:
        """What others changed meanwhile: label, before, after, by whose number, when."""
        told = self.conflict.by_others if self.conflict else []
        return [
            {
                "label": capfirst(VillageYear._meta.get_field(changed.field).verbose_name),  # type: ignore[union-attr]
                "before": _spoken(changed.before),
                "after": _spoken(changed.after),
                "by": change.user_id,
                "at": change.at,
            }
            for change in told
            for changed in change.changes
        ]

    def refuse(self, refused: Refused) -> None:
        for name, messages in refused.messages.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))


def _alike(before: Any, after: Any) -> bool:
    """Whether two values are the same, nothing given among them."""
    return before == after or not (before or after or before is False or after is False or 0 in (before, after))


def _spoken(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(value)
    return str(readable("bool", "", value)) if isinstance(value, bool) else "" if value is None else spoken(value)
