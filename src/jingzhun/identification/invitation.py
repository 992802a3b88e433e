"""What the public website says about applying: until when a round takes applications, and how one applies."""

from django.utils.translation import gettext_lazy as _

from jingzhun.publicity.invitations import Invitation

from .queries.applications import running_rounds

APPLYING = Invitation(
    "identification", "identification/public/apply.html", running_rounds, _("Your own application"), "my:enter"
)
