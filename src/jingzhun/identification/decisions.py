"""What the decisions of identification are called on screens."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS = {
    "identification.judge_present": _("a judge marked as present"),
    "identification.judge_conflicts": _("a judge's conflicts recorded"),
    "identification.judge_code_renewed": _("a judge's code replaced"),
    "identification.attached": _("a picture kept as evidence"),
    "identification.contact_seen": _("a household's phone looked up"),
    "identification.code_issued": _("a household's code printed"),
    "identification.code_used": _("a household entered with its code"),
    "identification.committees_resolved": _("the two committees' vote recorded"),
    "identification.flag_decided": _("a doubt decided"),
    "identification.flag_raised": _("a doubt raised"),
    "identification.leader_approved": _("a leader in charge decided"),
    "identification.list_exported": _("a list of cases exported"),
    "identification.list_taken": _("a department's list taken"),
    "identification.meeting_corrected": _("the record of a meeting corrected"),
    "identification.meeting_held": _("a village evaluation held"),
    "identification.minutes_signed": _("minutes signed"),
    "identification.panel_closed": _("the review meeting closed"),
    "identification.panel_prepared": _("the review meeting called"),
    "identification.judges_invited": _("judges invited"),
    "identification.scoring_begun": _("scoring begun"),
    "identification.judge_absent": _("a judge marked as absent"),
    "identification.phone_confirmed": _("a household confirmed its phone"),
    "identification.quotas_set": _("quotas set"),
    "identification.round_closed": _("a round closed"),
    "identification.round_opened": _("a round opened"),
    "identification.town_stated": _("the town's statement written"),
    "identification.village_scored": _("a village scored"),
    "identification.visited": _("a home visit recorded"),
    "identification.voted": _("a vote recorded"),
    "identification.town_opinion": _("the town's opinion written"),
    "identification.county_opinion": _("the county's opinion written"),
}
RECORDS = {"round": _("round"), "panel": _("panel"), "meeting": _("meeting")}
VALUES = {
    "filed_by": _("Filed by"),
    "purpose": _("Purpose"),
    "opinion": _("Opinion"),
    "signed": _("Signed"),
    "surveyor_1": _("First surveyor"),
    "surveyor_2": _("Second surveyor"),
    "per_capita": _("Income per person"),
    "cause": _("Cause"),
    "meeting": _("Meeting"),
    "in_favour": _("In favour"),
    "against": _("Against"),
    "abstained": _("Abstained"),
    "recused": _("Not voting, as a relative"),
    "present": _("Present"),
    "entitled": _("Entitled to vote"),
    "votes": _("Households voted on"),
    "fell_away": _("Applications that fell away"),
    "answers": _("Upheld objection"),
    "held_on": _("Held on"),
    "chair": _("Chair"),
    "recorder": _("Recorder"),
    "agrees": _("Agrees"),
    "visited": _("Visited"),
    "flag": _("Doubt"),
    "red_line": _("Red line"),
    "origin": _("Raised by"),
    "as_of": _("As of"),
    "source": _("Source"),
    "way": _("Handed in by"),
    "quota": _("Quota"),
    "document": _("Document"),
    "valid_until": _("Valid until"),
    "wanted": _("Villages to be listed"),
    "judge": _("Judge"),
    "judges": _("Judges"),
    "villages": _("Villages"),
    "criteria": _("Criteria"),
    "panel": _("Review meeting"),
    "points": _("Points"),
    "rank": _("Rank"),
    "listed": _("Listed"),
    "level": _("Level"),
}


def codes() -> dict[str, dict[str, Any]]:
    """Texts of the values that are codes."""
    from .models import Attachment, CrossList, FiledBy, Flag, RoundKind
    from .models.evidence import Opinion, Purpose

    return {
        "filed_by": dict(FiledBy.choices),
        "purpose": dict(Purpose.choices),
        "opinion": dict(Opinion.choices),
        "origin": dict(Flag.Origin.choices),
        "way": {"api": _("a program, with an access key")},
        "state": {code: label for code, label in Flag.State.choices if code != Flag.State.OPEN},
        "kind": dict(RoundKind.choices) | dict(CrossList.Kind.choices) | dict(Attachment.Kind.choices),
        "list": {"cases": pgettext_lazy("menu", "Cases")},
    }


def _rounds(numbers: set[str]) -> dict[str, str]:
    from .models import Round

    found = Round.objects.filter(pk__in=_keys(numbers))
    return {str(each.pk): str(each) for each in found}


def _lists(numbers: set[str]) -> dict[str, str]:
    from .models import CrossList

    found = CrossList.objects.filter(pk__in=_keys(numbers)).only("kind", "as_of")
    return {str(each.pk): f"{each.get_kind_display()} {each.as_of}" for each in found}


def _keys(numbers: set[str]) -> list[int]:
    return [int(number) for number in numbers if number.isdecimal() and len(number) < 10]


NAMERS = {"round": _rounds, "list": _lists}
