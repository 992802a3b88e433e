from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    name = "jingzhun.identification"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.duties import bring as bring_duties
        from jingzhun.procedure.registry import bring
        from jingzhun.publicity import invitations, wording
        from jingzhun.registry import panels

        from . import receivers  # noqa: F401
        from .causes import english_words
        from .decisions import DECISIONS, NAMERS, RECORDS, VALUES, codes
        from .duties import duties
        from .invitation import APPLYING
        from .panel import HOUSEHOLD
        from .table import HOUSEHOLDS
        from .village_table import VILLAGES

        bring(HOUSEHOLDS)
        bring(VILLAGES)
        panels.bring(HOUSEHOLD)
        invitations.bring(APPLYING)
        wording.bring_words("cause", english_words())
        register_actions(DECISIONS, RECORDS, VALUES, codes(), namers=NAMERS)
        bring_duties("identification", duties)
