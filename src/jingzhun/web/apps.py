from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "jingzhun.web"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        # The demo county is no app of its own that could say so.
        begun, built = _("building of the demo county begun"), _("demo county built")
        register_actions({"demo.begun": begun, "demo.built": built}, values={"seed": _("Seed")})
