from django.apps import AppConfig


class ManagementConfig(AppConfig):
    name = "jingzhun.management"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.duties import bring as bring_duties

        from .decisions import DECISIONS, RECORDS, VALUES
        from .duties import duties

        register_actions(DECISIONS, RECORDS, VALUES)
        bring_duties("management", duties)
