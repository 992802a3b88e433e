from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jingzhun.registry"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        from .decisions import RECORDS, VALUES, decisions

        register_actions(decisions(), RECORDS, VALUES)
