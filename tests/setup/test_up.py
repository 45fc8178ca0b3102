"""``manage.py up``, as a person runs it: one command, one Ctrl-C, nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.processes import free_port, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.once, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]


class Up:
    """The command, running."""

    def __init__(self, data: Path, port: int) -> None:
        gone = {"DATABASE_URL", "REDIS_URL", "PYTEST_CURRENT_TEST", "SECRET_KEY"}
        env = {name: value for name, value in os.environ.items() if name not in gone}
        env |= {"DATA_DIR": str(data), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "servicedesk.settings", "PYTHONUNBUFFERED": "1"}
        self.port, self.data, self.out = port, data, data.with_suffix(".log")
        command = [sys.executable, "manage.py", "up", "--no-demo"]
        with self.out.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)

    def healthy(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"it ended: {self.out.read_text()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return set(json.load(answer).values()) == {"ok"}
        except (urllib.error.URLError, OSError):
            return False

    def family(self) -> set[int]:
        """Every process that works on this data."""
        mark = f"DATA_DIR={self.data}".encode()
        found = set()
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environ.read_bytes().split(b"\0"):
                    found.add(int(environ.parent.name))
            except OSError:
                continue
        return found


@pytest.fixture
def up(tmp_path) -> Iterator[Callable[[], Up]]:
    started: list[Up] = []
    port = free_port()

    def start() -> Up:
        started.append(Up(tmp_path / "data", port))
        return started[-1]

    (tmp_path / "data").mkdir(exist_ok=True)
    yield start
    for one in started:
        for pid in one.family():
            os.kill(pid, signal.SIGKILL)
        one.process.wait(10)


def test_it_serves_stops_on_ctrl_c_and_keeps_the_data(up):
    first = up()
    until(first.healthy, seconds=120, what="it did not become healthy")
    assert len(first.family()) >= 5, "supervisor, web and its worker, Celery worker and its pool, beat"
    key = (first.data / "secret_key").read_text()
    assert (first.data / "secret_key").stat().st_mode & 0o777 == 0o600
    until(lambda: "(Ctrl-C stops)" in first.out.read_text(), what="the address was not printed")
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(30) == 0
    assert first.family() == set()

    began = time.monotonic()
    second = up()
    until(second.healthy, seconds=60, what="it did not become healthy again")
    assert time.monotonic() - began < 20, "a second start takes seconds"
    assert (second.data / "secret_key").read_text() == key
    third = up()
    assert third.process.wait(30) == 1
    assert "Already running" in third.out.read_text()


@pytest.fixture
def made_before(tmp_path) -> None:
    """The data of an earlier start, so that this one does not make the tables."""
    (tmp_path / "data").mkdir(exist_ok=True)
    shutil.copy(databases.in_file(), tmp_path / "data" / "desk.sqlite3")


@pytest.mark.usefixtures("made_before")
def test_killed_without_a_chance_it_leaves_nothing_running(up):
    it = up()
    until(it.healthy, seconds=60, what="it did not become healthy")
    it.process.kill()
    it.process.wait()
    until(lambda: not it.family(), seconds=30, what="children were left behind")


@pytest.mark.usefixtures("made_before")
def test_one_process_that_ends_stops_the_rest(up):
    it = up()
    until(it.healthy, seconds=60, what="it did not become healthy")
    beat = next(pid for pid in it.family() if b"\0beat\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(beat, signal.SIGKILL)
    assert it.process.wait(30) == 1
    assert "beat ended by itself" in it.out.read_text()
    assert it.family() == set()


def test_a_taken_port_is_said_in_a_sentence(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (tmp_path / "data").mkdir()
        it = Up(tmp_path / "data", taken.getsockname()[1])
        assert it.process.wait(30) == 1
    assert "Cannot listen on" in it.out.read_text()
    assert "PORT=" in it.out.read_text()
