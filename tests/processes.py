"""Real processes for the tests that need them: a Redis of one's own, Celery workers, ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Answer a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(seen: Callable[[], object], *, seconds: float = 30, what: str = "it did not happen") -> None:
    """Wait until something is seen; fail with ``what`` when it is not."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            pytest.fail(what)
        time.sleep(0.05)


class RedisServer:
    """A Redis on a port of its own that can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        server = shutil.which("redis-server")
        assert server, "redis-server is missing; on Debian: apt-get install redis-server"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly", "yes"]
        self._process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
        until(self.answers, what="Redis did not start")

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop it, or kill it with SIGKILL; what it had written is there at the next start."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None


class Worker:
    """A Celery worker of the product in a process of its own."""

    def __init__(self, env: dict[str, str], *, queues: str = "sla,mail,celery", concurrency: int = 1, log: Path | None = None) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "servicedesk", "worker", "--queues", queues]
        command += [
            "--concurrency",
            str(concurrency),
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel",
            "warning",
        ]
        command += ["--hostname", f"test-{os.getpid()}-{time.monotonic_ns()}@%h"]
        self._log = (log or Path(os.devnull)).open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True)

    def kill(self) -> None:
        """Kill it and its pool as a power cut would: nothing is put in order."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self._end()

    def stop(self, seconds: float = 30) -> None:
        """Stop it as a deployment does."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        self.process.wait(10)
        self._log.close()


def environment(**given: str) -> dict[str, str]:
    """Answer the environment of a process that works on this test's database."""
    from django.db import connection

    params = connection.get_connection_params() if connection.vendor == "postgresql" else {}
    where = {
        "DATABASE_URL": "postgres://{user}:{password}@{host}:{port}/{dbname}".format(
            **{"password": "", "port": 5432, "host": "127.0.0.1", **params}
        )
    }
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "PYTHONWARNINGS": "ignore",
        **(where if params else {}),
        **given,
    }
