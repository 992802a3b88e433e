"""How commands speak: JSON for programs, tables for people, one sentence for what is refused, in one language."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.apps import apps
from django.utils import translation
from rich.console import Console
from rich.table import Column, Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
console = Console()
errors = Console(stderr=True)


class Refused(Exception):
    """A command cannot do what was asked; the message says what is wrong, where, and what to do."""


def language() -> str:
    """The language of the terminal, as GNU programs find it: Chinese where it is, else English."""
    said = next(filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh-hans" if said.lower().startswith("zh") else "en"


def fall_silent() -> None:
    """Whoever called a command goes on in the language it had."""
    if apps.ready:
        translation.deactivate()


def say(text: str) -> None:
    """Print a sentence for people; nothing in it is markup."""
    console.print(text, soft_wrap=True, highlight=False, markup=False)


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, default=_plain))


def print_table(columns: Iterable[str | Column], rows: Iterable[Iterable[Any]]) -> None:
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Expected errors of an action become one sentence and exit code 1."""
    try:
        yield
    except kinds as error:
        raise Refused(str(error)) from error


def setup(*, database: bool = True) -> None:
    """Start Django in the language of the terminal, and see to it that the database is there and up to date."""
    import django

    django.setup()
    translation.activate(language())
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
