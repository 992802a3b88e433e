"""Nominating a village, the two committees' meeting, the town's statement, the leaders, the decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.villages import Meeting
from jingzhun.identification.models import LeaderApproval, Nomination

from .base import Form, text_area
from .days import DayInput


class NominateForm(Form):
    """The village's situation in words; a reason where an indicator is not met."""

    statement = forms.CharField(label=_("The village's situation"), max_length=5_000, widget=text_area(5))
    exception = forms.CharField(
        label=_("Why the village is nominated all the same"),
        required=False,
        max_length=2_000,
        widget=text_area(2),
        help_text=_("Needed where one of the three tests is missed or not known."),
    )


class ResolutionForm(Form):
    """The meeting of the village's two committees."""

    held_on = forms.DateField(label=_("Held on"), widget=DayInput(), initial=timezone.localdate)
    entitled = forms.IntegerField(label=_("Members"), min_value=1, max_value=999)
    present = forms.IntegerField(label=_("Present"), min_value=0, max_value=999)
    in_favour = forms.IntegerField(label=_("In favour"), min_value=0, max_value=999)
    chair = forms.CharField(label=_("Led by"), max_length=60)
    minutes = forms.CharField(label=_("Minutes"), required=False, max_length=20_000, widget=text_area(3))

    def meeting(self) -> Meeting:
        return Meeting(**self.cleaned_data)


class StatementForm(Form):
    """What the town found of the village."""

    town_statement = forms.CharField(label=_("What the town found"), max_length=5_000, widget=text_area(4))
    agrees = forms.ChoiceField(label=_("The town"), choices=[("yes", _("agrees")), ("no", _("does not agree"))])

    @property
    def told(self) -> tuple[str, bool]:
        return self.cleaned_data["town_statement"], self.cleaned_data["agrees"] == "yes"


class ApprovalForm(Form):
    """What a leader in charge decided on the ticked villages."""

    level = forms.ChoiceField(label=_("Leader of"), choices=LeaderApproval.Level.choices)
    leader = forms.CharField(label=_("Leader's name"), max_length=60)
    agrees = forms.ChoiceField(label=_("Decision"), choices=[("yes", _("approves")), ("no", _("does not approve"))])
    opinion = forms.CharField(label=_("Opinion"), required=False, max_length=2_000, widget=text_area(2))
    nominations = forms.ModelMultipleChoiceField(
        Nomination.objects.none(), error_messages={"required": _("Tick at least one village.")}
    )

    def __init__(self, *args: Any, among: Sequence[Nomination], levels: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Nomination.objects.filter(pk__in=[each.pk for each in among]).select_related("case")
        self.fields["nominations"].queryset = chosen  # type: ignore[attr-defined]
        labels = dict(LeaderApproval.Level.choices)
        self.fields["level"].choices = [(level, labels[level]) for level in levels]  # type: ignore[attr-defined]


class VillageNoticeForm(Form):
    """The day and the place of a notice of poor villages."""

    opens_on = forms.DateField(
        label=_("Opens on"),
        widget=DayInput(),
        initial=timezone.localdate,
        help_text=_("The opening day is not counted."),
    )
    place = forms.CharField(label=_("Where it hangs"), max_length=120)
