"""Forms of the hotline's tips."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.assessment.models import Tip
from jingzhun.assistance.forms.base import PlaceField
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.registry.forms.fields import date_field

from .supervision import places


class TipForm(Form):
    about = PlaceField(Area.objects.none(), label=gettext_lazy("Place complained of"))
    received_on = date_field(pgettext_lazy("tip", "Received on"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Tip.Kind.choices)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), choices=Tip.Topic.choices)
    text = forms.CharField(
        label=gettext_lazy("What is told"), max_length=2_000, widget=text_area(4),
        help_text=gettext_lazy("Without the reporter's name: it is kept sealed, below."),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Reporter's name"), max_length=60, required=False,
        help_text=gettext_lazy("Empty: anonymous."),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Reporter's phone"), max_length=30, required=False)

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["about"].queryset = places(area)


class ForwardForm(Form):
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), choices=Tip.Grade.choices)
    to = PlaceField(Area.objects.none(), label=gettext_lazy("Who answers"))

    def __init__(self, *args: Any, tip: Tip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        above = [tip.about_id[:length] for length in (6, 9) if length < len(tip.about_id)]
        fields["to"].queryset = Area.objects.filter(pk__in=[*above, tip.handler_id]).order_by("code")


class AnswerForm(Form):
    on = date_field(gettext_lazy("Answered on"))
    upheld = forms.TypedChoiceField(
        label=gettext_lazy("Is it true"), coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("yes, in whole or in part")), ("no", gettext_lazy("no"))],
    )  # fmt: skip
    text = forms.CharField(label=gettext_lazy("Answer"), max_length=2_000, widget=text_area(4))


class TellForm(Form):
    on = date_field(gettext_lazy("Told on"))
    how = forms.CharField(
        label=gettext_lazy("Told how"), max_length=120, help_text=gettext_lazy("By phone, by letter, at home.")
    )
