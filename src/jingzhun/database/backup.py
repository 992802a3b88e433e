"""Backup of a county into one file, and the way back with proof.

The file is a zip of `database.dump` (pg_dump's custom format), `media/` (photos and other evidence) and
`manifest.json`: rows of every table and the journal's head, both read in the very snapshot that was dumped, digests of
all files, and fingerprints of the keys. The keys are not in it: who has the file and not the keys reads no ID, phone
or account number.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from jingzhun.database import server

FORMAT = 2
CHUNK = 1 << 20
JOURNAL = {
    "entries": "SELECT count(*)::text FROM public.journal_entry",
    "last": "SELECT coalesce(max(id), 0)::text FROM public.journal_entry",
    "leaves": "SELECT encode(sha256(coalesce(string_agg(leaf, ''::bytea ORDER BY id), ''::bytea)), 'hex') "
    "FROM public.journal_entry",
    "root": "SELECT coalesce((SELECT size || ' ' || encode(hash, 'hex') FROM public.journal_root "
    "ORDER BY size DESC LIMIT 1), '')",
}
MIGRATIONS = "SELECT app || '.' || name FROM public.django_migrations ORDER BY id"
TRIGGERS = (
    "SELECT count(*)::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
)
RELATIONS = (
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND relnamespace = 'public'::regnamespace"
)
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"  # written by pg_restore 17 and later; PostgreSQL 15 refuses it
# PostgreSQL 15.20 keeps a mark of its own among the options of columns; no other server takes it.
OWN_TO_SERVER = re.compile(rb"ALTER TABLE \S+ \S+ ALTER COLUMN \S+ SET \(pg_attver='?\d+'?\);\n")
DATA = b"COPY "  # from here on a line may be anybody's text
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError)

Report = Callable[[str], None]  # told what is being done, for people who wait


class BackupFailed(Exception):
    """The backup or the restore did not succeed; the message says why, and nothing half-done is left."""


@dataclass
class Manifest:
    """What a backup holds, and what the restore is checked against."""

    rows: dict[str, int]
    triggers: str
    migrations: list[str]
    journal: dict[str, str]  # entries, last (number of the last entry), leaves (SHA-256 of all in order), root
    keys: dict[str, str]  # fingerprint by the key's name
    files: dict[str, str]  # SHA-256 by the name in the zip
    postgresql: int
    made_at: str
    format: int = FORMAT


def conninfo(database: dict[str, Any]) -> str:
    """libpq connection string of Django's database settings; starts the embedded server."""
    if embedded := database.get("EMBEDDED"):
        socket = str(server.start(Path(embedded)).socket_dir)
        return psycopg.conninfo.make_conninfo(
            host=socket, port=server.PORT, user=server.SUPERUSER, dbname=database["NAME"]
        )
    wanted = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    named = {key: database[name] for key, name in wanted.items() if database.get(name)}
    return psycopg.conninfo.make_conninfo(**(options | named))


