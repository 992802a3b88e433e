"""A county goes into one file, and comes back as it was or not at all."""

import json
import os
import resource
import shutil
import zipfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest
from tests.installation import ROOT, Installation, kill_tree

from jingzhun.database import backup, server

AREAS = ROOT / "src/jingzhun/areas/data/yongshou.csv"
DECIDE = """
import os
import sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.areas.models import Area
from jingzhun.people.actions import add_user, assign_role
from jingzhun.people.rules import Role
from django.db import transaction
with transaction.atomic():
    user = add_user(sys.argv[1], "王芳", "a-long-password-1")
    assign_role(user, Role.COUNTY_OFFICER, Area.objects.get(pk="610426"))
"""


@pytest.fixture(scope="module")
def county(ready_once):
    made = ready_once.copy()
    made.run("areas", "load", str(AREAS))
    made.run_python(DECIDE, "clerk")
    made.run("journal", "publish")
    made.run_python(DECIDE, "secretary")  # waits for sealing while the backup is made
    with made.connect() as connection:  # rows of an import that nobody confirmed yet
        connection.execute("CREATE SCHEMA staging; CREATE TABLE staging.i1_member AS SELECT '张三' AS name")
    photo = made.var / "media" / "photos" / "家庭.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(bytes(range(256)) * 4096)
    yield made
    made.close()


@pytest.fixture(scope="module")
def whole(county):
    """A backup of the county, in a folder of its own."""
    file = county.var / "backups" / "county.zip"
    file.parent.mkdir()
    county.run("db", "backup", str(file))
    return file


@pytest.fixture
def empty(county, installation):
    """An installation without data that has the county's keys."""
    shutil.copytree(county.var / "secrets", installation.var / "secrets")
    return installation


def _areas(installation):
    return installation.run_json("db", "shell", "--command", "SELECT code, name FROM areas_area ORDER BY code")


def test_what_comes_back_is_what_went_in_and_the_restore_says_what_it_verified(county, whole, empty):
    told = empty.run_json("db", "restore", str(whole))

    assert _areas(empty) == _areas(county)
    assert told["journal_entries"] == county.value("SELECT count(*) FROM journal_entry") > 0
    assert empty.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'") == 0
    assert told["rows"] > 174 and told["files"] == 1 and told["keys_open_the_data"]
    photo = empty.var / "media/photos/家庭.jpg"
    assert photo.read_bytes() == bytes(range(256)) * 4096
    assert [path.stat().st_mode & 0o777 for path in (photo, photo.parent, photo.parent.parent)] == [0o600, 0o700, 0o700]
    again = empty.var / "again.zip"
    empty.run("db", "backup", str(again))
    first, second = (json.loads(zipfile.ZipFile(file).read("manifest.json")) for file in (whole, again))
    for what in ("rows", "triggers", "migrations", "journal", "keys"):
        assert first[what] == second[what]


def test_the_journal_goes_on_where_it_was(county, whole, empty):
    empty.run("db", "restore", str(whole))
    before = empty.run_json("journal", "verify")
    assert (before["ok"], before["entries"], before["waiting"], before["published"]) == (True, 6, 2, 1)
    assert empty.run_json("journal", "root") == county.run_json("journal", "root")

    assert empty.run_json("journal", "seal")["sealed"] == 2
    after = empty.run_json("journal", "verify")
    assert (after["ok"], after["entries"], after["waiting"], after["roots"]) == (True, 6, 0, 2)


def test_the_backup_is_for_its_owner_only_and_holds_no_key(county, whole):
    assert whole.stat().st_mode & 0o077 == 0
    content = whole.read_bytes()
    for secret in (county.var / "secrets").iterdir():
        assert secret.read_bytes().strip() not in content
        assert bytes.fromhex(secret.read_text().strip()) not in content


def test_a_restore_that_was_stopped_leaves_nothing_that_blocks_the_next(whole, empty):
    target, media = server.start(empty.data).url("postgres"), empty.var / "media"

    def stop_before_the_tables(_step: str) -> None:
        if any(path.is_file() for path in media.rglob("*")):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(whole, target, media, stop_before_the_tables)
    assert [path for path in media.rglob("*") if path.is_file()] == []
    half = media / "photos" / ".家庭.jpg.part"
    half.write_bytes(b"killed half-way")
    backup.restore(whole, target, media, lambda _step: None)
    assert [path.name for path in media.rglob("*") if path.is_file()] == ["家庭.jpg"]


def test_a_terminal_in_chinese_is_told_in_chinese_what_stops_the_server(installation):
    installation.data.mkdir()
    (installation.data / "PG_VERSION").write_text("16\n")
    installation.environment["LANGUAGE"] = "zh_CN"
    said = installation.run("db", "start", fails=True)
    assert "中是 PostgreSQL 16 的数据" in said and "holds data" not in said


def test_a_restore_goes_into_an_empty_database_only(county, whole):
    before = _areas(county)

    assert "not empty" in county.run("db", "restore", str(whole), fails=True)
    assert _areas(county) == before


def test_a_restore_with_other_keys_is_refused_unless_one_insists(whole, installation):
    said = installation.run("db", "restore", str(whole), fails=True)
    assert "does not have the keys" in said and "field key k1" in said

    told = installation.run_json("db", "restore", str(whole), "--without-keys")
    assert not told["keys_open_the_data"]


