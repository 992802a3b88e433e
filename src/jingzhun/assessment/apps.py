from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "jingzhun.assessment"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.duties import bring as bring_duties

        from .decisions import DECISIONS, RECORDS, VALUES
        from .duties import duties

        register_actions(DECISIONS, RECORDS, VALUES)
        bring_duties("assessment", duties)
