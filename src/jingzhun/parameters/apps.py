from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ParametersConfig(AppConfig):
    name = "jingzhun.parameters"

    def ready(self) -> None:
        post_migrate.connect(_load_reference, sender=self)


def _load_reference(**_: Any) -> None:
    from .actions import load_reference

    load_reference()
