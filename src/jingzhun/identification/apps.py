from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    name = "jingzhun.identification"

    def ready(self) -> None:
        from jingzhun.procedure.registry import bring

        from . import receivers  # noqa: F401
        from .table import HOUSEHOLDS
        from .village_table import VILLAGES

        bring(HOUSEHOLDS)
        bring(VILLAGES)
