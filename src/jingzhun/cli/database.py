"""`jingzhun db`: the embedded server, backup and restore."""

import os
from pathlib import Path
from typing import Annotated

import typer

from .output import Json, Refused, console, print_json, refusing, setup

app = typer.Typer(no_args_is_help=True, help="The database: start, stop, backup, restore, shell.")
PROOF = "the keys of this installation open this"


def _embedded() -> Path:
    from django.conf import settings

    embedded = settings.DATABASES["default"].get("EMBEDDED")
    if not embedded:
        raise Refused("DATABASE_URL names a server of its own: start and stop it with its own means.")
    return Path(str(embedded))


@app.command()
def start(as_json: Json = False) -> None:
    """Start the embedded PostgreSQL (any command does so by itself when it needs it)."""
    setup(database=False)
    from jingzhun.database import server

    with refusing(server.ServerFailed):
        running = server.start(_embedded())
    if as_json:
        print_json({"pid": running.pid, "data": running.data, "socket": running.socket_dir})
    else:
        console.print(f"PostgreSQL runs (process {running.pid}, data in {running.data}).")


@app.command()
def stop(as_json: Json = False) -> None:
    """Stop the embedded PostgreSQL; whoever needs it next starts it again."""
    setup(database=False)
    from jingzhun.database import server

    stopped = server.stop(_embedded())
    if as_json:
        print_json({"stopped": stopped})
    else:
        console.print("PostgreSQL was stopped." if stopped else "PostgreSQL was not running.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")], as_json: Json = False) -> None:
    """Write the whole county (database and photos) into one file. The keys are not in it: keep them apart."""
    setup()
    from django.conf import settings

    from jingzhun.database import backup as backups
    from jingzhun.people.fields import seal

    proof = {"sealed": seal(PROOF, "backup.proof").hex()}
    with refusing(backups.BackupFailed, OSError):
        source = backups.conninfo(settings.DATABASES["default"])
        manifest = backups.backup(source, Path(settings.MEDIA_ROOT), file.resolve(), proof)
    rows = sum(manifest.rows.values())
    if as_json:
        print_json({"file": file, "bytes": file.stat().st_size, "tables": len(manifest.rows), "rows": rows})
    else:
        size = file.stat().st_size / 2**20
        console.print(f"{file}: {size:.1f} MB, {len(manifest.rows)} tables, {rows} rows.")
        console.print("The field keys are not in this file. Without them nobody reads a personal number: keep both.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")], as_json: Json = False
) -> None:
    """Bring a backup back into an empty database, and verify every table and the journal."""
    setup(database=False)
    from django.conf import settings

    from jingzhun.database import backup as backups
    from jingzhun.database.prepare import NoDatabase, create
    from jingzhun.journal.queries import verify
    from jingzhun.methods.sealing import CannotOpen
    from jingzhun.people.fields import unseal

    with refusing(backups.BackupFailed, NoDatabase, OSError):
        manifest = backups.read_manifest(file)
        try:
            unseal(bytes.fromhex(manifest.proof["sealed"]), "backup.proof")
        except CannotOpen as error:
            raise Refused(
                f"The keys of this installation are not those of the backup ({error}). Put them in place "
                "(JINGZHUN_FIELD_KEYS, or var/secrets/field_key) and try again."
            ) from error
        create()
        target = backups.conninfo(settings.DATABASES["default"])
        manifest = backups.restore(file.resolve(), target, Path(settings.MEDIA_ROOT))
    verified = verify()
    if not verified.ok:
        raise Refused(f"The journal does not fit from entry {verified.broken} on: {verified.reason}.")
    rows = sum(manifest.rows.values())
    if as_json:
        print_json({"tables": len(manifest.rows), "rows": rows, "journal_entries": verified.entries})
    else:
        console.print(
            f"{len(manifest.rows)} tables with {rows} rows are as they were; "
            f"{verified.entries} journal entries verified."
        )


@app.command()
def shell() -> None:
    """Open psql on the database."""
    setup()
    from django.conf import settings

    from jingzhun.database import backup as backups
    from jingzhun.database import server

    target = backups.conninfo(settings.DATABASES["default"])
    os.execv(str(server.programs() / "psql"), ["psql", target])  # noqa: S606
