"""What decisions about notices and objections are called in the journal's screens."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {
    "publicity.notice_opened": _("notice opened"),
    "publicity.notice_closed": _("notice closed"),
    "publicity.board_photo_added": _("photo of the board added"),
    "publicity.objection_received": _("objection received"),
    "publicity.finding_added": _("finding recorded"),
    "publicity.objection_settled": _("objection decided"),
    "publicity.objection_appealed": _("appeal received"),
    "publicity.objector_seen": _("objector looked at"),
    "publicity.contact_set": _("office for objections set"),
    "publicity.notices_exported": _("list of notices exported"),
    "publicity.objections_exported": _("list of objections exported"),
}
# What everybody may read in the journal with all its fields: a notice is public anyway.
PUBLIC = ("publicity.notice_opened", "publicity.notice_closed")
RECORDS = {"notice": _("notice"), "objection": _("objection"), "contact": _("office")}
