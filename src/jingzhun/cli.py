"""The command line: `jingzhun --help`."""

import os

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")

app = typer.Typer(no_args_is_help=True, help="Jingzhun (精准): the information system of targeted poverty alleviation.")


def main() -> None:
    app()
