"""``python -m bench.peers --tickets 1000``: two desks exchange tickets through a line that fails, while both are killed now and then.

Each desk is real processes of the product on a database of its own (copies of the tests' migrated SQLite file, or PostgreSQL databases
made for this and dropped with ``--postgres``): a web server and a worker. People of both report tickets and work on all of them at the
same time. Meanwhile the line between the desks refuses, cuts requests and loses answers, is out altogether, and webs and workers of both
are killed with SIGKILL. Then all is let run until nothing waits, and both desks must tell the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Line:
    """The line between two desks, which fails as a test wants: each connection goes through, is refused, is cut, or loses its answer."""

    def __init__(self, port: int, seed: int) -> None:
        self.to, self.chance = port, random.Random(seed)
        self.is_out, self.share = False, 0.0
        self.counts = {"whole": 0, "refused": 0, "cut": 0, "lost": 0}
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _who = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        fate = "refused" if self.is_out else "whole"
        if fate == "whole" and self.chance.random() < self.share:
            fate = self.chance.choice(["refused", "cut", "lost"])
        self.counts[fate] += 1
        with near, suppress(OSError):
            if fate == "refused":
                return
            with socket.create_connection(("127.0.0.1", self.to), timeout=20) as far:
                if fate == "cut":
                    far.sendall(near.recv(100))
                    return
                up = threading.Thread(target=_pour, args=(near, far), daemon=True)
                up.start()
                if fate == "lost":
                    far.recv(1)  # it has been done over there, and nobody hears so
                    return
                _pour(far, near)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


@dataclass
class Desk:
    """One desk: its data, its environment and its processes."""

    name: str
    folder: Path
    port: int
    database: str = ""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0
    hand: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        given = {
            "DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "servicedesk.settings", "SECRET_KEY": f"only for {self.name}",
            "PORT": str(self.port), "WEBHOOKS_ALLOW_PRIVATE": "true", "PEERS_LEASE_SECONDS": "3", "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore", "REDIS_URL": "", "DATABASE_URL": self.database, "API_RATE": "1000000/s",
        }  # fmt: skip
        return {**os.environ, **given}

    def ask(self, *deed: str) -> None:
        """Have something done at this desk; its people are a process of their own, which nobody kills."""
        if self.hand is None:
            command = [sys.executable, "-m", "bench.desk", "hand"]
            self.hand = subprocess.Popen(command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.hand.stdin
        self.hand.stdin.write(json.dumps(deed).encode() + b"\n")
        self.hand.stdin.flush()

    def hear(self) -> Any:
        """Wait for what it answers."""
        assert self.hand
        assert self.hand.stdout
        return json.loads(self.hand.stdout.readline())

    def run(self, *deed: str) -> Any:
        """Do something at this desk and answer what it says."""
        self.ask(*deed)
        return self.hear()

    def start(self, what: str) -> None:
        """Start its web server or its worker."""
        web = ["-m", "gunicorn", "servicedesk.wsgi", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "1"]
        web += ["--threads", "8", "--log-level", "critical", "--no-control-socket"]
        command = [sys.executable, *(web if what == "web" else ["-m", "bench.desk", "serve"])]
        with (self.folder / f"{what}.log").open("ab") as log:
            self.running[what] = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def kill(self, what: str) -> None:
        """Kill it as a power cut would."""
        process = self.running.pop(what, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
            self.kills += 1

    def wait(self) -> None:
        """Wait until it answers."""
        for _each in range(600):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).read()
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self.name} does not answer")

    def stop(self) -> None:
        for what in list(self.running):
            self.kill(what)
        if self.hand is not None and self.hand.stdin and self.hand.stdout:
            self.hand.stdin.close()
            self.hand.wait(20)
            self.hand.stdout.close()


@dataclass(frozen=True)
class Plan:
    """What happens: tickets of both sides together, deeds of people for each ticket, how often the line fails, and kills."""

    tickets: int = 40
    deeds: float = 3.0
    share: float = 0.08
    kills: int = 4
    outages: int = 2
    seed: int = 1
    pause: float = 0.0
    seconds: float = 600.0
    spacing: float = 1.0
    rule: str = "latest"
    is_on_server: bool = False


def _database(stack: ExitStack, desk: Desk, *, on_server: bool) -> None:
    """Give a desk a migrated database of its own."""
    from tests import databases

    desk.folder.mkdir()
    if not on_server:
        shutil.copy(databases.in_file(), desk.folder / "desk.sqlite3")
        return
    import psycopg2

    name = f"peers_{desk.name}_{os.getpid()}"
    link = psycopg2.connect(SERVER.replace("postgres://", "postgresql://"))
    link.autocommit = True
    link.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE "{databases.on_server()}"')
    desk.database = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    stack.callback(link.close)
    stack.callback(lambda: link.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)'))


def run(plan: Plan, folder: Path) -> dict[str, Any]:
    """Have two desks exchange; answer what both tell in the end, and the figures."""
    began = time.monotonic()
    with ExitStack() as stack:
        ours, theirs = Desk("ours", folder / "ours", free_port()), Desk("theirs", folder / "theirs", free_port())
        for desk in (ours, theirs):
            _database(stack, desk, on_server=plan.is_on_server)
            stack.callback(desk.stop)
        line = Line(theirs.port, plan.seed)
        stack.callback(line.close)
        _meet(ours, theirs, line, plan)
        worked = _days(ours, theirs, line, plan)
        exchanged = time.monotonic()
        _quiet(ours, theirs, plan)
        line.share = 0.0
        ended = time.monotonic()
        figures = {
            "seconds_to_prepare": round(worked["began"] - began, 1), "seconds_of_work": round(exchanged - worked["began"], 1),
            "seconds_until_equal": round(ended - exchanged, 1), "deeds": worked["deeds"], "kills": ours.kills + theirs.kills,
            "outages": plan.outages, "line": line.counts, "state": ours.run("state"),
        }  # fmt: skip
        told = {"ours": ours.run("tell"), "theirs": theirs.run("tell"), "compared": ours.run("compared")["differences"]}
        return {**told, "figures": figures}


def _meet(ours: Desk, theirs: Desk, line: Line, plan: Plan) -> None:
    theirs.start("web")
    for desk in (ours, theirs):
        desk.ask("make")
    ours.hear()
    said = theirs.hear()
    theirs.wait()
    ours.run("connect", f"http://127.0.0.1:{line.port}", said["client"], said["secret"], str(said["site"]), plan.rule)
    for desk in (ours, theirs):
        desk.start("worker")
    before = ours.run("state")["asked"]
    while ours.run("state")["asked"] == before:  # until the worker is there, nothing happens at the same time
        time.sleep(0.2)


def _days(ours: Desk, theirs: Desk, line: Line, plan: Plan) -> dict[str, Any]:
    """People of both sides work; the line fails, and processes are killed and started again."""
    began, chance = time.monotonic(), random.Random(plan.seed)
    each, deeds = plan.tickets // 2, int(plan.tickets * plan.deeds / 2)
    given = [str(each), str(deeds), str(plan.seed), str(plan.pause)]
    for desk in (ours, theirs):
        desk.ask("work", desk.name, *given)
    line.share = plan.share
    troubles = ["kill"] * plan.kills + ["outage"] * plan.outages
    chance.shuffle(troubles)
    for trouble in troubles:
        time.sleep(chance.uniform(0.3, 1.0) * plan.spacing)
        if trouble == "kill":
            desk, what = chance.choice([(ours, "worker"), (ours, "worker"), (theirs, "web"), (theirs, "worker")])
            desk.kill(what)
            desk.start(what)
        else:
            line.is_out = True
            time.sleep(chance.uniform(0.5, 2.0))
            line.is_out = False
    done = [desk.hear()["done"] for desk in (ours, theirs)]
    return {"began": began, "deeds": sum(done)}


def _quiet(ours: Desk, theirs: Desk, plan: Plan) -> None:
    """Wait until nothing waits any more, on three looks one after another: what was just sent comes back as news."""
    theirs.wait()
    ends, still = time.monotonic() + plan.seconds, 0
    while still < 2:
        if time.monotonic() > ends:
            raise TimeoutError(ours.run("state"))
        time.sleep(1.5)
        state = ours.run("state")
        is_still = state["due"] == 0 and state["waiting"] == 0 and state["tickets"] == plan.tickets // 2 * 2
        still = still + 1 if is_still else 0


def differing(result: dict[str, Any]) -> list[str]:
    """Answer how both desks differ: nothing, if what was promised was kept."""
    ours, theirs = result["ours"], result["theirs"]
    wrong = [f"only one side has {subject}" for subject in ours.keys() ^ theirs.keys()]
    for subject in sorted(ours.keys() & theirs.keys()):
        near, far = ours[subject], theirs[subject]
        wrong += [f"{subject}: {name} {near[name]} / {far[name]}" for name in ("fields", "status", "files") if near[name] != far[name]]
        for mine, came in ((near["ours"], far["theirs"]), (far["ours"], near["theirs"])):
            if [words for words in mine if words] != [words for words in came if words]:
                wrong.append(f"{subject}: said {mine} / arrived {came}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--deeds", type=float, default=3.0, help="things people do, for each ticket")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--outages", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two deeds of one side's people")
    parser.add_argument("--spacing", type=float, default=6.0, help="how far troubles are apart, seconds")
    parser.add_argument("--seconds", type=float, default=3600.0, help="how long to wait for the end")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    plan = Plan(
        given.tickets,
        given.deeds,
        0.05,
        given.kills,
        given.outages,
        given.seed,
        given.pause,
        given.seconds,
        given.spacing,
        is_on_server=given.postgres,
    )
    with tempfile.TemporaryDirectory() as folder:
        result = run(plan, Path(folder))
    wrong = differing(result)
    print(json.dumps(result["figures"], ensure_ascii=False, indent=1))
    print(f"{len(result['ours'])} tickets; {len(wrong)} differences; the nightly comparison finds {len(result['compared'])}")
    print("\n".join([*wrong[:40], *map(str, result["compared"][:40])]))
    sys.exit(bool(wrong or result["compared"]))


if __name__ == "__main__":
    main()
