from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "jingzhun.journal"

    def ready(self) -> None:
        from jingzhun.areas.actions import areas_loaded
        from jingzhun.parameters.actions import reference_loaded, value_set

        from . import receivers
        from .actions import register_actions
        from .decisions import CODES, DECISIONS, RECORDS, VALUES

        register_actions(DECISIONS, RECORDS, VALUES, CODES)
        areas_loaded.connect(receivers.tell_areas)
        reference_loaded.connect(receivers.tell_reference)
        value_set.connect(receivers.tell_value)
