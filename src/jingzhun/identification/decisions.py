"""What the decisions of identification are called on screens."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {
    "identification.attached": _("a picture kept as evidence"),
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
