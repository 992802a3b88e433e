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
    "assessment.scores_computed": _("a year's scores computed"),
    "assessment.scores_exported": _("a year's scores exported"),
    "assessment.scores_published": _("a year's scores published"),
    "assessment.scores_returned": _("a year's scores made a draft again"),
    "assessment.scores_reviewed": _("a year's scores opened to the judged"),
    "assessment.value_entered": _("a value of a score entered"),
}
RECORDS: dict[str, str | Promise] = {
    "scorecard": pgettext_lazy("record", "scorecard"),
    "scores": pgettext_lazy("record", "year's scores"),
}
VALUES: dict[str, str | Promise] = {
    "band": _("Band"),
    "card": _("Scorecard"),
    "for": _("For whom"),
    "indicator": _("Indicator"),
    "subject": _("Who is judged"),
    "subjects": _("How many are judged"),
    "total": _("Total"),
}
