"""The command line: `jingzhun --help`."""

import os
import sys

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")

from . import areas, database, register, serve, status, users
from .output import Refused

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Jingzhun (精准): the information system of targeted poverty alleviation.",
)
app.add_typer(areas.app, name="areas")
app.add_typer(database.app, name="db")
app.add_typer(register.app, name="register")
app.add_typer(users.app, name="users")
app.command("serve")(serve.serve)
app.command("status")(status.status)


def main() -> None:
    """Run the command line; what a command refuses is one sentence on stderr and exit code 1."""
    try:
        app()
    except Refused as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
