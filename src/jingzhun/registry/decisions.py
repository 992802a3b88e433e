"""What decisions about the register are called in the journal's screens."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import dictionary

DECISIONS: dict[str, Any] = {
    "registry.household_edited": _("household data changed"),
    "registry.member_edited": _("member data changed"),
    "registry.survey_recorded": _("survey recorded"),
    "registry.survey_edited": _("survey changed"),
    "registry.village_recorded": _("village report recorded"),
    "registry.village_edited": _("village report changed"),
    "registry.village_reports_imported": _("village reports imported"),
    "registry.personal_seen": _("personal numbers looked at"),
    "registry.form_printed": _("form printed with personal numbers"),
    "registry.photo_added": _("photo added"),
    "registry.photo_removed": _("photo removed"),
    "registry.list_exported": _("household list exported"),
    "registry.exported": _("register exported"),
    "registry.imported": _("register imported"),
    "checks.run": _("quality checks run"),
    "checks.accepted": _("finding accepted"),
    "checks.reopened": _("finding opened again"),
    "checks.exported": _("findings exported"),
}
RECORDS = {
    "household": _("household"),
    "village": _("village"),
    "import": _("import"),
    "export": _("export"),
}
VALUES = {
    "counts": _("counted"),
    "written": _("written"),
    "fields": _("fields"),
    "partial": _("without the refused rows"),
    "refused_rows": _("refused rows"),
    "columns": _("columns"),
    "personal": _("with personal numbers"),
    "households": _("households"),
    "persons": _("persons"),
    "left_out": _("left out"),
    "area_code": _("area code"),
    "layout": _("layout"),
    "language": _("language"),
    "status": _("status"),
    "appeared": _("appeared"),
    "resolved": _("resolved"),
    "error": _("errors"),
    "warning": _("warnings"),
    "hint": _("hints"),
    "member": _("member"),
    "members": _("members"),
    "event": _("event"),
    "facts": _("what was changed"),
    "reverses": _("takes back the event"),
    "values": _("values"),
}


def decisions() -> dict[str, Any]:
    """All of them, also the events of households by their names in the dictionary."""
    return DECISIONS | {f"registry.event_{kind}": _event(kind) for kind in dictionary.codes("event")}


def _event_label(kind: str) -> str:
    return gettext("household event: %(kind)s") % {"kind": dictionary.label("event", kind)}


_event = lazy(_event_label, str)
