"""A document of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.people.models import User
from jingzhun.policy.actions.documents import Told
from jingzhun.policy.models import Document
from jingzhun.policy.queries.documents import replaceable
from jingzhun.policy.rules.files import LONGEST_TEXT

from .base import Form, day, text_area

FIELDS = ("number", "title", "issuer", "issued_on", "valid_from", "valid_until", "replaces", "text")


class DocumentForm(Form):
    """What is said of a document, its file, and its text where the file has none."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("library of"))
    number = forms.CharField(
        label=_("document number"), max_length=60, help_text=_("As it stands on the document: 永政发〔2014〕12号.")
    )
    title = forms.CharField(label=_("title"), max_length=200)
    issuer = forms.CharField(label=_("issuer"), max_length=120, widget=forms.TextInput({"list": "issuers"}))
    issued_on = day(_("issued on"))
    valid_from = day(_("in force from"))
    valid_until = day(_("in force until"), required=False, help_text=_("The first day on which it holds no longer."))
    replaces = forms.ModelChoiceField(
        Document.objects.none(), label=_("replaces"), required=False, empty_label=_("nothing"),
        help_text=_("What is replaced ends on the day from which this one is in force."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("file"), required=False, widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.txt"}),
        help_text=_("PDF, Word (.docx) or text, at most 30 MB. Its text is read by itself."),
        error_messages={"empty": _("The file is empty.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("text"), required=False, widget=text_area(8), max_length=LONGEST_TEXT,
        help_text=_("Leave it empty for the file's own text. Of a scan, type or paste what the search should find."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, areas: list[Area], document: Document | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        area = document.area if document else areas[0]
        self.fields["replaces"].queryset = replaceable(  # type: ignore[attr-defined]
            user, area, document.pk if document else None
        )
        self.fields["area"].queryset = Area.objects.filter(  # type: ignore[attr-defined]
            pk__in=[each.pk for each in areas]
        )
        self.initial.setdefault("area", area.pk)
        if document or len(areas) == 1:
            del self.fields["area"]
        self.home = area

    @property
    def area_chosen(self) -> Area:
        return self.cleaned_data.get("area") or self.home

    def told(self) -> Told:
        return Told(**{name: self.cleaned_data[name] for name in FIELDS})


def initial_of(document: Document) -> dict[str, Any]:
    """A document as the form shows it."""
    return {name: getattr(document, name) for name in FIELDS}
