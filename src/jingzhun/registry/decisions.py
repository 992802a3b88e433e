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
    "registry.refused_taken": _("refused rows of an import taken out"),
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
    "rule": _("Rule"),
    "changed": _("Changed"),
    "counts": _("Compared"),
    "written": _("Written"),
    "fields": _("Changed by field"),
    "outcome": _("Outcome"),
    "partial": _("Without the refused rows"),
    "refused_rows": _("Refused rows"),
    "households": _("Households"),
    "persons": _("Persons"),
    "member": _("Member"),
    "members": _("Members"),
    "spells": _("Times on the register"),
    "area": _("Area"),
    "left_out": _("Left out"),
    "layout": _("Layout"),
    "language": _("Language"),
    "status": _("Status"),
    "area_code": _("Area"),
    "personal": _("With personal numbers"),
    "columns": _("Columns"),
    "event": _("Event"),
    "facts": _("Facts"),
    "reverses": _("Takes back event"),
    "appeared": _("New findings"),
    "resolved": _("Resolved findings"),
    "error": _("Errors"),
    "warning": _("Warnings"),
    "hint": _("Hints"),
}


def decisions() -> dict[str, Any]:
    """All of them, also the events of households by their names in the dictionary."""
    return DECISIONS | {f"registry.event_{kind}": _event(kind) for kind in dictionary.codes("event")}


def codes() -> dict[str, dict[str, Any]]:
    """Texts of the values that are codes."""
    from .models import Export
    from .queries.columns import all_columns

    return {
        "list": {"households": _("Households"), "villages": _("Villages")},
        "columns": {key: column.label for key, column in all_columns().items()},
        "layout": dict(Export.Layout.choices),
        "language": {"zh": "中文", "en": "English"},
    }


def _event_label(kind: str) -> str:
    return gettext("household event: %(kind)s") % {"kind": dictionary.label("event", kind)}


_event = lazy(_event_label, str)
