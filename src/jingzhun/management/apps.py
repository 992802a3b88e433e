from django.apps import AppConfig


class ManagementConfig(AppConfig):
    name = "jingzhun.management"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        from .decisions import DECISIONS, RECORDS, VALUES

        register_actions(DECISIONS, RECORDS, VALUES)
