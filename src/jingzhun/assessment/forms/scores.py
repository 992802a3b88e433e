"""Which year is computed, entered values with their evidence, appeals, cards."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.assessment.models import Card, Indicator, Point
from jingzhun.assessment.words import unit_label
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.policy.actions.documents import Filed, look_at
from jingzhun.registry.rules.refusals import Refused

FIRST_YEAR, MOST = 2014, 10**12


class ComputeForm(Form):
    """Whose scores of which year."""

    subject = forms.ChoiceField(label=_("For whom"), choices=Card.Subject.choices)
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year


class WhyForm(Form):
    """A reason."""

    why = forms.CharField(label=_("Why"), max_length=200, widget=text_area(2))


class PaperForm(Form):
    """The paper that proves what is entered."""

    note = forms.CharField(label=_("Where it comes from: the document and its number"), max_length=300)
    file = forms.FileField(
        label=_("Evidence"), required=False, widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.txt"}),
        help_text=_("PDF, Word (.docx) or text, at most 30 MB."), error_messages={"empty": _("The file is empty.")},
    )  # fmt: skip

    def clean_file(self) -> Filed | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        try:
            return look_at(file, file.size)
        except Refused as refused:
            raise forms.ValidationError([str(text) for texts in refused.messages.values() for text in texts]) from None


class EnterAllForm(PaperForm):
    """Values of one indicator for all of the judged: a line for each, name or code and value."""

    code = forms.ChoiceField(label=_("Indicator"))
    values = forms.CharField(
        label=_("Values"), widget=text_area(8, spellcheck="false"),
        help_text=_("A line for each: name and value. For example: Changning 88.5"),
    )  # fmt: skip
    field_order = ("code", "values", "note", "file")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = choices  # type: ignore[attr-defined]
        self.fields["file"].required = True
        self.names = names

    def clean_values(self) -> dict[str, Decimal]:
        """Values by key. Raises ValidationError that names the lines."""
        found, wrong = {}, []
        for number, words in enumerate(map(str.split, self.cleaned_data["values"].splitlines()), 1):
            if not words:
                continue
            key, value = self.names.get(" ".join(words[:-1])), _number(words[-1])
            if key is None or value is None or key in found:
                wrong.append(str(number))
            else:
                found[key] = value
        if wrong:
            text = gettext("Write a name of this list, once, and its value in line %(lines)s.")
            raise forms.ValidationError(text % {"lines": ", ".join(wrong)})
        return found


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < MOST else None


class EnterForm(PaperForm):
    """A value that the system cannot know, with the paper that proves it."""

    value = forms.DecimalField(label=_("Value"), max_digits=14, decimal_places=2)
    field_order = ("value", "note", "file")

    def __init__(self, *args: Any, point: Point, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"value": point.value, "note": point.note})
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = unit_label(point.indicator.unit)


class AppealForm(Form):
    """Why the judged does not agree."""

    text = forms.CharField(label=_("Why"), max_length=2_000, widget=text_area(4))


class DecideAppealForm(Form):
    """Other points or none, and the reply. `decision`: which button was pressed."""

    points = forms.DecimalField(
        label=_("Points instead, if the appeal is upheld"), required=False, max_digits=6, decimal_places=2, min_value=0
    )
    reply = forms.CharField(label=_("Reply"), max_length=2_000, widget=text_area(3))
    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("decision") == "approve" and data.get("points") is None and "points" not in self.errors:
            self.add_error("points", _("Say how many points it gets instead."))
        return data

    @property
    def given(self) -> Decimal | None:
        """Points instead; None where the appeal is dismissed."""
        return self.cleaned_data["points"] if self.cleaned_data["decision"] == "approve" else None


class CardForm(Form):
    """The weights of a draft, a field for each indicator, and the document that orders it."""

    document = forms.CharField(label=_("Document"), max_length=200)

    def __init__(self, *args: Any, card: Card, lines: list[Indicator], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"document": card.document})
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"weight-{line.pk}"] = forms.DecimalField(
                label=f"{line.group_label} · {line.label}", max_digits=6, decimal_places=2, min_value=0,
                initial=line.weight,
            )  # fmt: skip

    @property
    def weights(self) -> dict[int, Decimal]:
        """By indicator."""
        found = {name: value for name, value in self.cleaned_data.items() if name.startswith("weight-")}
        return {int(name.removeprefix("weight-")): value for name, value in found.items()}


class YearForm(Form):
    """From which year a card holds."""

    year = forms.IntegerField(label=_("From the year"), min_value=FIRST_YEAR, max_value=2100)
