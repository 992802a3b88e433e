"""`jingzhun serve`: web and worker come together, go together, and go on after any of them was killed."""

import http.cookiejar
import json
import re
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import psutil
import pytest
from tests.installation import Installation, kill_tree, wait_until

DEFER = """
import sys, django
django.setup()
from procrastinate.contrib.django import app
print(app.configure_task("slow").defer(log=sys.argv[1], endless=int(sys.argv[2])))
"""
CANCEL = """
import sys, django
django.setup()
from procrastinate.contrib.django import app
app.job_manager.cancel_job_by_id(int(sys.argv[1]), abort=True)
"""


class Served:
    """A running `jingzhun serve`, and a browser's share in it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self.process = self.installation.start("serve", "--port", str(self.port), "--workers", "2", "--json")
        told = self.process.stdout.readline()
        assert told, self.process.communicate()[1]
        self.url = json.loads(told)["url"].rstrip("/")
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        def answer() -> str | None:
            try:
                return self.browser.open(self.url + path, timeout=30).read().decode()
            except urllib.error.HTTPError:
                raise
            except OSError:
                return None  # a web process is on its way up

        return wait_until(answer, f"{path} is served")

    def log_in_wrongly(self) -> str:
        """A request that cannot do without the database."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/accounts/login/")).group(1)
        form = {"csrfmiddlewaretoken": token, "login": "nobody", "password": "wrong"}
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/accounts/login/", urllib.parse.urlencode(form).encode(), {"Referer": self.url}
        )
        answer = self.browser.open(request, timeout=60)
        assert answer.status == 200
        return answer.read().decode()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


LOCKS = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {0x776F726B} AND granted"


@pytest.fixture
def served(ready_installation):
    ready_installation.environment["DJANGO_SETTINGS_MODULE"] = "tests.cli.slow_settings"
    made = Served(ready_installation)
    made.start()
    return made


def test_pages_and_their_hashed_static_files_are_served(served):
    page = served.get("/accounts/login/")

    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)
    assert files
    for file in files:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js)$", file), f"{file} is not named by its content"
        assert served.get(file)


def test_when_it_is_killed_no_process_stays_and_the_next_one_serves(served):
    served.get("/accounts/login/")
    family = served.family()
    assert len(family) >= 3

    served.process.kill()

    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
    served.start()
    assert "csrfmiddlewaretoken" in served.get("/accounts/login/")


@pytest.mark.parametrize("signal", ["terminate", "interrupt"])
def test_it_ends_cleanly_when_asked_to(served, signal):
    family = served.family()

    served.process.send_signal(15 if signal == "terminate" else 2)
    _, said = served.process.communicate(timeout=60)

    assert served.process.returncode == 0 and "Traceback" not in said, said
    assert not psutil.wait_procs(family, timeout=30)[1]


def test_the_next_request_works_after_the_database_was_killed(served):
    served.log_in_wrongly()

    served.installation.kill_server()

    served.log_in_wrongly()


def _defer(installation, endless):
    log = installation.var / "slow.log"
    job = installation.run_python(DEFER, str(log), str(endless)).strip()
    wait_until(lambda: log.exists() and "begun" in log.read_text(), "the job has begun")
    return job, log


def _status(installation, job):
    return installation.value("SELECT status::text FROM procrastinate_jobs WHERE id = %s", int(job))


def _kill_everything(served):
    kill_tree(psutil.Process(served.process.pid))
    served.start()


def _kill_the_database(served):
    served.installation.kill_server()


def _stop_and_start(served):
    served.process.terminate()
    served.process.communicate(timeout=60)
    served.start()


@pytest.mark.parametrize("trouble", [_kill_everything, _kill_the_database, _stop_and_start])
def test_a_job_that_was_interrupted_is_taken_up_again(served, trouble):
    job, log = _defer(served.installation, endless=1)

    trouble(served)

    wait_until(lambda: "done" in log.read_text(), "the job is done")
    wait_until(lambda: _status(served.installation, job) == "succeeded", "the job is marked as done")
    assert log.read_text() == "begun\nbegun\ndone\n"


def test_a_job_that_takes_its_worker_down_every_time_is_given_up(served):
    job, log = _defer(served.installation, endless=99)

    for attempt in (2, 3, 4):
        _kill_everything(served)
        if attempt < 4:
            wait_until(lambda attempt=attempt: log.read_text().count("begun") == attempt, "it is tried again")

    wait_until(lambda: _status(served.installation, job) == "failed", "it is given up")


def test_a_cancelled_job_is_not_taken_up_again(served):
    job, log = _defer(served.installation, endless=99)
    served.installation.run_python(CANCEL, job)

    _kill_everything(served)

    wait_until(lambda: _status(served.installation, job) == "aborted", "it stays cancelled")
    assert log.read_text() == "begun\n"


def test_a_second_worker_waits_until_the_first_is_gone(served):
    job, log = _defer(served.installation, endless=1)
    second = Served(served.installation)
    second.start()
    second.get("/accounts/login/")
    waiting = LOCKS.replace("AND granted", "AND NOT granted")
    wait_until(lambda: served.installation.value(waiting) == 1, "the second worker waits")
    assert log.read_text() == "begun\n"

    kill_tree(psutil.Process(served.process.pid))

    wait_until(lambda: _status(served.installation, job) == "succeeded", "the second worker took over")


def test_a_port_that_is_taken_is_told_in_one_sentence(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = installation.run("serve", "--port", port, fails=True)

    assert f"Port {port} of 127.0.0.1 is taken" in said and "--port" in said and len(said.splitlines()) == 1


def test_people_are_told_when_it_is_ready(ready_installation):
    served = Served(ready_installation)
    started = ready_installation.start("serve", "--port", str(served.port), stderr=subprocess.DEVNULL)
    begun, ready = started.stdout.readline(), started.stdout.readline()
    assert "ready …" in begun and ready.startswith(f"Ready: Jingzhun serves http://127.0.0.1:{served.port}/")
    with socket.create_connection(("127.0.0.1", served.port)):
        pass


def test_a_first_start_makes_all_it_needs_and_shows_no_logins_where_no_demo_is(installation):
    served = Served(installation)
    served.process = installation.start("serve", "--port", str(served.port), "--json", stderr=subprocess.DEVNULL)

    assert json.loads(served.process.stdout.readline())["logins"] == []


def test_photos_left_open_by_an_earlier_version_are_closed_at_the_start(ready_installation):
    photo = ready_installation.var / "media" / "households" / "2016" / "a.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"photo")
    photo.chmod(0o644)
    served = Served(ready_installation)
    served.start()
    closed = [photo, *list(photo.parents)[:3]]
    assert [path.stat().st_mode & 0o077 for path in closed] == [0] * 4
    assert photo.read_bytes() == b"photo"
