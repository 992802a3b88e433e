"""The agenda of a village evaluation on A4, with the sign-in sheet and the sheet on which the votes are counted."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.identification import rules
from jingzhun.identification.models import Flag, Round
from jingzhun.identification.queries.evidence import Evidence
from jingzhun.registry.readable import spoken

from .paper import set_paper

SIGNATURES = 40  # lines of a sign-in sheet


def agenda_pdf(round_: Round, village: Area, rows: list[Evidence]) -> bytes:
    """Agenda, sign-in sheet and ballot in the language of the screen."""
    return set_paper("agenda.typ", agenda_data(round_, village, rows))


def agenda_data(round_: Round, village: Area, rows: list[Evidence]) -> dict[str, Any]:
    """What the template sets: texts only."""
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("Village evaluation: agenda"),
        "place": "".join(area.short_name for area in path(village.code)[2:]),
        "round": str(round_),
        "note": _(
            "Each household is explained, discussed and voted on in secret. Relatives of a household do not vote on it."
        ),
        "heads": [
            "#",
            _("Head of household"),
            _("Group"),
            _("Members"),
            _("Income found, yuan"),
            _("Line, yuan"),
            _("Cause"),
            _("Doubts"),
        ],
        "rows": [_row(position, row) for position, row in enumerate(rows, 1)],
        "empty": _("No household waits for the meeting."),
        "sign_in": _("Sign-in sheet of the representatives"),
        "sign_heads": ["#", _("Name"), _("Signature")],
        "sign_lines": SIGNATURES,
        "held": [(_("Day"), ""), (_("Place"), ""), (_("Representatives entitled"), ""), (_("present"), "")],
        "ballot": _("Count of the votes"),
        "ballot_heads": [
            "#",
            _("Head of household"),
            _("In favour"),
            _("Against"),
            _("Abstained"),
            _("Relatives, not voting"),
            _("Names of the relatives"),
        ],
        "ballot_rows": [[str(position), row.name] for position, row in enumerate(rows, 1)],
        "signatures": [_("Led by"), _("Minutes written by"), _("Votes counted by")],
        "footer": _("Printed on %(day)s") % {"day": timezone.localdate().isoformat()},
    }


def _row(position: int, row: Evidence) -> list[str]:
    income = row.visit.per_capita if row.visit else None
    doubts = [_line(flag.red_line) for flag in row.flags if flag.state != Flag.State.LIFTED]
    return [
        str(position),
        row.name,
        row.group,
        str(row.application.persons),
        "–" if income is None else spoken(income),
        "–" if row.standing.line is None else spoken(row.standing.line),
        row.cause,
        "；".join(doubts),
    ]


def _line(code: str) -> str:
    line = rules.red_line(code)
    return code if line is None else line.en if (get_language() or "").startswith("en") else line.zh
