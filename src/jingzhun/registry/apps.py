from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jingzhun.registry"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.actions import keys_rotating

        from . import receivers
        from .decisions import RECORDS, VALUES, codes, decisions

        register_actions(decisions(), RECORDS, VALUES, codes())
        keys_rotating.connect(receivers.refuse_to_rotate)
