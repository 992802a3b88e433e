"""Postings and pledges."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assistance.actions.postings import Posted
from jingzhun.assistance.models import Posting, Team
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.registry.forms.fields import date_field

from .base import OfCounty


class PostingForm(OfCounty):
    """Who is posted where, after whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Posting.Kind.choices)
    area = forms.ChoiceField(label=gettext_lazy("Village or town"))
    since = date_field(gettext_lazy("Since"))
    planned_until = date_field(gettext_lazy("Term ends on"), required=False)
    take_over = forms.BooleanField(label=gettext_lazy("takes over from who is there now"), required=False)
    handed_over = forms.CharField(
        label=gettext_lazy("What is handed over"), required=False, max_length=1_000, widget=text_area(2)
    )

    field_order = ("kind", "number")

    def __init__(self, *args: Any, county: Area, **kwargs: Any) -> None:
        super().__init__(*args, county=county, **kwargs)
        places = Area.objects.filter(within(county.pk, "code"), level__in=("town", "village"), valid_until=None)
        fields: dict[str, Any] = self.fields
        fields["area"].choices = [
            (area.pk, area.short_name if area.level == "town" else f"　{area.short_name}")
            for area in places.order_by("code")
        ]

    def posted(self) -> Posted:
        """What the form tells, for the action."""
        data = self.cleaned_data
        area = Area.objects.get(pk=data["area"])
        before = None
        if data["take_over"]:
            before = Posting.objects.filter(kind=data["kind"], area=area, until=None).first()
        team = Team.objects.filter(organisation=data["number"].organisation, area=area, until=None).first()
        return Posted(
            data["kind"], data["number"], area, data["since"], data["planned_until"], team, before, data["handed_over"]
        )


class EndForm(Form):
    """When and why something ends."""

    day = date_field(gettext_lazy("Day"))
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_area(2))


class AbsenceForm(Form):
    """Days away, with the reason."""

    first_on = date_field(gettext_lazy("First day"))
    last_on = date_field(gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class PresenceForm(Form):
    """How many days of a month each of some people was in the village; an empty field says nothing."""

    def __init__(self, *args: Any, postings: Sequence[Any], month: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.postings = postings
        most = monthrange(month.year, month.month)[1]
        for each in postings:
            widget = forms.NumberInput(
                attrs={"inputmode": "numeric", "class": "form-control", "aria-label": each.cadre.name}
            )
            self.fields[self.name_of(each)] = forms.IntegerField(
                required=False, min_value=0, max_value=most, initial=each.days, widget=widget, label=each.cadre.name
            )

    @staticmethod
    def name_of(posting: Posting) -> str:
        return f"days_{posting.pk}"

    def told(self) -> list[tuple[Posting, int]]:
        """Who was there how long; those whose field is empty or unchanged are left out."""
        days = [(each, self.cleaned_data[self.name_of(each)]) for each in self.postings]
        return [(each, number) for each, number in days if number is not None and number != each.days]
