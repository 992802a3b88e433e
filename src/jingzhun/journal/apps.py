from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "jingzhun.journal"

    def ready(self) -> None:
        from jingzhun.areas.actions import areas_loaded
        from jingzhun.parameters.actions import reference_loaded

        from . import receivers

        areas_loaded.connect(receivers.tell_areas)
        reference_loaded.connect(receivers.tell_reference)
