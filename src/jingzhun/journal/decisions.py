"""What the journal's own decisions are called on screens."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {
    "journal.verification_asked": _("verification of the journal asked for"),
    "areas.loaded": _("list of areas loaded"),
    "parameters.loaded": _("values of a new version taken over"),
    "parameters.value_set": _("value of a parameter set"),
    "journal.key_took_over": _("a new key signs the journal's roots"),
    "journal.exported": _("journal exported to a workbook"),
}
RECORDS = {
    "verification": _("verification"),
    "list": _("list"),
    "area": _("area"),
    "areas": _("list of areas"),
    "parameters": _("parameters"),
    "parameter": _("parameter"),
    "key": _("key"),
}
# Values that several apps record, and those of the journal, the areas and the parameters.
VALUES = {
    "on": _("Day"),
    "year": _("Year"),
    "rows": _("Rows"),
    "query": _("Filter"),
    "search": _("Text searched for"),
    "from": _("From"),
    "until": _("Until"),
    "file": _("File"),
    "kind": _("Kind"),
    "state": _("State"),
    "round": _("Round"),
    "sha256": _("Fingerprint (SHA-256)"),
    "taken_on": _("Taken on"),
    "photo": _("Photo"),
    "read": _("Read"),
    "added": _("Added"),
    "removed": _("Removed"),
    "value": _("Value"),
    "unit": _("Unit"),
    "source": _("Source"),
    "ended": _("Ended by it"),
    "renamed": _("Renamed"),
    "boundaries": _("Areas with boundaries"),
    "reason": _("Reason"),
    "why": _("Why"),
    "key": _("Key"),
    "key_before": _("Key before"),
}
# Texts of records that are codes.
CODES = {"list": {"journal": _("Journal")}}
