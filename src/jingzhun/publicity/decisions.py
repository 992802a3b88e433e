"""What decisions about notices and objections are called in the journal's screens."""

from typing import Any

from django.utils.translation import gettext_lazy as _

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
# What everybody may read in the journal with all its fields: a notice is public anyway.
PUBLIC = ("publicity.notice_opened", "publicity.notice_closed")
RECORDS = {"notice": _("notice"), "objection": _("objection"), "contact": _("office")}
VALUES = {
    "opens_on": _("Opening day"),
    "closes_on": _("Last day"),
    "place": _("Posted at"),
    "items": _("Entries"),
    "digest": _("Fingerprint of the list (SHA-256)"),
    "subjects": _("Cases on the list"),
    "notice": _("Notice"),
    "entry": _("Entry"),
    "anonymous": _("Without a name"),
    "photos": _("Photos"),
    "due_on": _("Due on"),
    "level": _("Level"),
    "text": _("Text"),
    "missing": _("Who is missing"),
    "name": _("Name"),
    "finding": _("Finding"),
    "outcome": _("Outcome"),
    "reply": _("Reply"),
    "office": _("Office"),
    "hours": _("Hours"),
}


def codes() -> dict[str, dict[str, Any]]:
    """Texts of the values that are codes."""
    from .models import NoticeItem, Objection
    from .rules import KINDS

    item_states: dict[str, Any] = dict(NoticeItem.State.choices)
    return {
        "outcome": dict(Objection.State.choices),
        "level": dict(Objection.Level.choices),
        "kind": {kind.name: kind.label for kind in KINDS.values()} | dict(Objection.Kind.choices),
        "entry": item_states,
        "items": item_states,
        "list": {"notices": _("Notices"), "objections": _("Objections")},
    }
