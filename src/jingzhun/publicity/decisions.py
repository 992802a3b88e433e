"""What decisions about notices and objections are called in the journal's screens."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS = {
    "publicity.notice_opened": _("notice opened"),
    "publicity.notice_closed": _("notice closed"),
    "publicity.board_photo_added": _("photo of the board added"),
    "publicity.board_photo_removed": _("photo of the board taken down"),
    "publicity.objection_received": _("objection received"),
    "publicity.finding_added": _("finding recorded"),
    "publicity.objection_settled": _("objection decided"),
    "publicity.objection_appealed": _("appeal received"),
    "publicity.objector_seen": _("objector looked at"),
    "publicity.contact_set": _("office for objections set"),
    "publicity.notices_exported": _("list of notices exported"),
    "publicity.objections_exported": _("list of objections exported"),
}
RECORDS = {"notice": _("notice"), "objection": _("objection"), "contact": _("office")}
VALUES = {
    "notice": _("notice"),
    "kind": _("kind"),
    "entry": pgettext_lazy("notice", "entry"),
    "entries": pgettext_lazy("notice", "entries"),
    "items": pgettext_lazy("notice", "entries"),
    "anonymous": _("anonymous"),
    "photo": _("photo"),
    "photos": _("photos"),
    "taken_on": _("taken on"),
    "due_on": _("answer due"),
    "level": _("level"),
    "outcome": _("outcome"),
    "opens_on": _("opens on"),
    "closes_on": _("last day"),
    "digest": _("fingerprint of the list"),
    "sha256": _("fingerprint of the file"),
    "place": _("place"),
    "round": _("round"),
    "subjects": _("records on the list"),
    "finding": pgettext_lazy("objection", "finding"),
    "text": _("text"),
    "missing": _("who is missing"),
    "name": _("name"),
    "reply": _("reply to the objector"),
    "office": _("office"),
    "address": pgettext_lazy("office", "address"),
    "hours": _("hours"),
}
