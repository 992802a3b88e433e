"""Backup of a county into one file, and the way back with proof.

The file is a tar of `manifest.json` (rows of every table, counted in the very snapshot that was dumped), `database.dump` (pg_dump,
custom format) and `media/` (photos and other evidence). Keys are not in it: who has the file and not the keys
reads no ID, phone or account number.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from jingzhun.database import server

FORMAT = 1


class BackupFailed(Exception):
    """The backup or the restore did not succeed; the message says why, and nothing half-done is left."""


@dataclass
class Manifest:
    """What a backup holds: rows by table, PostgreSQL's version, when it was made, and a proof of the keys."""

    rows: dict[str, int]
    postgresql: int
    made_at: str
    proof: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def conninfo(database: dict[str, Any]) -> str:
    """libpq connection string of Django's database settings; starts the embedded server."""
    if embedded := database.get("EMBEDDED"):
        running = server.start(Path(embedded))
        return psycopg.conninfo.make_conninfo(
            host=str(running.socket_dir), user=server.SUPERUSER, dbname=database["NAME"]
        )
    wanted = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.conninfo.make_conninfo(**{key: database[name] for key, name in wanted.items() if database.get(name)})


def backup(source: str, media: Path, target: Path, proof: dict[str, str]) -> Manifest:
    """Write one file, whole or not at all. `proof` travels in the manifest, for the caller to check at the restore."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump, whole = Path(folder) / "database.dump", Path(folder) / "whole.tar"
        with psycopg.connect(source) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            snapshot = _one(connection, "SELECT pg_export_snapshot()")
            manifest = Manifest(
                _count(connection), connection.info.server_version, datetime.now(UTC).isoformat(), proof
            )
            _run("pg_dump", source, "-Fc", f"--snapshot={snapshot}", "--no-owner", "--no-acl", f"--file={dump}")
        (Path(folder) / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        with tarfile.open(whole, "w") as tar:
            tar.add(Path(folder) / "manifest.json", "manifest.json")
            tar.add(dump, "database.dump")
            if media.exists():
                tar.add(media, "media")
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.replace(target)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup. Raises BackupFailed when the file is not a whole backup of this format."""
    try:
        with tarfile.open(source) as tar:
            member = tar.extractfile("manifest.json")
            data = json.load(member) if member else {}
    except (tarfile.TarError, KeyError, OSError, ValueError) as error:
        raise BackupFailed(f"{source} is not a backup of Jingzhun, or it is damaged: {error}") from error
    if data.get("format") != FORMAT:
        raise BackupFailed(f"{source} has backup format {data.get('format')}, this version reads {FORMAT}")
    return Manifest(**data)


def restore(source: Path, target: str, media: Path) -> Manifest:
    """Bring a backup back into an empty database, in one transaction, and compare every table with the manifest."""
    manifest = read_manifest(source)
    with psycopg.connect(target) as connection:
        if _one(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"):
            raise BackupFailed("the database is not empty; restore goes into an empty one only")
    if media.exists() and any(media.iterdir()):
        raise BackupFailed(f"{media} is not empty; move it away first")
    with tempfile.TemporaryDirectory(prefix="jingzhun-restore-") as folder:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        _restore_dump(Path(folder) / "database.dump", target)
        if (unpacked := Path(folder) / "media").exists():
            shutil.copytree(unpacked, media, dirs_exist_ok=True)
    with psycopg.connect(target) as connection:
        found = _count(connection)
    if wrong := sorted(table for table in manifest.rows if found.get(table) != manifest.rows[table]):
        told = ", ".join(f"{table}: {manifest.rows[table]} expected, {found.get(table)} found" for table in wrong)
        raise BackupFailed(f"the restored tables differ from the backup: {told}")
    return manifest


def _restore_dump(dump: Path, target: str) -> None:
    """By way of plain SQL, which an older server understands when the one setting it does not know is left out."""
    script = dump.with_suffix(".sql")
    _programme("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(dump))
    with psycopg.connect(target) as connection:
        version = connection.info.server_version
    if version < 170000:
        text = script.read_text(encoding="utf-8", errors="surrogateescape")
        script.write_text(
            text.replace("SET transaction_timeout = 0;\n", "", 1), encoding="utf-8", errors="surrogateescape"
        )
    _run("psql", target, "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}")


def _count(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {
        name: _one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))) for (name,) in names
    }


def _one(connection: psycopg.Connection[Any], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _run(programme: str, source: str, *arguments: str) -> None:
    parts = {key: str(part) for key, part in psycopg.conninfo.conninfo_to_dict(source).items()}
    environment = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    _programme(programme, f"--dbname={psycopg.conninfo.make_conninfo(**parts)}", *arguments, env=environment)


def _programme(name: str, *arguments: str, env: dict[str, str] | None = None) -> None:
    """Run one of PostgreSQL's programs. Raises BackupFailed with what it said."""
    done = subprocess.run(  # noqa: S603
        [str(server.programs() / name), *arguments],
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{name} failed: {done.stderr.strip() or done.returncode}")
