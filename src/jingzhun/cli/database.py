"""`jingzhun db`: the embedded server, backup and restore."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from .files import using
from .output import Json, Refused, errors, print_json, refusing, say, setup

app = typer.Typer(no_args_is_help=True, help="The database: start, stop, backup, restore, shell.")


@app.command()
def start(as_json: Json = False) -> None:
    """Start the embedded PostgreSQL (any command does so by itself when it needs it).

    Example: jingzhun db start
    """
    setup(database=False)
    from jingzhun.database import server

    with refusing(server.ServerFailed):
        running = server.start(_embedded())
    if as_json:
        print_json({"pid": running.pid, "data": running.data, "socket": running.socket_dir})
    else:
        say(_("PostgreSQL runs (process %(pid)s, data in %(data)s).") % {"pid": running.pid, "data": running.data})


@app.command()
def stop(as_json: Json = False) -> None:
    """Stop the embedded PostgreSQL; whoever needs it next starts it again, a running `jingzhun serve` at once.

    Example: jingzhun db stop
    """
    setup(database=False)
    from jingzhun.database import server

    with refusing(server.ServerFailed):
        stopped = server.stop(_embedded())
    if as_json:
        print_json({"stopped": stopped})
    else:
        say(_("PostgreSQL was stopped.") if stopped else _("PostgreSQL was not running."))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")], as_json: Json = False
) -> None:
    """Write the whole county (database and photos) into one file. The keys are not in it: keep them apart.

    Example: jingzhun db backup county.zip
    """
    setup()
    from django.conf import settings

    from jingzhun.database import backup as backups

    with refusing(backups.BackupFailed), using(file), errors.status(_("Backup")) as status:
        source = backups.conninfo(settings.DATABASES["default"])
        media = Path(settings.MEDIA_ROOT)
        manifest = backups.backup(source, media, file.absolute(), _keys(), status.update)
    size = file.stat().st_size
    told = {
        "file": file,
        "bytes": size,
        "tables": len(manifest.rows),
        "rows": sum(manifest.rows.values()),
        "files": len(manifest.files) - 1,
        "journal_entries": int(manifest.journal["entries"]),
    }
    if as_json:
        print_json(told)
        return
    text = _(
        "%(file)s: %(size)s MB with %(tables)s tables, %(rows)s rows, %(files)s files, "
        "%(journal_entries)s journal entries."
    )
    say(text % (told | {"size": f"{size / 2**20:.1f}"}))
    say(_("The keys are not in it: without them nobody reads a personal number. Keep a copy of them apart."))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `jingzhun db backup` wrote.")],
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Go on although sealed personal numbers cannot be read.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back into an empty database, and verify files, tables, triggers and the journal.

    Example: jingzhun db restore county.zip
    """
    setup(database=False)
    from jingzhun.database import backup as backups
    from jingzhun.database.prepare import NoDatabase
    from jingzhun.database.server import ServerFailed

    with refusing(backups.BackupFailed, NoDatabase, ServerFailed), using(file):
        manifest = backups.read_manifest(file)
        _require_known(manifest)
        if not without_keys:
            _require_keys(manifest)
        entries = _bring_back(file)
    told = {
        "tables": len(manifest.rows),
        "rows": sum(manifest.rows.values()),
        "files": len(manifest.files) - 1,
        "journal_entries": entries,
        "keys_open_the_data": not without_keys,
    }
    if as_json:
        print_json(told)
    else:
        _tell_restored(told | {"triggers": manifest.triggers})


def _bring_back(file: Path) -> int:
    """Restore the tables and files, and verify the journal; its number of entries."""
    from django.conf import settings

    from jingzhun.database import backup as backups
    from jingzhun.database.prepare import create, prepare

    with errors.status(_("Restore")) as status:
        create()
        target = backups.conninfo(settings.DATABASES["default"])
        backups.restore(file.absolute(), target, Path(settings.MEDIA_ROOT), status.update)
        status.update(_("Verifying the journal"))
        prepare()
        return _verify_journal()


