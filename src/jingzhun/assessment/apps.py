from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "jingzhun.assessment"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions

        from .decisions import DECISIONS, RECORDS, VALUES

        register_actions(DECISIONS, RECORDS, VALUES)
