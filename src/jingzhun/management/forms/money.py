"""Sources, arrivals, allocations, payment orders."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.management import kinds
from jingzhun.management.actions.money import Granted
from jingzhun.management.actions.orders import ToPay
from jingzhun.management.models import Order, Project, Source
from jingzhun.people.models import Organisation
from jingzhun.registry.forms.fields import date_field
from jingzhun.registry.models import Household

MOST_LINES = 2_000
YUAN = gettext_lazy("Yuan")


def yuan_field(label: Any = YUAN, **kwargs: Any) -> forms.DecimalField:
    """An amount above nothing with two places."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=Decimal("0.01"), widget=widget,
                              **kwargs)  # fmt: skip


class SourceForm(Form):
    """What a document promises."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2010, max_value=2100)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Source.LEVELS)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    document = forms.CharField(label=gettext_lazy("Document"), max_length=120)
    planned = yuan_field(gettext_lazy("Yuan by the document"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=gettext_lazy("Organisation, if it gives the money"), required=False
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these kinds of projects (none: for any)"), required=False,
        choices=kinds.choices, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def granted(self, county: Area) -> Granted:
        data = self.cleaned_data
        return Granted(county, data["year"], data["level"], data["title"], data["document"], data["planned"],
                       tuple(data["purposes"]), data["organisation"])  # fmt: skip


class ArrivalForm(Form):
    """What arrived, when, by which paper."""

    amount = yuan_field()
    on = date_field(gettext_lazy("Day"))
    document = forms.CharField(label=gettext_lazy("Evidence"), max_length=120)


class AllocationForm(Form):
    """Money of a source for a project."""

    project = forms.ModelChoiceField(Project.objects.none(), label=gettext_lazy("Project"))
    amount = yuan_field()
    document = forms.CharField(label=gettext_lazy("Document"), max_length=120)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Project.objects.filter(within(source.county_id, "area_id"), state__in=("approved", "under_way"))
        fields: dict[str, Any] = self.fields
        fields["project"].queryset = rows.filter(kind__in=source.purposes) if source.purposes else rows


class DecideForm(Form):
    """Approved or not, on which day; a refusal says why."""

    on = date_field(gettext_lazy("Day"))
    why = forms.CharField(label=gettext_lazy("Why (needed for a refusal)"), required=False, max_length=200,
                          widget=text_area(2))  # fmt: skip


class ReasonForm(Form):
    """A day and a reason."""

    on = date_field(gettext_lazy("Day"))
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_area(2))


class AmountForm(ReasonForm):
    """How much, when, why."""

    amount = yuan_field()
    field_order = ("amount", "on", "why")


class OrderForm(Form):
    """Whom a project pays: one line for each payee, its number or name and the yuan."""

    payees = forms.ChoiceField(label=gettext_lazy("Paid to"), choices=Order.Payees.choices)
    title = forms.CharField(label=gettext_lazy("For what"), max_length=120)
    reference = forms.CharField(label=gettext_lazy("Contract, invoice or list"), max_length=80)
    lines = forms.CharField(
        label=gettext_lazy("Payees"), widget=text_area(10, spellcheck="false"),
        help_text=gettext_lazy("A line for each: the household's number (or a name) and the yuan, as in a sheet."),
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "lines" in data and "payees" in data:
            try:
                data["to_pay"] = self._read(data["lines"], data["payees"] == Order.Payees.HOUSEHOLDS)
            except forms.ValidationError as wrong:
                self.add_error("lines", wrong)
        return data

    def _read(self, text: str, of_households: bool) -> list[ToPay]:
        """Payees line by line. Raises ValidationError that names the lines that are wrong."""
        rows = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(rows) > MOST_LINES:
            raise forms.ValidationError(_("At most %(number)s lines in one order.") % {"number": MOST_LINES})
        wrong = [number for number, words in rows if len(words) < 2 or _yuan(words[-1]) is None]
        numbers = {words[0] for _number, words in rows}
        known = self._households(numbers) if of_households else {}
        wrong += [number for number, words in rows if of_households and words[0] not in known and number not in wrong]
        if wrong:
            told = {"lines": ", ".join(map(str, sorted(wrong)[:10]))}
            raise forms.ValidationError(
                _("Not understood, or no household of the project's area: line %(lines)s.") % told
            )
        return [self._line(words, known) for _number, words in rows]

    def _households(self, numbers: set[str]) -> dict[str, Household]:
        rows = Household.objects.filter(number__in=numbers, village_code__startswith=self.project.area_id)
        return {row.number: row for row in rows}

    @staticmethod
    def _line(words: list[str], known: dict[str, Household]) -> ToPay:
        household = known.get(words[0])
        name = " ".join(words[1:-1]) or words[0] if household else " ".join(words[:-1])
        return ToPay(name, _yuan(words[-1]) or Decimal(0), household)


def _yuan(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    exponent = found.as_tuple().exponent
    sound = found.is_finite() and found > 0 and isinstance(exponent, int) and exponent >= -2 and found < 10**12
    return found if sound else None
