"""How commands speak: JSON for programs, tables for people, one sentence for what is refused."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
console = Console()
errors = Console(stderr=True)


class Refused(Exception):
    """A command cannot do what was asked; the message says what is wrong, where, and what to do."""


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, default=_plain))


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Expected errors of an action become one sentence, in the language of the command line, and exit code 1."""
    from django.utils import translation

    with translation.override("en"):
        try:
            yield
        except kinds as error:
            raise Refused(str(error)) from error


def setup(*, database: bool = True) -> None:
    """Start Django, and see to it that the database is there and up to date."""
    import django

    django.setup()
    if database:
        from jingzhun.database.prepare import NoDatabase, prepare
        from jingzhun.database.server import ServerFailed

        with refusing(NoDatabase, ServerFailed):
            prepare()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
