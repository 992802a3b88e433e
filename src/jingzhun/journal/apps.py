from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "jingzhun.journal"

    def ready(self) -> None:
        from .actions import register_actions
        from .decisions import DECISIONS, RECORDS

        register_actions(DECISIONS, RECORDS)
