"""The command line: `jingzhun --help`."""

import os
import sys
from typing import NoReturn

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")

from . import (
    areas,
    assessment,
    database,
    demo,
    identification,
    journal,
    pair,
    parameters,
    policy,
    procedure,
    register,
    serve,
    status,
    users,
)
from .output import Refused, fall_silent, language

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Jingzhun (精准): the information system of targeted poverty alleviation.",
)


@app.callback()
def begin(context: typer.Context) -> None:
    """What holds for every command."""
    context.call_on_close(fall_silent)


app.add_typer(areas.app, name="areas")
app.add_typer(assessment.app, name="assessment")
app.add_typer(database.app, name="db")
app.add_typer(identification.app, name="identification")
app.add_typer(journal.app, name="journal")
app.add_typer(parameters.app, name="parameters")
app.add_typer(policy.app, name="policy")
app.add_typer(register.app, name="register")
app.add_typer(users.app, name="users")
app.command("demo")(demo.demo)
app.command("pair")(pair.pair)
app.command("procedure")(procedure.procedure)
app.command("serve")(serve.serve)
app.command("status")(status.status)


def main() -> None:
    """Run the command line; what a command refuses is one sentence on stderr and exit code 1."""
    try:
        app()
    except Refused as error:
        _end(str(error))
    except BrokenPipeError:  # the reader, `head` for example, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:
        from django.db import OperationalError

        if not isinstance(error, OperationalError):
            raise
        _end(_database_failed(error))


def _database_failed(error: Exception) -> str:
    """The database went away while a command ran."""
    from django.utils import translation
    from django.utils.translation import gettext as _

    with translation.override(language()):
        told = {"problem": str(error).strip()}
        return _("The database failed: %(problem)s") % told


def _end(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(1)
