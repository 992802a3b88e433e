"""The procedure of identifying poor villages, as a table (domain.md §3.2)."""

from django.utils.translation import gettext_lazy as _

from jingzhun.areas.rules import Level
from jingzhun.identification.village_rules import NAME
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.rules import DONE, Procedure, Step

from . import village_guards
from .actions.villages import list_villages

DEMANDS = {
    "resolved": _("The two committees met with a quorum and more than half voted for it."),
    "noticed": _("The notice hung on the board, with a photo, for its full time; no objection was upheld."),
    "no_open_objection": _("No objection against the village is open; at the end, none may be appealed any more."),
    "stated": _("The town stated what it found and agrees."),
    "scored": _("The review meeting is closed and the village is on its list."),
    "approved": _("The leaders in charge, of the town and of the county, approved."),
}

VILLAGES = Procedure(
    name=NAME,
    label=_("Identification of poor villages"),
    source=_("国开办发〔2014〕24号; the county's review meeting: statements, panel, scores, approval, website"),
    withdraw=WORK_IN_VILLAGE,
    appeal_days="refusal_appeal_days",
    appeal_decision_days="appeal_decision_days",
    steps=(
        Step("nomination", _("Meeting of the two committees"), Level.VILLAGE, WORK_IN_VILLAGE, next="village_notice",
             guards=("resolved",), days="evaluation_days", may_refuse=False),
        Step("village_notice", _("First notice"), Level.VILLAGE, WORK_IN_VILLAGE, next="town_review",
             back=("nomination",), guards=("noticed", "no_open_objection"), notice="village_first_notice",
             by_clock=True, may_refuse=False),
        Step("town_review", _("Town review"), Level.TOWN, AUDIT_IN_TOWN, next="town_notice",
             back=("nomination",), guards=("stated", "no_open_objection"), days="town_audit_days"),
        Step("town_notice", _("Second notice"), Level.TOWN, AUDIT_IN_TOWN, next="panel",
             back=("nomination", "town_review"), guards=("noticed", "no_open_objection"),
             notice="village_second_notice", by_clock=True, may_refuse=False),
        Step("panel", _("Review meeting"), Level.COUNTY, REVIEW_IN_COUNTY, next="approval",
             back=("town_review",), guards=("scored", "no_open_objection"), days="county_review_days"),
        Step("approval", _("Approval by the leaders in charge"), Level.COUNTY, REVIEW_IN_COUNTY, next="announcement",
             back=("panel",), guards=("approved", "no_open_objection"), days="county_review_days"),
        Step("announcement", _("Announcement"), Level.COUNTY, REVIEW_IN_COUNTY, next="listing",
             back=("approval",), guards=("noticed", "no_open_objection"), notice="village_announcement",
             by_clock=True, may_refuse=False),
        Step("listing", _("Listing"), Level.COUNTY, REVIEW_IN_COUNTY, next=DONE,
             back=("approval",), guards=("no_open_objection",), days="registration_days", may_refuse=False),
    ),
    guards=village_guards.GUARDS,
    demands=DEMANDS,
    effects={"listing": list_villages},
)  # fmt: skip
