"""What the decisions of management are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS: dict[str, str | Promise] = {
    "management.allocation_approved": _("an allocation approved"),
    "management.allocation_proposed": _("an allocation proposed"),
    "management.allocation_refused": _("an allocation refused"),
    "management.arrived": _("money of a source arrived"),
    "management.beneficiaries_named": _("a project's households named"),
    "management.list_exported": _("a list of projects exported"),
    "management.order_paid": _("a payment order approved and paid"),
    "management.order_prepared": _("a payment order prepared"),
    "management.order_refused": _("a payment order refused"),
    "management.paid_to_household": _("a household paid by a project"),
    "management.photo_added": _("a project's picture added"),
    "management.project_accepted": _("a project accepted"),
    "management.project_admitted": _("a project admitted to the library"),
    "management.project_approved": _("a project approved"),
    "management.project_begun": _("a project begun"),
    "management.project_changed": _("a project's draft changed"),
    "management.project_completed": _("a project completed"),
    "management.project_drafted": _("a project drafted"),
    "management.project_dropped": _("a project dropped"),
    "management.project_returned": _("a project sent back"),
    "management.refunded": _("a payment that came back"),
    "management.released": _("money went back to its source"),
    "management.reported": _("a progress report sent"),
    "management.reversed": _("a transfer reversed"),
    "management.source_recorded": _("a fund source recorded"),
    "management.stage_done": _("a project's stage done"),
}
RECORDS: dict[str, str | Promise] = {
    "project": pgettext_lazy("record", "project"),
    "fund_source": _("fund source"),
}
VALUES: dict[str, str | Promise] = {
    "project": pgettext_lazy("record", "Project"),
    "source": _("Fund source"),
    "document": _("Document"),
    "reference": _("Contract, invoice or list"),
    "payees": _("Payees"),
    "percent": _("Done, %"),
    "stage": _("Stage"),
    "yuan": _("Yuan"),
    "state": _("State"),
}
