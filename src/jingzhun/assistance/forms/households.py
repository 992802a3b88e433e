"""What a helper tells on a phone: a visit, a need, a measure, a plan."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.assistance.actions.measures import Wanted
from jingzhun.assistance.actions.visits import MOST_PHOTOS, Heard, Seen
from jingzhun.assistance.models import HouseholdPlan, Need, Season
from jingzhun.assistance.queries.mine import cadre_of
from jingzhun.assistance.queries.proposals import Proposal
from jingzhun.assistance.queries.seasons import seasons_of
from jingzhun.assistance.rules.seasons import needed_by
from jingzhun.assistance.telling import season_words
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.identification.forms.visit import HIDDEN, PICTURES, SeveralPicturesField, SeveralPicturesInput
from jingzhun.people.models import Organisation, User
from jingzhun.policy.models import Policy
from jingzhun.registry.forms.fields import date_field
from jingzhun.registry.models import Household

from .base import SignedForm, kind_field, money_field

OF_THE_FAMILY = forms.TextInput(attrs={"list": "family"})


class VisitForm(Form):
    """A visit in under a minute: what was found is all that must be typed."""

    on = date_field(gettext_lazy("Day of the visit"))
    met = forms.CharField(
        label=gettext_lazy("Who was met"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "family"}),
    )
    found = forms.CharField(label=gettext_lazy("What was found"), max_length=4_000, widget=text_area(3))
    next_step = forms.CharField(label=gettext_lazy("Next step"), required=False, max_length=300)
    next_on = date_field(gettext_lazy("Next step until"), required=False)
    need_kind = kind_field(required=False)
    need_text = forms.CharField(
        label=gettext_lazy("What is needed"), required=False, max_length=1_000, widget=text_area(2)
    )
    need_routed = forms.ChoiceField(
        label=gettext_lazy("Who is to answer"), required=False, choices=Need.Routed.choices[:3]
    )
    photos = SeveralPicturesField(
        label=gettext_lazy("Photos"), required=False, widget=SeveralPicturesInput(attrs={"accept": PICTURES})
    )
    latitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, min_value=-90, max_value=90, widget=HIDDEN
    )
    longitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180, widget=HIDDEN
    )
    accuracy = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=HIDDEN)
    sent_as = forms.UUIDField(widget=HIDDEN)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if len(data.get("photos") or ()) > MOST_PHOTOS:
            self.add_error("photos", _("At most %(count)s photos.") % {"count": MOST_PHOTOS})
        if data.get("need_text", "").strip() and not data.get("need_kind"):
            self.add_error("need_kind", _("Choose what kind of need it is."))
        if data.get("need_kind") and not data.get("need_text", "").strip():
            self.add_error("need_text", _("Say in a few words what is needed."))
        return data

    def seen(self, household: Household, user: User) -> Seen:
        """What the form tells, for the action."""
        data = self.cleaned_data
        both = data["latitude"] is not None and data["longitude"] is not None
        heard = Heard(data["need_kind"], data["need_text"], data["need_routed"] or Need.Routed.TOWN)
        return Seen(
            household,
            data["on"],
            data["found"],
            data["met"],
            data["next_step"],
            data["next_on"],
            (data["latitude"], data["longitude"]) if both else None,
            data["accuracy"],
            (heard,) if data["need_kind"] else (),
            cadre_of(user),
            data["sent_as"],
        )

    def pictures(self) -> list[tuple[Any, int]]:
        return [(file, file.size) for file in self.cleaned_data["photos"]]


class NeedForm(Form):
    """A need, and who is to answer it."""

    kind = kind_field()
    text = forms.CharField(label=gettext_lazy("What is needed"), max_length=1_000, widget=text_area(3))
    routed = forms.ChoiceField(label=gettext_lazy("Who is to answer"), choices=Need.Routed.choices)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Organisation"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.all()  # type: ignore[attr-defined]

    def heard(self) -> Heard:
        data = self.cleaned_data
        return Heard(data["kind"], data["text"], data["routed"], data["organisation"] and data["organisation"].pk)


class RouteForm(Form):
    """Who else is to answer a need, and until when."""

    routed = forms.ChoiceField(label=gettext_lazy("Who is to answer"), choices=Need.Routed.choices)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=gettext_lazy("Organisation"), required=False
    )
    due_on = date_field(gettext_lazy("Due on"))


class AnswerForm(Form):
    """What is done about a need."""

    answer = forms.CharField(label=gettext_lazy("Answer"), max_length=2_000, widget=text_area(3))


class MeasureForm(Form):
    """A measure to be planned."""

    kind = kind_field()
    content = forms.CharField(label=gettext_lazy("What the household gets"), max_length=300)
    due_on = date_field(gettext_lazy("Due on"))
    season = forms.ModelChoiceField(
        Season.objects.none(), label=gettext_lazy("Season"), required=False,
        help_text=gettext_lazy("Inputs are due before the season needs them."),
    )  # fmt: skip
    policy = forms.ModelChoiceField(Policy.objects.none(), label=gettext_lazy("Policy"), required=False)
    amount = money_field(gettext_lazy("Yuan"))
    quantity = forms.CharField(label=gettext_lazy("Quantity"), required=False, max_length=60)
    provider = forms.ModelChoiceField(Organisation.objects.all(), label=gettext_lazy("Provided by"), required=False)
    months = forms.IntegerField(label=gettext_lazy("Term in months"), required=False, min_value=1, max_value=600)
    area_m2 = forms.DecimalField(
        label=gettext_lazy("Floor area in m²"), required=False, max_digits=8, decimal_places=2, min_value=0
    )
    self_payment = money_field(gettext_lazy("Own payment in yuan"))

    def __init__(self, *args: Any, household: Household, policies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county = household.village_code[:6]
        fields: dict[str, Any] = self.fields
        fields["season"].queryset = seasons_of(county)
        fields["season"].label_from_instance = _season
        if not fields["season"].queryset.exists():
            del fields["season"]
        fields["policy"].queryset = Policy.objects.filter(pk__in=[pk for pk, _title in policies])
        fields["policy"].choices = [("", "—"), *policies]

    def wanted(self, household: Household, need: Need | None, plan: HouseholdPlan | None) -> Wanted:
        data = dict(self.cleaned_data)
        return Wanted(household, need=need, plan=plan, **data)


def _season(season: Season) -> str:
    """A work of the farming year, and until when its inputs are needed next."""
    day = needed_by(season.work_of_year, timezone.localdate())
    return _("%(work)s: needed by %(day)s") % {"work": season_words(season), "day": day.isoformat()}


class DeliverForm(Form):
    """When a measure was delivered, with a picture if there is one."""

    on = date_field(gettext_lazy("Delivered on"))
    photo = forms.FileField(
        label=gettext_lazy("A photo of what was delivered"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )

    def picture(self) -> tuple[Any, int] | None:
        file = self.cleaned_data["photo"]
        return (file, file.size) if file else None


class ConfirmForm(SignedForm):
    """The household's word that it received."""

    signed_by = forms.CharField(label=gettext_lazy("Who signs"), max_length=60)
    on = date_field(gettext_lazy("Signed on"))
    effect = money_field(gettext_lazy("Effect on the year's income in yuan"), min_value=None)


