"""The embedded server: started by whoever comes first, and what was committed survives whatever happens to it."""

import os
import shutil
import subprocess
import threading
from contextlib import suppress

import psutil
import psycopg
import pytest
from tests.installation import Installation, kill_tree, wait_until

from jingzhun.database import server

START = "import sys, pathlib; from jingzhun.database import server; print(server.start(pathlib.Path(sys.argv[1])).pid)"


def test_first_starts_at_once_give_one_server(installation):
    starts = [installation.start_python(START, str(installation.data)) for _ in range(4)]

    answers = [start.communicate(timeout=60) for start in starts]

    assert [start.returncode for start in starts] == [0] * 4, answers
    assert {printed for printed, _ in answers} == {f"{server.running(installation.data).pid}\n"}


def test_committed_rows_survive_the_death_of_the_server_and_open_transactions_leave_nothing(installation):
    with installation.connect("postgres") as connection:
        connection.execute("CREATE TABLE decided (n int)")
        connection.execute("INSERT INTO decided SELECT generate_series(1, 1000)")
    undecided = installation.connect("postgres")
    undecided.execute("BEGIN")
    undecided.execute("INSERT INTO decided SELECT generate_series(1001, 2000)")

    installation.kill_server()

    assert server.running(installation.data) is None
    with installation.connect("postgres") as connection:
        assert connection.execute("SELECT count(*), max(n) FROM decided").fetchone() == (1000, 1000)


WRITER = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    for batch in range(1_000_000):
        for row in range(10):
            connection.execute("INSERT INTO batches VALUES (%s)", [batch])
        connection.commit()
        print(batch, flush=True)
