"""Large sheets are read by helping processes: the outcome is the same, and none of them hangs or stays behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.installation import wait_until
from tests.registry.importing import load, read, reasons, register
from tests.registry.workbooks import household, write_xlsx

from jingzhun.registry.actions import imports
from jingzhun.registry.importing import helpers
from jingzhun.registry.models import Household, Import, Member, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]


@pytest.fixture
def helped(monkeypatch):
    """Every sheet is large enough for helpers, and a block holds a few rows only."""
    monkeypatch.setattr(helpers, "WORTHWHILE", 0)
    monkeypatch.setattr(helpers, "HELPERS", 2)
    monkeypatch.setattr("jingzhun.registry.workbook.xlsx.CHUNK", 3_000)


def helping() -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if helpers.__name__ in each.cmdline()]


def test_rows_of_a_household_that_lie_far_apart_are_put_together(file, helped):
    rows = [row for serial in range(1, 31) for row in household(serial)]
    for row in rows[1:]:
        row["联系电话"] = ""
    last = rows.pop(2)
    load(write_xlsx(file, [*rows, last]))
    assert Household.objects.count() == 30 and Survey.objects.count() == 30
    first = Household.objects.get(number__endswith="00001")
    assert first.phone == "13900001111"
    assert [each.name for each in Member.objects.filter(household=first).order_by("number")] == [
        "张三",
        "李四",
        "张小三",
    ]
    assert not helping()


def test_helpers_find_the_same_as_one_process_alone(file, helped, monkeypatch):
    rows = [row for serial in range(1, 31) for row in household(serial)]
    rows[2]["联系电话"] = "13900002222"  # contradicts the first row
    rows[40]["行政村"] = "无此村"
    rows[41]["民族"] = "火星族"
    for row in rows[60:63]:  # a fault on all rows of a household is told once, wherever a block ends
        row["人均纯收入"] = "很多"
    rows[70]["证件号码"] = "6104261965"
    rows[89]["人均纯收入"] = 99
    moved = rows.pop(0)
    write_xlsx(file, [*rows, moved])
    together = read(file)
    monkeypatch.setattr(helpers, "WORTHWHILE", 1 << 40)
    alone = read(file)
    assert reasons(together) == reasons(alone) and len(reasons(alone)) == 6
    assert together.counts == alone.counts and together.warnings == alone.warnings


def test_a_helper_that_dies_ends_the_import_and_says_so(file, helped, monkeypatch):
    understand = helpers.Helper.understand

    def die(self, block):
        self.process.kill()
        return understand(self, block)

    monkeypatch.setattr(helpers.Helper, "understand", die)
    before = register()
    job = read(write_xlsx(file, household()))
    assert job.state == Import.State.FAILED and job.error["code"] == "job_died"
    assert register() == before and not helping()


def test_helpers_leave_when_the_reading_is_cancelled(file, helped, monkeypatch):
    monkeypatch.setattr("jingzhun.registry.importing.reading.BATCH", 2)
    with write_xlsx(file, [row for serial in range(1, 31) for row in household(serial)]).open("rb") as source:
        job = imports.take_in(source, "a.xlsx", by=None, area_code="610426", year=2013)
    Import.objects.filter(pk=job.pk).update(cancel_asked=True)
    with pytest.raises(imports.Cancelled):
        imports.read(job)
    assert not helping()


def test_a_damaged_workbook_is_told_through_a_helper(file, helped):
    write_xlsx(file, [row for serial in range(1, 31) for row in household(serial)])
    file.write_bytes(_with_shared_texts_lost(file))
    job = read(file)
    assert job.state == Import.State.FAILED and job.error["code"] == "damaged"


def test_helpers_leave_when_their_reader_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys\n"
         f"child = subprocess.Popen([sys.executable, '-m', '{helpers.__name__}'], stdin=subprocess.PIPE)\n"
         f"print(child.pid, flush=True)\nsys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    child = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the helper left")


def _with_shared_texts_lost(path: Path) -> bytes:
    """The workbook with the later half of its shared strings gone, as a broken transfer leaves it."""
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/sharedStrings.xml":
                items = data.split(b"<si>")
                data = b"<si>".join(items[: len(items) // 2]) + b"</sst>"
            out.writestr(name, data)
    return target.getvalue()