def _damage(whole: Path, file: Path, kind: str) -> None:
    content = bytearray(whole.read_bytes())
    if kind == "cut in half":
        del content[len(content) // 2 :]
    elif kind == "one bit of the dump":
        content[len(content) // 4] ^= 1
    elif kind == "not a backup":
        content[:] = b"PK\3\4 something else"
    file.write_bytes(content)
    if kind in ("a row less", "an entry less", "a file that leads elsewhere"):
        _rewrite(whole, file, kind)


def _rewrite(whole: Path, file: Path, kind: str) -> None:
    """A file that is sound as such, and whose manifest tells of more than it holds."""
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        for name in manifest["files"]:
            target.writestr(name, source.read(name))
        if kind == "a row less":
            manifest["rows"]["areas_area"] += 1
        elif kind == "an entry less":
            manifest["journal"]["leaves"] = "0" * 64
        else:
            target.writestr("media/../../escaped", b"")
            manifest["files"]["media/../../escaped"] = (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            )
        target.writestr("manifest.json", json.dumps(manifest))


@pytest.mark.parametrize(
    "kind",
    [
        "cut in half",
        "one bit of the dump",
        "not a backup",
        "a row less",
        "an entry less",
        "a file that leads elsewhere",
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_the_database_empty(whole, empty, kind):
    damaged = empty.var / "damaged.zip"
    _damage(whole, damaged, kind)

    said = empty.run("db", "restore", str(damaged), fails=True)

    assert said
    with empty.connect("postgres") as connection:
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'jingzhun'").fetchone()
    assert not made or empty.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert not [path for path in (empty.var / "media").rglob("*") if path.is_file()]
    assert not (empty.var / "escaped").exists() and not (empty.var.parent / "escaped").exists()


def test_a_backup_of_a_newer_version_is_refused(whole, empty):
    newer = empty.var / "newer.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(newer, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        manifest["migrations"].append("areas.9999_not_yet_written")
        target.writestr("manifest.json", json.dumps(manifest))

    assert "newer version" in empty.run("db", "restore", str(newer), fails=True)


def test_a_photo_that_differs_is_not_overwritten(whole, empty):
    other = empty.var / "media/photos/家庭.jpg"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another family")

    assert "differs" in empty.run("db", "restore", str(whole), fails=True)
    assert other.read_bytes() == b"another family"


def test_a_backup_overwrites_nothing(county, whole):
    before = whole.read_bytes()

    assert "exists" in county.run("db", "backup", str(whole), fails=True)
    assert whole.read_bytes() == before


def test_a_full_disk_leaves_no_half_backup(county):
    folder = county.var / "full"
    folder.mkdir()

    def full_soon() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    writing = county.start("db", "backup", str(folder / "county.zip"), preexec_fn=full_soon)
    said = writing.communicate(timeout=60)[1]

    assert writing.returncode == 1 and "could not be written" in said and "Traceback" not in said
    assert not list(folder.iterdir())


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(county):
    folder = county.var / "killed"
    folder.mkdir()
    writing = county.start("db", "backup", str(folder / "county.zip"))
    while not list(folder.iterdir()):
        assert writing.poll() is None
    kill_tree(psutil.Process(writing.pid))

    assert not (folder / "county.zip").exists()
    county.run("db", "backup", str(folder / "county.zip"))
    assert [path.name for path in folder.iterdir()] == ["county.zip"]


WRITER = """
import itertools, sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    for n in itertools.count():
        connection.execute("INSERT INTO django_cache VALUES (%s, 'x', now())", [f"key {n}"])
        print(n, flush=True)
"""


def test_counts_and_dump_are_of_one_moment_though_others_go_on_writing(county, empty):
    writer = county.start_python(WRITER, server.start(county.data).url("jingzhun"))
    writer.stdout.readline()
    file = county.var / "busy.zip"

    county.run("db", "backup", str(file))
    writer.kill()

    empty.run("db", "restore", str(file))
    assert empty.value("SELECT count(*) FROM django_cache") > 0


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="DATABASE_URL names no other PostgreSQL")
def test_a_county_moves_to_another_server_and_back(county, whole, empty):
    """Also to an older PostgreSQL than the one that wrote the backup."""
    with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as elsewhere:
        elsewhere.execute("DROP DATABASE IF EXISTS test_moved_county")
        parts = urlsplit(os.environ["DATABASE_URL"])
        moved = Installation(database_url=urlunsplit(parts._replace(path="/test_moved_county")))
        try:
            shutil.copytree(county.var / "secrets", moved.var / "secrets")
            assert moved.run_json("db", "restore", str(whole))["keys_open_the_data"]
            assert _areas(moved) == _areas(county)
            moved.run("db", "backup", str(moved.var / "back.zip"))
            empty.run("db", "restore", str(moved.var / "back.zip"))
            assert _areas(empty) == _areas(county)
            assert "DATABASE_URL" in moved.run("db", "stop", fails=True)
        finally:
            moved.close()
            elsewhere.execute("DROP DATABASE test_moved_county WITH (FORCE)")


def test_what_a_server_marks_for_itself_is_no_part_of_a_restore():
    """PostgreSQL 15.20 marks columns; the same words within data, and other options, stay."""
    mark = b"ALTER TABLE ONLY public.areas_area ALTER COLUMN code SET (pg_attver='521191768');\n"
    assert backup.OWN_TO_SERVER.fullmatch(mark)
    assert not backup.OWN_TO_SERVER.fullmatch(mark.replace(b"pg_attver", b"n_distinct"))
    assert not backup.OWN_TO_SERVER.fullmatch(b"1\t" + mark)