"""


@pytest.mark.parametrize("victim", ["writer", "server"])
def test_batches_are_whole_when_the_writer_or_the_server_is_killed(installation, victim):
    with installation.connect("postgres") as connection:
        connection.execute("CREATE TABLE batches (batch int)")
    writer = installation.start_python(WRITER, server.start(installation.data).url("postgres"))
    for _ in range(20):
        writer.stdout.readline()

    if victim == "writer":
        writer.kill()
    else:
        installation.kill_server()
    told = [int(line) for line in writer.communicate()[0].split()]

    with installation.connect("postgres") as connection:
        sizes = connection.execute("SELECT DISTINCT count(*) FROM batches GROUP BY batch").fetchall()
        batches = connection.execute("SELECT count(DISTINCT batch) FROM batches").fetchone()[0]
    assert sizes == [(10,)]
    assert batches >= max(told, default=19) + 1, "a batch that was told as committed is lost"


def test_a_busy_backend_that_outlives_its_postmaster_does_not_hold_the_next_start_back(installation):
    busy = installation.connect("postgres")
    backend = psutil.Process(busy.info.backend_pid)

    def count() -> None:
        with suppress(psycopg.Error):
            busy.execute("SELECT count(*) FROM generate_series(1, 1000000000) WHERE random() < 0")

    counting = threading.Thread(target=count)
    counting.start()
    wait_until(lambda: backend.cpu_times().user > 0.1, "the backend is busy")
    postmaster = psutil.Process(server.running(installation.data).pid)
    postmaster.kill()
    postmaster.wait(60)

    with installation.connect("postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    counting.join(60)
    assert not backend.is_running()


@pytest.mark.parametrize(
    "number", [str(os.getpid()), "1", "", "not a number"], ids=["another program", "init", "empty", "garbage"]
)
def test_a_stale_lock_file_whose_number_belongs_to_somebody_else_by_now(installation, number):
    stale = server.start(installation.data)
    lines = (installation.data / "postmaster.pid").read_text().splitlines()
    kill_tree(psutil.Process(stale.pid))
    (installation.data / "postmaster.pid").write_text("\n".join([number, *lines[1:]]) if number else "")
    (installation.data / f".s.PGSQL.{server.PORT}.lock").write_text("\n".join([number, *lines[1:]]))

    assert server.running(installation.data) is None
    assert not server.stop(installation.data)
    assert server.start(installation.data).pid != stale.pid


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(installation):
    half = installation.var / ".postgres.making"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    assert server.start(installation.data)
    assert not half.exists()


@pytest.mark.parametrize("folder", ["x" * 120, "county of Yongshou, 永寿县's"])
def test_folders_that_no_socket_can_lie_in(installation, folder):
    data = installation.var / folder / "postgres"
    try:
        running = server.start(data)
        with psycopg.connect(running.url("postgres")) as connection:
            assert connection.execute("SHOW data_directory").fetchone() == (str(data),)
        assert running.socket_dir.stat().st_mode & 0o077 == 0, "nobody else may reach the socket"
    finally:
        server.stop(data)
        shutil.rmtree(running.socket_dir)


def test_nobody_else_can_reach_the_socket(installation):
    running = server.start(installation.data)

    assert (running.socket_dir / f".s.PGSQL.{server.PORT}").stat().st_mode & 0o077 == 0


def test_variables_of_another_postgresql_do_not_mislead():
    elsewhere = {"PGPORT": "6543", "PGHOST": "nowhere.example", "PGDATA": "/nowhere", "PGUSER": "somebody"}
    misled = Installation(LANG="zh_CN.GB18030", **elsewhere)
    try:
        assert misled.run_json("db", "shell", "--command", "SELECT current_user AS me") == [{"me": "postgres"}]
    finally:
        misled.close()


def test_data_of_another_version_is_left_alone(installation):
    installation.data.mkdir()
    (installation.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(server.ServerFailed, match="PostgreSQL 16"):
        server.start(installation.data)


def test_a_server_that_cannot_start_tells_why(installation):
    server.start(installation.data)
    server.stop(installation.data)
    with (installation.data / "postgresql.conf").open("a") as conf:
        conf.write("shared_buffers = 'much'\n")

    with pytest.raises(server.ServerFailed, match="shared_buffers"):
        server.start(installation.data)


@pytest.mark.parametrize("folder_of", ["this version", "an earlier version"])
def test_the_log_tells_no_personal_value(installation, folder_of):
    if folder_of == "an earlier version":
        server.start(installation.data)
        server.stop(installation.data)
        (installation.data / "log").write_text("DETAIL:  Key (id)=(610499195001010011) already exists.\n")
        with (installation.data / "postgresql.conf").open("a") as conf:
            conf.write("log_min_messages = warning\nlog_min_error_statement = error\nlog_statement = 'all'\n")
    secret = "610499195001010011"
    with installation.connect("postgres") as connection:
        connection.execute("CREATE TABLE people (id text PRIMARY KEY, born date)")
        connection.execute("INSERT INTO people VALUES (%s)", [secret])
        for wrong in (
            "INSERT INTO people VALUES (%s)",
            "INSERT INTO people (born) VALUES (%s)",
            "SELECT %s::text::int2",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(wrong, [secret])
        with pytest.raises(psycopg.Error):
            connection.execute(f"INSERT INTO people VALUES ('{secret}')")
        with pytest.raises(psycopg.Error), connection.cursor().copy("COPY people FROM STDIN") as copy:
            copy.write_row((secret, secret))
    server.stop(installation.data)

    logs = [installation.data / "log", *(installation.data / "logs").iterdir()]
    told = "".join(path.read_text() for path in logs)
    assert "database system is shut down" in told
    assert secret not in told


def test_a_week_of_logs_is_kept_and_no_more(installation):
    with installation.connect("postgres") as connection:
        said = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in server.LOG_OPTIONS}
    assert (said["log_filename"], said["log_rotation_age"], said["log_truncate_on_rotation"]) == (
        "server-%a.log",
        "1d",
        "on",
    )
    assert all(path.stat().st_mode & 0o077 == 0 for path in (installation.data / "logs").iterdir())


def test_stop_ends_a_server_that_somebody_is_connected_to(installation):
    idle = installation.connect("postgres")

    assert server.stop(installation.data)
    assert not server.stop(installation.data)
    with pytest.raises(psycopg.OperationalError):
        idle.execute("SELECT 1")


def test_a_start_waits_for_a_server_that_is_on_its_way_down(installation):
    first = server.start(installation.data)
    idle = installation.connect("postgres")
    psutil.Process(first.pid).terminate()  # waits for the idle client
    wait_until(lambda: server.running(installation.data) is None, "the server began to go down")
    threading.Timer(0.5, idle.close).start()

    assert server.start(installation.data).pid != first.pid


@pytest.mark.skipif(os.geteuid() != 0, reason="without root, every other test is this one")
def test_root_runs_the_server_as_the_owner_of_its_folder(installation):
    owner = 54321  # as in a volume that comes from another machine
    server.start(installation.data)
    server.stop(installation.data)
    subprocess.run(["chown", "-R", f"{owner}:{owner}", str(installation.data)], check=True)

    assert psutil.Process(server.start(installation.data).pid).uids().real == owner


WEB = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from django.core.signals import request_finished, request_started
from django.db import connection
from jingzhun.database.prepare import prepare
prepare()
for _ in sys.stdin:
    request_started.send(None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_user")
        print(cursor.fetchone()[0], flush=True)
    request_finished.send(None)
"""


def test_a_running_process_is_back_at_the_next_request(ready_installation):
    web = ready_installation.start_python(WEB, stdin=subprocess.PIPE)

    for trouble in [None, Installation.kill_server, Installation.stop_server, Installation.kill_one_backend]:
        if trouble:
            trouble(ready_installation)
        web.stdin.write("request\n")
        web.stdin.flush()
        assert web.stdout.readline() == "0\n", web.communicate()[1]
