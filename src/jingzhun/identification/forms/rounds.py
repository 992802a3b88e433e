"""Forms of rounds: opened with window and document, quotas handed down."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.identification.actions.quota_files import some_of
from jingzhun.identification.models import RoundKind
from jingzhun.registry.forms.fields import date_field
from jingzhun.registry.rules.refusals import Refused

from .base import Form, text_area

FIELD = "q_"  # before a village's code: the field of its quota
MOST = 99_999


class RoundForm(Form):
    """A round to be opened. The quota is asked for where the year binds, and then only."""

    county = forms.ChoiceField(label=gettext_lazy("county"))
    year = forms.IntegerField(label=gettext_lazy("year"), min_value=2013, max_value=2100)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=RoundKind.choices, widget=forms.RadioSelect)
    opens_on = date_field(gettext_lazy("Applications from"))
    closes_on = date_field(gettext_lazy("Applications until"))
    quota = forms.IntegerField(
        label=gettext_lazy("The county's quota of households"),
        required=False,
        min_value=1,
        max_value=MOST * 100,
        help_text=gettext_lazy(
            "Only where the year binds the county to one; in other years a quota is refused. Left empty, the round has "
            "no limit; with a quota, a village has as many places as it is handed."
        ),
    )
    document = forms.CharField(
        label=gettext_lazy("Document"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The document that orders the round, with its number."),
    )

    def __init__(self, *args: Any, counties: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(area.code, area.short_name) for area in counties]
        self.fields["county"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["county"].widget = forms.HiddenInput()
            self.fields["county"].initial = choices[0][0]
        self.fields["year"].initial = timezone.localdate().year
        self.fields["kind"].initial = RoundKind.DYNAMIC


class QuotaPasteForm(Form):
    """A list of villages and numbers, pasted or as a workbook; it fills the table, which is then looked at and kept."""

    text = forms.CharField(
        label=gettext_lazy("Paste a list"),
        required=False,
        max_length=200_000,
        widget=text_area(4, placeholder="610426102201  23"),
        help_text=gettext_lazy("One village a line: its code of 12 digits, then the number of households."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a workbook"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text=gettext_lazy("Its first sheet has a column with the villages' codes and one with the numbers."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text") and not data.get("file"):
            raise forms.ValidationError(_("Paste a list or choose a workbook."))
        return data


def typed_quotas(data: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """Quotas typed into the table by village, and what was typed that is no number of households."""
    quotas, wrong = {}, {}
    for name, text in data.items():
        if not name.startswith(FIELD) or not text.strip():
            continue
        text = text.strip()
        if text.isascii() and text.isdigit() and int(text) <= MOST:
            quotas[name.removeprefix(FIELD)] = int(text)
        else:
            wrong[name.removeprefix(FIELD)] = text[:20]
    return quotas, wrong


def refusal_of(wrong: Mapping[str, str], names: Mapping[str, str]) -> Refused:
    """Names the villages whose number is none, of many the first ones."""
    said = _("%(village)s: “%(text)s” is not a number of households.")
    faults = [said % {"village": names.get(code, code), "text": text} for code, text in wrong.items()]
    return Refused({"": some_of(faults)})
