from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "jingzhun.assistance"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.registry import panels

        from .decisions import DECISIONS, RECORDS, VALUES
        from .panel import HELP

        panels.bring(HELP)
        register_actions(DECISIONS, RECORDS, VALUES)
