"""What organisations pledge, what arrives, the teams that they send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.identification.forms.base import Form
from jingzhun.people.models import Organisation
from jingzhun.registry.forms.fields import date_field

from .base import PlaceField, money_field


class PledgeForm(Form):
    """What an organisation promises."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=gettext_lazy("Organisation"))
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2010, max_value=2100)
    amount = money_field(gettext_lazy("Yuan"), required=True, max_digits=14)
    in_kind = forms.BooleanField(label=gettext_lazy("goods or services worth so much"), required=False)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=200)
    document = forms.CharField(label=gettext_lazy("Document"), required=False, max_length=200)


class ArrivalForm(Form):
    """What arrived of a pledge."""

    on = date_field(gettext_lazy("Day"))
    amount = money_field(gettext_lazy("Yuan"), required=True, max_digits=14)
    area = PlaceField(Area.objects.none(), label=gettext_lazy("For which area"))
    evidence = forms.CharField(label=gettext_lazy("Evidence"), max_length=200)

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["area"]
        places.queryset = Area.objects.filter(within(county, "code"), valid_until=None).order_by("code")


class TeamForm(Form):
    """Where a team goes, and since when."""

    area = PlaceField(Area.objects.none(), label=gettext_lazy("Village"))
    since = date_field(gettext_lazy("Since"))

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["area"]
        villages = Area.objects.filter(within(county, "code"), level="village", valid_until=None)
        places.queryset = villages.order_by("code")
