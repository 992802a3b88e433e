"""What the decisions of policy are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECISIONS: dict[str, str | Promise] = {
    "policy.entitlements_run": _("entitlements of a county worked out"),
    "policy.receipt_recorded": _("a receipt recorded"),
    "policy.receipt_taken_back": _("a receipt taken back"),
    "policy.reference_loaded": _("the reference set of policies loaded"),
    "policy.document_added": _("a document added to the library"),
    "policy.document_changed": _("a document corrected"),
    "policy.list_exported": _("a list of policy exported"),
    "policy.plan_drafted": _("a plan drafted"),
    "policy.plan_changed": _("a draft plan changed"),
    "policy.plan_phase_saved": _("a phase of a draft plan set"),
    "policy.plan_phase_dropped": _("a phase taken out of a draft plan"),
    "policy.plan_targets_set": _("targets of a draft plan set"),
    "policy.plan_measure_saved": _("a measure of a draft plan set"),
    "policy.plan_measure_dropped": _("a measure taken out of a draft plan"),
    "policy.plan_measure_done": _("a measure of the plan done"),
    "policy.plan_adopted": _("a plan adopted"),
    "policy.plan_dropped": _("a draft plan thrown away"),
}
RECORDS: dict[str, str | Promise] = {"document": _("document"), "plan": _("plan")}
VALUES: dict[str, str | Promise] = {
    "policy": _("Policy"),
    "policies": _("Policies"),
    "reference": _("Reference"),
    "number": _("Number"),
    "title": _("Title"),
    "issuer": _("Issuer"),
    "issued_on": _("Issued on"),
    "replaces": _("Replaces"),
    "sha256": _("Fingerprint of the file (SHA-256)"),
    "text_length": _("Length of the text"),
    "years": _("Years"),
    "goal": _("Goal"),
    "phase": _("Phase"),
    "measure": _("Measure"),
    "responsible": _("Responsible unit"),
    "due_on": _("Due on"),
    "done_on": _("Done on"),
    "targets": _("Targets: households, persons, poor villages"),
    "removed": _("Taken out"),
    "off": _("By how much the towns exceed the county"),
}
