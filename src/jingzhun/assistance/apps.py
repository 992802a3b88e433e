from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "jingzhun.assistance"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.duties import bring as bring_duties
        from jingzhun.registry import panels

        from .decisions import DECISIONS, RECORDS, VALUES
        from .duties import duties
        from .panel import HELP

        panels.bring(HELP)
        register_actions(DECISIONS, RECORDS, VALUES)
        bring_duties("assistance", duties)