def _tell_restored(told: dict[str, Any]) -> None:
    text = _(
        "Restored and verified: %(rows)s rows in %(tables)s tables and %(triggers)s triggers are as they were; "
        "%(files)s files fit their digests; %(journal_entries)s journal entries fit their hashes and are the same in "
        "the same order."
    )
    say(text % told)
    if told["keys_open_the_data"]:
        say(_("The keys are the right ones."))
    else:
        say(_("The keys were not compared."))


@app.command()
def shell(
    command: Annotated[str, typer.Option("--command", "-c", help="One SQL statement to run instead.")] = "",
    as_json: Json = False,
) -> None:
    """Open psql on the database, or run one statement there.

    Example: jingzhun db shell --command 'SELECT count(*) FROM areas_area'
    """
    setup(database=False)
    if as_json and not command:
        raise Refused(_("--json needs a statement: jingzhun db shell --json --command 'SELECT 1'."))
    setup()
    if command:
        columns, rows = _run_sql(command)
        if as_json:
            print_json([dict(zip(columns, row, strict=True)) for row in rows])
        else:
            for row in [columns, *rows] if columns else []:
                print("\t".join("" if value is None else str(value) for value in row))
        return
    from django.conf import settings

    from jingzhun.database import backup as backups

    words, environment = backups.command("psql", backups.conninfo(settings.DATABASES["default"]))
    os.execve(words[0], words, environment)  # noqa: S606


def _run_sql(command: str) -> tuple[list[str], list[Any]]:
    from django.db import DatabaseError, connection

    with refusing(DatabaseError), connection.cursor() as cursor:
        cursor.execute(command)
        if cursor.description is None:
            return [], []
        return [column.name for column in cursor.description], cursor.fetchall()


def _embedded() -> Path:
    from django.conf import settings

    embedded = settings.DATABASES["default"].get("EMBEDDED")
    if not embedded:
        raise Refused(_("DATABASE_URL names a server of its own: start and stop it with its own means."))
    return Path(str(embedded))


def _keys() -> dict[str, bytes]:
    """Every key without which restored data could not be read or compared, by name."""
    from django.conf import settings

    from jingzhun.methods.sealing import Keyring

    ring = Keyring.parse(settings.FIELD_KEYS, settings.FIELD_CIPHER)
    return {f"field key {name}": key for name, key in ring.keys.items()} | {
        "digest key": bytes.fromhex(settings.DIGEST_KEY)
    }


def _require_keys(manifest: Any) -> None:
    from jingzhun.database.backup import fingerprints

    present = fingerprints(_keys())
    if wrong := [name for name, tag in manifest.keys.items() if present.get(name) != tag]:
        text = _(
            "This installation does not have the keys of the backup (%(names)s): put them in place "
            "(JINGZHUN_FIELD_KEYS and JINGZHUN_DIGEST_KEY, or the files in var/secrets), or add --without-keys."
        )
        raise Refused(text % {"names": ", ".join(wrong)})


def _require_known(manifest: Any) -> None:
    from jingzhun.database.prepare import unknown_migrations

    if unknown := unknown_migrations(manifest.migrations):
        text = _("The backup is of a newer version of this program (it has %(migration)s); install that first.")
        raise Refused(text % {"migration": unknown[-1]})


def _verify_journal() -> int:
    from jingzhun.journal.queries import verify
    from jingzhun.journal.queries.faults import sentence

    # The private key that signs roots may have stayed elsewhere; whether it is ours, `jingzhun journal verify` asks.
    # Checkpoints kept here may be newer than the backup: whether it lacks what was published, that command tells too.
    verified = verify(trust_stored_keys=True, checkpoints=())
    if verified.fault:
        raise Refused(_("The journal does not fit. %(fault)s") % {"fault": sentence(verified.fault)})
    return verified.entries
