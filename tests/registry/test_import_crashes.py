"""A crash or a cancel at any moment leaves the old or the new state; a full disk is told; confirmations do not mix."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.installation import ROOT, Installation, wait_until
from tests.registry.workbooks import household, write_xlsx

AREAS = ROOT / "src/jingzhun/areas/data/yongshou.csv"
TABLES = ("registry_household", "registry_member", "registry_survey", "registry_registerspell", "journal_entry")
BEGIN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.registry.actions import imports
from jingzhun.registry.importing import applying, judging, reading
from jingzhun.registry.importing.stopping import Cancelled
from jingzhun.registry.models import Import
def wait(word):
    print(word, flush=True)
    sys.stdin.readline()
"""
TAKE_IN = """
with open(sys.argv[1], "rb") as file:
    job = imports.take_in(file, "a.xlsx", by=None, area_code="610426", year=2013)
"""
READ = TAKE_IN + "imports.read(job); print(job.pk)"
STOP_IN_THE_MIDDLE = """
class Halved(dict):
    def items(self):
        for kind, sql in super().items():
            if kind == "survey":
                wait("halfway")
            yield kind, sql
applying.INSERTS = Halved(applying.INSERTS)
"""
STOP_AT_THE_END = """
class Ended(dict):
    def items(self):
        yield from super().items()
        wait("halfway")
applying.INSERTS = Ended(applying.INSERTS)
"""
STOP_WHILE_COMPARING = """
class Halved(list):
    def __iter__(self):
        wait("halfway")
        return super().__iter__()
judging.SURVEY_RULES = Halved(judging.SURVEY_RULES)
"""
CANCEL = "print(imports.cancel(Import.objects.latest('pk')).state)"
HEARD = "except Cancelled:\n    print('heard', Import.objects.latest('pk').state)"
CONFIRM = "job = imports.confirm(Import.objects.get(pk=int(sys.argv[1]))); print(job.state, job.changed_meanwhile)"


@pytest.fixture(scope="module")
def server():
    made = Installation()
    made.run("areas", "load", str(AREAS))
    yield made
    made.close()


@pytest.fixture
def county(server, tmp_path):
    """The county's own server with an empty register, and a workbook of forty households."""
    with server.connect() as connection:
        connection.execute("TRUNCATE registry_household, registry_import CASCADE")
        connection.execute("DROP SCHEMA IF EXISTS staging CASCADE")
    shutil.rmtree(server.var / "imports", ignore_errors=True)
    rows = [row for serial in range(1, 41) for row in household(serial, 行政村="", **{"乡(镇)": ""})]
    server.file = write_xlsx(tmp_path / "名册.xlsx", rows)
    return server


def counts(county) -> dict[str, int]:
    return {table: county.value(f"SELECT count(*) FROM {table}") for table in TABLES}


def python(county, code: str, *arguments: object) -> str:
    return county.run_python(BEGIN + code, *map(str, arguments)).strip()


def halfway(county, code: str, *arguments: object, word: str = "halfway"):
    """A process that has come to the middle of its work and waits there."""
    process = county.start_python(BEGIN + code, *map(str, arguments), stdin=subprocess.PIPE)
    assert process.stdout.readline().strip() == word, process.stderr.read()
    return process


def test_killed_while_confirming_leaves_the_old_state_and_can_be_done_again(county):
    before = counts(county)
    number = python(county, READ, county.file)
    process = halfway(county, STOP_IN_THE_MIDDLE + CONFIRM, number)
    process.kill()
    process.wait()

    assert counts(county) == before
    assert python(county, CONFIRM, number) == "applied False"
    after = counts(county)
    assert (after["registry_household"], after["registry_member"]) == (40, 120)
    assert after["journal_entry"] == before["journal_entry"] + 1


def test_the_server_killed_while_confirming_leaves_the_old_state(county):
    before = counts(county)
    number = python(county, READ, county.file)
    process = halfway(county, STOP_IN_THE_MIDDLE + CONFIRM, number)
    county.kill_server()
    process.kill()
    process.wait()

    assert counts(county) == before
    # The rows as read are unlogged and gone with the crash: the file is read again, and the user looks again.
    assert python(county, CONFIRM, number) == "ready False"
    assert python(county, CONFIRM, number) == "applied False"
    assert counts(county)["registry_member"] == 120


def test_killed_while_reading_begins_anew(county):
    before = counts(county)
    stop = "reading.BATCH = 50\nreport = lambda phase, done, total: wait('reading')\n" + TAKE_IN
    process = halfway(county, stop + "imports.read(job, report)", county.file, word="reading")
    process.kill()
    process.wait()

    assert counts(county) == before
    assert county.value("SELECT state FROM registry_import") == "reading"
    number = county.value("SELECT id FROM registry_import")
    assert python(county, "print(imports.read(Import.objects.get(pk=int(sys.argv[1]))).state)", number) == "ready"
    python(county, CONFIRM, number)
    assert counts(county)["registry_household"] == 40


def left_behind(county) -> tuple[int, list[Path]]:
    tables = county.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'")
    return tables, list((county.var / "imports").iterdir())


def test_a_cancel_is_heard_while_the_rows_are_compared_with_the_register(county):
    before = counts(county)
    code = STOP_WHILE_COMPARING + TAKE_IN + f"try:\n    imports.read(job)\n{HEARD}"
    process = halfway(county, code, county.file)
    assert python(county, CANCEL) == "reading"
    printed, said = process.communicate("go\n")
    assert printed.strip() == "heard cancelled", said
    assert counts(county) == before and left_behind(county) == (0, [])