class DropForm(Form):
    """Why a measure is dropped."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_area(2))


class PlanForm(Form):
    """What a household is to reach in a year, and what of the proposals its plan takes up."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2014, max_value=2100)
    goal = forms.CharField(label=gettext_lazy("Goal"), max_length=1_000, widget=text_area(3))
    income_target = money_field(gettext_lazy("Per-capita net income to be reached (yuan)"))
    chosen = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Something that was ticked is planned already: look again.")},
    )
    due_on = date_field(gettext_lazy("Until (empty: the end of the year)"), required=False)

    def __init__(self, *args: Any, proposals: Sequence[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        fields: dict[str, Any] = self.fields
        fields["chosen"].choices = [(each.key, each.label) for each in proposals]

    def ticked(self) -> list[tuple[Proposal, bool]]:
        """Each proposal, and whether it is ticked: by the user, else what fits."""
        keys = self["chosen"].value() or []
        return [(each, each.key in keys) for each in self.proposals]

    def taken_up(self) -> list[Proposal]:
        return [each for each in self.proposals if each.key in self.cleaned_data["chosen"]]


class AgreeForm(SignedForm):
    """The household's word for its plan."""

    signed_by = forms.CharField(label=gettext_lazy("Who signs"), max_length=60)
    on = date_field(gettext_lazy("Agreed on"))


class OpenAgainForm(Form):
    """Why an agreed plan is to change."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_area(2))
