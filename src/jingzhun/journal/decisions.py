"""What the journal's own decisions are called on screens."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {
    "journal.verification_asked": _("verification of the journal asked for"),
    "areas.loaded": _("list of areas loaded"),
    "parameters.loaded": _("values of a new version taken over"),
    "demo.begun": _("building of the demo county begun"),
    "demo.built": _("demo county built"),
    "journal.exported": _("journal exported to a workbook"),
}
RECORDS = {"verification": _("verification"), "list": _("list"), "area": _("area"), "areas": _("list of areas"),
           "parameters": _("parameters")}  # fmt: skip
VALUES = {"read": _("lines read"), "added": _("added"), "renamed": _("renamed"), "changed": _("changed")}