@pytest.mark.parametrize("stop", [STOP_IN_THE_MIDDLE, STOP_AT_THE_END])
def test_a_cancel_is_heard_while_the_rows_are_written_into_the_register(county, stop):
    before = counts(county)
    number = python(county, READ, county.file)
    confirmed = "imports.ask_confirmation(Import.objects.get(pk=int(sys.argv[1])), partial=False, by=None)\n"
    process = halfway(county, stop + confirmed + f"try:\n    {CONFIRM}\n{HEARD}", number)
    assert python(county, CANCEL) == "confirmed"  # the cancel waits for nobody
    printed, said = process.communicate("go\n")
    assert printed.strip() == "heard cancelled", said
    assert counts(county) == before and left_behind(county) == (0, [])
    assert python(county, CANCEL) == "cancelled"


def test_two_confirmations_at_once_do_not_mix(county):
    first, second = python(county, READ, county.file), python(county, READ, county.file)
    slow = halfway(county, STOP_IN_THE_MIDDLE + CONFIRM, first)
    other = county.start_python(BEGIN + CONFIRM, second)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    wait_until(lambda: county.value(waiting), "the second confirmation waits for the first")
    printed, said = slow.communicate("go\n")
    assert "applied" in printed, said
    printed, said = other.communicate()
    assert printed.strip() == "ready True", said  # it looked again and found everything there already
    assert counts(county)["registry_household"] == 40


def test_a_clerk_who_reads_is_not_held_up_by_a_confirmation(county):
    number = python(county, READ, county.file)
    slow = halfway(county, STOP_IN_THE_MIDDLE + CONFIRM, number)
    assert counts(county)["registry_household"] == 0
    slow.communicate("go\n")
    assert counts(county)["registry_household"] == 40


def test_a_full_disk_at_the_upload_is_told_and_leaves_nothing(county):
    code = """
import resource
from jingzhun.registry.workbook.problems import WorkbookRefused
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    imports.take_in(open(sys.argv[1], "rb"), "a.xlsx", by=None, area_code="610426", year=2013)
except WorkbookRefused as error:
    print(error.code, Import.objects.count(), len(list(imports.folder().iterdir())))
"""
    assert python(county, code, county.file) == "disk_full 0 0"


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is mounted, which only root may")
def test_a_full_disk_of_the_database_is_told_and_changes_nothing(county):
    before = counts(county)
    small = Path(tempfile.mkdtemp(prefix="jz-small-", dir="/tmp"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        owner = county.data.stat()
        os.chown(small, owner.st_uid, owner.st_gid)
        with county.connect() as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
            connection.execute("ALTER DATABASE jingzhun SET default_tablespace = small")
        told = "print(imports.read(job).error['code'], job.state)"
        assert python(county, TAKE_IN + told, county.file) == "disk_full failed"
        assert counts(county) == before
    finally:
        with county.connect() as connection:
            connection.execute("ALTER DATABASE jingzhun RESET default_tablespace")
        with county.connect() as connection:
            connection.execute("DROP TABLESPACE small")
        subprocess.run(["umount", str(small)], check=True)
        shutil.rmtree(small)


def test_the_command_line_imports_previews_and_refuses(county, tmp_path):
    told = county.run_json("register", "import", str(county.file), "--year", "2013", "--dry-run")
    assert told["state"] == "cancelled" and told["households"]["add"] == 40
    assert counts(county)["registry_household"] == 0

    told = county.run_json("register", "import", str(county.file), "--year", "2013", "--yes")
    assert told["state"] == "applied" and told["members"]["add"] == 120

    rows = household(50, 行政村="", **{"乡(镇)": ""}) + household(51, 行政村="", **{"乡(镇)": ""})
    rows[0]["证件号码"] = "123"
    bad = write_xlsx(tmp_path / "bad.xlsx", rows)
    county.run("register", "import", str(bad), "--year", "2013", "--dry-run", "--json", fails=True)
    assert not (tmp_path / "bad-refused.xlsx").exists()
    county.run("register", "import", str(bad), "--year", "2013", "--yes", "--json", fails=True)
    assert (tmp_path / "bad-refused.xlsx").exists() and counts(county)["registry_household"] == 40
    told = county.run_json("register", "import", str(bad), "--year", "2013", "--yes", "--accept-partial")
    assert told["state"] == "applied" and counts(county)["registry_household"] == 41
    assert county.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'") == 0


def test_several_files_come_in_one_after_another_and_a_missing_one_is_told_first(county, tmp_path):
    more = write_xlsx(tmp_path / "more.xlsx", household(50, 行政村="", **{"乡(镇)": ""}))
    both = ("register", "import", str(county.file), str(more), "--year", "2013", "--yes")
    assert "none.xlsx" in county.run(*both, str(tmp_path / "none.xlsx"), fails=True)
    assert counts(county)["registry_household"] == 0 and county.value("SELECT count(*) FROM registry_import") == 0
    told = county.run_json(*both)
    assert [each["state"] for each in told] == ["applied", "applied"]
    assert counts(county)["registry_household"] == 41


def test_a_missing_file_is_one_sentence(county, tmp_path):
    said = county.run("register", "import", str(tmp_path / "none.xlsx"), "--year", "2013", fails=True)
    assert "none.xlsx" in said