def command(name: str, database: str | None, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Words and environment to run one of PostgreSQL's programs on a database (a connection string).

    A password goes by the environment, where other users of the machine do not see it.
    """
    environment = dict(os.environ)
    named = []
    if database is not None:
        parts = {key: str(part) for key, part in psycopg.conninfo.conninfo_to_dict(database).items()}
        if password := parts.pop("password", None):
            environment["PGPASSWORD"] = password
        named = [f"--dbname={psycopg.conninfo.make_conninfo(**parts)}"]
    return [str(server.BIN / name), *named, *arguments], environment


def fingerprints(keys: dict[str, bytes]) -> dict[str, str]:
    """A name tag of each key, which tells whether two keys are the same and nothing else of them."""
    return {name: hmac.digest(key, b"jingzhun backup", "sha256").hex()[:16] for name, key in keys.items()}


def close_to_others(folder: Path) -> None:
    """Take a folder, and all that lies in it, from everybody but its owner."""
    if folder.is_dir():
        for path in (folder, *folder.rglob("*")):
            if (mode := path.lstat().st_mode) & 0o077 and not path.is_symlink():
                with contextlib.suppress(PermissionError):  # another user's, who may share it
                    path.chmod(mode & 0o700)


def backup(source: str, media: Path, target: Path, keys: dict[str, bytes], report: Report = print) -> Manifest:
    """Write one file, whole or not at all. Raises BackupFailed, also when the file is there already."""
    if target.exists():
        raise BackupFailed(_("%(file)s exists; a backup does not overwrite another.") % {"file": target})
    for left in target.parent.glob(f".{target.name}.*.part"):
        left.unlink()  # of a backup that was killed
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:
                manifest = _write(zipped, source, media, fingerprints(keys), report)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except (OSError, psycopg.Error) as error:
        told = {"file": target, "problem": _problem(error)}
        raise BackupFailed(_("The backup could not be written to %(file)s: %(problem)s") % told) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _problem(error: Exception) -> str:
    """What happened, without a number of the operating system."""
    return (error.strerror if isinstance(error, OSError) else "") or str(error).strip()


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup. Raises BackupFailed when the file is not a whole backup of this format."""
    try:
        with zipfile.ZipFile(source) as zipped:
            data = json.loads(zipped.read("manifest.json"))
            if data.get("format") == FORMAT:
                return Manifest(**data)
    except (*DAMAGE, OSError, TypeError) as error:
        told = {"file": source, "problem": _problem(error)}
        text = _("%(file)s is not a backup of Jingzhun, or it is damaged: %(problem)s")
        raise BackupFailed(text % told) from error
    told = {"file": source, "format": data.get("format"), "known": FORMAT}
    raise BackupFailed(_("%(file)s has backup format %(format)s; this version reads %(known)s.") % told)


def restore(source: Path, target: str, media: Path, report: Report = print) -> Manifest:
    """Bring a backup back into an empty database, in one transaction that holds only if everything is as it was.

    Compared are the digest of every file, the rows of every table, the number of triggers and the journal's head.
    Raises BackupFailed, and then the database is as empty as before.
    """
    manifest = read_manifest(source)
    _require_empty(target)
    placed: list[Path] = []
    try:
        with zipfile.ZipFile(source) as zipped:
            report(_("Checking the file"))
            _check_files(zipped, manifest)
            _place_media(zipped, manifest, media, placed)
            report(_("Restoring the database"))
            _load(zipped, target, manifest)
    except BaseException as error:  # also whoever stops it: what is left would block the next one
        for path in placed:
            path.unlink(missing_ok=True)
        if not isinstance(error, (*DAMAGE, OSError, psycopg.Error)):
            raise
        told = {"file": source, "problem": _problem(error)}
        raise BackupFailed(_("The restore of %(file)s did not succeed: %(problem)s") % told) from error
    return manifest


def _write(zipped: zipfile.ZipFile, source: str, media: Path, keys: dict[str, str], report: Report) -> Manifest:
    files: dict[str, str] = {}
    with psycopg.connect(source) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        report(_("Counting rows"))
        manifest = Manifest(
            rows=_count(connection),
            triggers=_one(connection, TRIGGERS),
            migrations=[row[0] for row in connection.execute(MIGRATIONS)],
            journal={name: _one(connection, query) for name, query in JOURNAL.items()},
            keys=keys,
            files=files,
            postgresql=connection.info.server_version,
            made_at=datetime.now(UTC).isoformat(),
        )
        report(_("Dumping the database"))
        files["database.dump"] = _dump(zipped, source, snapshot)
    report(_("Copying photos and other files"))
    for path in sorted(path for path in media.rglob("*") if path.is_file()):
        name = (PurePosixPath("media") / path.relative_to(media).as_posix()).as_posix()
        with path.open("rb") as stream:
            files[name] = _store(zipped, name, stream)
    zipped.writestr("manifest.json", json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    return manifest


def _dump(zipped: zipfile.ZipFile, source: str, snapshot: str) -> str:
    arguments = ["--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-acl", "--no-statistics"]
    arguments.append("--exclude-schema=staging")  # rows of imports that nobody confirmed yet; they are read anew
    with tempfile.TemporaryFile() as said:
        with _program("pg_dump", source, *arguments, stdout=subprocess.PIPE, stderr=said) as dump:
            digest = _store(zipped, "database.dump", cast(IO[bytes], dump.stdout))
        _require_success(said, dump)
    return digest


def _store(zipped: zipfile.ZipFile, name: str, stream: IO[bytes]) -> str:
    """Store a stream under a name; its SHA-256. Nothing is compressed: the dump and photos are already."""
    digest = hashlib.sha256()
    with zipped.open(name, "w", force_zip64=True) as member:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _check_files(zipped: zipfile.ZipFile, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        digest = hashlib.sha256()
        with zipped.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != expected:
            raise BackupFailed(_("%(name)s in the backup is damaged.") % {"name": name})


def _place_media(zipped: zipfile.ZipFile, manifest: Manifest, media: Path, placed: list[Path]) -> None:
    """Put files where they were. Nothing is overwritten: a file that is there must be the same one."""
    for name, expected in manifest.files.items():
        if name == "database.dump":
            continue
        parts = PurePosixPath(name).parts
        if parts[0] != "media" or ".." in parts or len(parts) < 2:
            raise BackupFailed(_("The backup holds a file with an unfit name: %(name)s.") % {"name": name})
        path = media.joinpath(*parts[1:])
        if path.exists():
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != expected:
                    text = _("%(file)s is there already and differs from the backup's; move it away first.")
                    raise BackupFailed(text % {"file": path})
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")  # a file that is killed half-way would differ from the backup's
        placed += [part, path]
        with zipped.open(name) as member, part.open("wb") as file:
            shutil.copyfileobj(member, file, CHUNK)
        part.rename(path)
    close_to_others(media)


def _load(zipped: zipfile.ZipFile, target: str, manifest: Manifest) -> None:
    """The dump as SQL into psql, between a BEGIN and a COMMIT that is sent only when all of it was right."""
    plain = ["--file=-", "--no-owner", "--no-acl", "--no-comments", "--exit-on-error"]
    strict = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile() as said:
        restoring = _program("pg_restore", None, *plain, stdin=pipe, stdout=pipe, stderr=said)
        loading = _program("psql", target, *strict, stdin=pipe, stdout=subprocess.DEVNULL, stderr=said)
        feeder = threading.Thread(target=_feed, args=[zipped, restoring.stdin])
        feeder.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # psql ends at the first error; its exit code tells
                _pass_on(restoring, cast(IO[bytes], loading.stdin), manifest)
        finally:
            restoring.kill()
            feeder.join()
            with contextlib.suppress(BrokenPipeError):
                cast(IO[bytes], loading.stdin).close()
            loading.wait()
            cast(IO[bytes], restoring.stdout).close()
        _require_success(said, restoring, loading)


def _feed(zipped: zipfile.ZipFile, to: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError, *DAMAGE), to, zipped.open("database.dump") as dump:
        shutil.copyfileobj(dump, to, CHUNK)  # a dump cut short is noticed by pg_restore


def _pass_on(restoring: subprocess.Popen[bytes], psql: IO[bytes], manifest: Manifest) -> None:
    script = cast(IO[bytes], restoring.stdout)
    psql.write(b"BEGIN;\n")
    for line in script:
        if line != UNKNOWN_TO_OLDER and not OWN_TO_SERVER.fullmatch(line):
            psql.write(line)
        if line.startswith(DATA):
            break
    shutil.copyfileobj(script, psql, CHUNK)
    if restoring.wait() == 0:
        psql.write(_checks(manifest).encode())
        psql.write(b"COMMIT;\n")


def _checks(manifest: Manifest) -> str:
    """SQL that raises an error, and so undoes the restore, when anything differs from the manifest."""
    expected: list[tuple[str, sql.Composable, str]] = [
        (f"rows in {name}", sql.SQL("SELECT count(*)::text FROM {}").format(sql.Identifier("public", name)), str(count))
        for name, count in manifest.rows.items()
    ]
    expected.append(("triggers", sql.SQL(TRIGGERS), str(manifest.triggers)))
    expected += [
        ("the journal's " + name, sql.SQL(JOURNAL[name]), str(found)) for name, found in manifest.journal.items()
    ]
    check = sql.SQL(
        "DO $check$ DECLARE found text; BEGIN found := ({query}); IF found IS DISTINCT FROM {expected} THEN "
        "RAISE EXCEPTION '%: % expected, % found', {what}, {expected}, found; END IF; END $check$;\n"
    )
    return "".join(
        check.format(query=query, expected=sql.Literal(value), what=sql.Literal(what)).as_string()
        for what, query, value in expected
    )


def _require_empty(target: str) -> None:
    try:
        with psycopg.connect(target) as connection:
            found = _one(connection, RELATIONS)
    except psycopg.Error as error:
        told = {"problem": str(error).strip()}
        raise BackupFailed(_("No connection to the database: %(problem)s") % told) from error
    if found:
        text = _("The database is not empty (%(count)s tables); restore goes into an empty one only.")
        raise BackupFailed(text % {"count": found})


def _count(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    query = sql.SQL("SELECT count(*) FROM {}")
    return {name: _one(connection, query.format(sql.Identifier("public", name))) for (name,) in names}


def _one(connection: psycopg.Connection[Any], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _program(name: str, database: str | None, *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    words, environment = command(name, database, *arguments)
    return subprocess.Popen(words, env=environment, **pipes)  # noqa: S603


def _require_success(said: IO[bytes], *programs: subprocess.Popen[bytes]) -> None:
    if any(program.returncode for program in programs):
        said.seek(0)
        raise BackupFailed(said.read().decode(errors="replace").strip() or _("PostgreSQL's programs ended early"))


def _sync_folder(folder: Path) -> None:
    """Make a renaming last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
