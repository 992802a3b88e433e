from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jingzhun.policy"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.registry import panels

        from .decisions import DECISIONS, RECORDS, VALUES
        from .panel import ENTITLEMENTS

        panels.bring(ENTITLEMENTS)
        register_actions(DECISIONS, RECORDS, VALUES)
