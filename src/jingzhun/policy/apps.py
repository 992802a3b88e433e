from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jingzhun.policy"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        from .decisions import DECISIONS, RECORDS, VALUES

        register_actions(DECISIONS, RECORDS, VALUES)
