"""Postings and pledges."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assistance.actions.postings import Posted
from jingzhun.assistance.models import Posting, Team
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.forms.fields import date_field

from .base import money_field


class PostingForm(Form):
    """Who is posted where, after whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Posting.Kind.choices)
    number = forms.CharField(label=gettext_lazy("Staff number of the cadre"), max_length=20)
    area = forms.ChoiceField(label=gettext_lazy("Village or town"))
    since = date_field(gettext_lazy("Since"))
    planned_until = date_field(gettext_lazy("Term ends on"), required=False)
    take_over = forms.BooleanField(label=gettext_lazy("takes over from who is there now"), required=False)
    handed_over = forms.CharField(
        label=gettext_lazy("What is handed over"), required=False, max_length=1_000, widget=text_area(2)
    )

    def __init__(self, *args: Any, county: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        places = Area.objects.filter(within(county.pk, "code"), level__in=("town", "village"), valid_until=None)
        fields: dict[str, Any] = self.fields
        fields["area"].choices = [
            (area.pk, area.short_name if area.level == "town" else f"　{area.short_name}")
            for area in places.order_by("code")
        ]

    def clean_number(self) -> Cadre:
        found = Cadre.objects.filter(county=self.county, number=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("No cadre of the county has this number."))
        return found

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


class PledgeForm(Form):
    """What an organisation promises."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=gettext_lazy("Organisation"))
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2010, max_value=2100)
    amount = money_field(gettext_lazy("Yuan"), required=True, max_digits=14)
    in_kind = forms.BooleanField(label=gettext_lazy("goods or services worth so much"), required=False)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=200)
    document = forms.CharField(label=gettext_lazy("Document"), required=False, max_length=200)
