"""Django's PostgreSQL backend, which starts the embedded server before it connects."""

import time
from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from jingzhun.database import server

# What a server says that is on its way up or down, or that ended between our look at it and the connection.
PASSING = (
    "starting up",
    "recovery mode",
    "shutting down",
    "not yet accepting",
    "Connection refused",
    "No such file",
    "closed the connection",
    "reset by peer",
)


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings_dict["EMBEDDED"]` names the data folder of the embedded server; without it, nothing is added."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if embedded := self.settings_dict.get("EMBEDDED"):
            params |= {
                "host": str(server.start(Path(embedded)).socket_dir),
                "port": server.PORT,
                "user": server.SUPERUSER,
            }
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        deadline = time.monotonic() + server.RECOVERY_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                embedded = self.settings_dict.get("EMBEDDED")
                if not embedded or not any(word in str(error) for word in PASSING) or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)
            conn_params["host"] = str(server.start(Path(embedded)).socket_dir)
