"""Django's PostgreSQL backend, which starts the embedded server before the first connection."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from jingzhun.database import server


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings_dict["EMBEDDED"]` names the data folder of the embedded server; without it, nothing is added."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if embedded := self.settings_dict.get("EMBEDDED"):
            params["host"] = str(server.start(Path(embedded)).socket_dir)
            params["user"] = server.SUPERUSER
        return params
