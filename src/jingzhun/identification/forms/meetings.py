"""The record of a village evaluation: who came, how they voted, the pictures of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.meetings import Called
from jingzhun.identification.models import Attachment, Meeting
from jingzhun.identification.rules import Tally

from .base import Form, text_area
from .days import DayInput

NUMBERS = ("in_favour", "against", "abstained", "recused")
MOST = 9_999


class MeetingForm(Form):
    """When and where the representatives met, and how many came."""

    held_on = forms.DateField(label=_("Held on"), widget=DayInput())
    place = forms.CharField(label=_("Place"), required=False, max_length=100)
    entitled = forms.IntegerField(
        label=_("Representatives entitled"), min_value=1, max_value=MOST, help_text=_("All who could have come.")
    )
    present = forms.IntegerField(label=_("Representatives present"), min_value=0, max_value=MOST)
    chair = forms.CharField(label=_("Led by"), max_length=60)
    recorder = forms.CharField(label=_("Minutes written by"), max_length=60)
    minutes = forms.CharField(
        label=_("Minutes"),
        required=False,
        max_length=20_000,
        widget=text_area(5),
        help_text=_("What was said for and against; who abstained as a relative."),
    )

    @classmethod
    def of(cls, meeting: Meeting | None, data: Any = None) -> "MeetingForm":
        if meeting is None:
            return cls(data, initial={"held_on": timezone.localdate()})
        return cls(data, initial={name: getattr(meeting, name) for name in cls.base_fields})

    def called(self) -> Called:
        return Called(**self.cleaned_data)


class PictureForm(Form):
    """A picture of the signed minutes, of the sign-in sheet, or of the meeting."""

    file = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    kind = forms.ChoiceField(
        label=_("What it shows"),
        choices=[(each.value, each.label) for each in (Attachment.Kind.MINUTES, Attachment.Kind.SIGN_IN,
                                                       Attachment.Kind.PHOTO)],
    )  # fmt: skip
    taken_on = forms.DateField(
        label=_("Taken on"),
        widget=DayInput(),
        initial=timezone.localdate,
    )


@dataclass
class Votes:
    """The grid as it was sent: tallies and remarks by application, what is wrong by application, what was typed."""

    tallies: dict[int, Tally]
    remarks: dict[int, str]
    emptied: set[int]
    wrong: dict[int, str]
    typed: dict[int, dict[str, str]]


def read_votes(data: Mapping[str, str], applications: Iterable[int], present: int) -> Votes:
    """Read the grid. An empty “against” means: the rest voted against. A row without a number is left out."""
    votes = Votes({}, {}, set(), {}, {})
    for key in applications:
        typed = {name: data.get(f"{name}-{key}", "").strip() for name in (*NUMBERS, "remark")}
        votes.typed[key] = typed
        if not any(typed[name] for name in NUMBERS):
            votes.emptied.add(key)
            continue
        tally, fault = _tally(typed, present)
        fault = fault or _fault(tally, typed, present)
        if fault:
            votes.wrong[key] = fault
        elif tally:
            votes.tallies[key], votes.remarks[key] = tally, typed["remark"]
    return votes


def _tally(typed: Mapping[str, str], present: int) -> tuple[Tally | None, str]:
    numbers: dict[str, int | None] = {}
    for name in NUMBERS:
        text = typed[name]
        if text and not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST):
            return None, gettext("“%(value)s” is not a number of votes.") % {"value": text[:20]}
        numbers[name] = int(text) if text else None
    in_favour, abstained, recused = (numbers[name] or 0 for name in ("in_favour", "abstained", "recused"))
    against = numbers["against"]
    rest = present - in_favour - abstained - recused
    return Tally(in_favour, max(rest, 0) if against is None else against, abstained, recused), ""


def _fault(tally: Tally | None, typed: Mapping[str, str], present: int) -> str:
    if tally and not tally.fits(present):
        counted = tally.in_favour + tally.against + tally.abstained + tally.recused
        told = {"counted": counted, "present": present}
        return gettext("%(counted)s votes counted, %(present)s were present.") % told
    if tally and tally.recused and not typed["remark"]:
        return gettext("Name the relatives who did not vote.")
    return ""
