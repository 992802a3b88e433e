"""What the decisions of assessment are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS: dict[str, str | Promise] = {
    "assessment.found": _("a finding of an inspection"),
    "assessment.inspection_announced": _("an inspection announced, its list frozen"),
    "assessment.order_accepted": _("a rectification accepted"),
    "assessment.order_given": _("an order to rectify given"),
    "assessment.order_proved": _("a rectification proved"),
    "assessment.order_sent_back": _("a rectification sent back"),
    "assessment.orders_exported": _("a list of orders to rectify exported"),
    "assessment.reporter_seen": _("a reporter's name looked at"),
    "assessment.sample_drawn": _("the sample of an inspection drawn"),
    "assessment.tip_answered": _("a tip answered"),
    "assessment.tip_forwarded": _("a tip graded and forwarded"),
    "assessment.tip_recorded": _("a tip recorded"),
    "assessment.tip_told": _("a reporter told the result"),
    "assessment.tips_exported": _("a list of tips exported"),
}
RECORDS: dict[str, str | Promise] = {
    "inspection": pgettext_lazy("record", "inspection"),
    "rectification": _("order to rectify"),
    "tip": pgettext_lazy("record", "tip"),
}
VALUES: dict[str, str | Promise] = {
    "list_sha256": _("Digest of the list"),
    "sample_sha256": _("Digest of the sample"),
    "seed": _("Seed"),
    "drawn": _("Drawn"),
    "grade": _("Grade"),
    "weight": pgettext_lazy("finding", "Weight"),
}
