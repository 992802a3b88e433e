"""What the decisions of assessment are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS: dict[str, str | Promise] = {
    "assessment.appeal_decided": _("an appeal against a score decided"),
    "assessment.appealed": _("an appeal against a score"),
    "assessment.card_adopted": _("a default scorecard taken over"),
    "assessment.card_changed": _("a scorecard's draft changed"),
    "assessment.card_copied": _("a scorecard copied as a draft"),
    "assessment.card_issued": _("a scorecard put in force"),
    "assessment.found": _("a finding of an inspection"),
    "assessment.inspection_announced": _("an inspection announced, its list frozen"),
    "assessment.order_accepted": _("a rectification accepted"),
    "assessment.order_given": _("an order to rectify given"),
    "assessment.order_proved": _("a rectification proved"),
    "assessment.order_sent_back": _("a rectification sent back"),
    "assessment.orders_exported": _("a list of orders to rectify exported"),
    "assessment.reporter_seen": _("a reporter's name looked at"),
    "assessment.sample_drawn": _("the sample of an inspection drawn"),
    "assessment.scores_computed": _("a year's scores computed"),
    "assessment.scores_exported": _("a year's scores exported"),
    "assessment.scores_published": _("a year's scores published"),
    "assessment.scores_returned": _("a year's scores made a draft again"),
    "assessment.scores_reviewed": _("a year's scores opened to the judged"),
    "assessment.tip_answered": _("a tip answered"),
    "assessment.tip_forwarded": _("a tip graded and forwarded"),
    "assessment.tip_recorded": _("a tip recorded"),
    "assessment.tip_told": _("a reporter told the result"),
    "assessment.tips_exported": _("a list of tips exported"),
    "assessment.value_entered": _("a value of a score entered"),
}
RECORDS: dict[str, str | Promise] = {
    "scorecard": pgettext_lazy("record", "scorecard"),
    "scores": pgettext_lazy("record", "year's scores"),
    "inspection": pgettext_lazy("record", "inspection"),
    "rectification": _("order to rectify"),
    "tip": pgettext_lazy("record", "tip"),
}
VALUES: dict[str, str | Promise] = {
    "band": _("Band"),
    "card": _("Scorecard"),
    "for": _("For whom"),
    "indicator": _("Indicator"),
    "subject": _("Who is judged"),
    "subjects": _("How many are judged"),
    "total": _("Total"),
    "list_sha256": _("Digest of the list"),
    "sample_sha256": _("Digest of the sample"),
    "seed": _("Seed"),
    "drawn": _("Drawn"),
    "grade": _("Grade"),
    "weight": pgettext_lazy("finding", "Weight"),
}
