from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "jingzhun.publicity"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        from .decisions import DECISIONS, PUBLIC, RECORDS, VALUES, codes

        register_actions(DECISIONS, RECORDS, VALUES, codes(), PUBLIC)
