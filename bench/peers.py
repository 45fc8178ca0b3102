"""``python -m bench.peers --tickets 1000``: two desks exchange tickets through a line that fails, while both are killed now and then.

Each desk is real processes of the product on a database of its own (copies of the tests' migrated SQLite file, or PostgreSQL databases
made for this and dropped with ``--postgres``): a web server and workers. People of both report tickets and work on all of them at the
same time. Meanwhile the line between the desks refuses, cuts requests and loses answers, is out altogether, and webs and workers of both
are killed with SIGKILL. Then all is let run until nothing waits, and both desks must tell the same.

The last line says EQUAL, DIFFERENT or NOT SETTLED; the exit code is 0, 1 or 2.
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
import time
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.equal import differing
from bench.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
SAID_SECONDS = 5.0
"""How often it is said how it stands."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Desk:
    """One desk: its data, its environment and its processes."""

    name: str
    folder: Path
    port: int
    database: str = ""
    redis: str = ""
    is_asked: bool = False
    """Whether it has a web server."""
    running: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    hand: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        given = {
            "DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "servicedesk.settings", "SECRET_KEY": f"only for {self.name}",
            "PORT": str(self.port), "WEBHOOKS_ALLOW_PRIVATE": "true", "PEERS_LEASE_SECONDS": "3", "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore", "REDIS_URL": self.redis, "DATABASE_URL": self.database, "API_RATE": "1000000/s",
        }  # fmt: skip
        return {**os.environ, **given}

    def ask(self, *deed: str) -> None:
        """Have something done at this desk, by a process of it that nobody kills."""
        if self.hand is None:
            command = [sys.executable, "-m", "bench.desk", *(["web"] if self.is_asked else [])]
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
        """Start its web server or one of its workers."""
        self.running[what] = self.run("start", what, str(self.port), str(self.folder / f"{what}.log"))["pid"]

    def kill(self, what: str) -> None:
        """Kill it as a power cut would."""
        key = self.running.pop(what)
        self.kills += 1
        with suppress(ProcessLookupError):
            while True:  # until it is gone, and its port with it
                os.killpg(key, signal.SIGKILL)
                time.sleep(0.01)

    def wait(self) -> None:
        """Wait until it answers."""
        for _each in range(600):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).read()
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self.name} does not answer")

    def stop(self) -> None:
        for key in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(key, signal.SIGKILL)
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
    silent: float = 0.0
    kills: int = 4
    outages: int = 2
    seed: int = 1
    pause: float = 0.0
    seconds: float = 600.0
    spacing: float = 1.0
    rule: str = "latest"
    workers: int = 2
    is_on_server: bool = False
    redis: str = ""


class Unsettled(Exception):
    """The desks did not come to an end in time."""


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
    stack.callback(link.close)
    link.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE "{databases.on_server()}"')
    stack.callback(lambda: link.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)'))
    desk.database = urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _next(address: str) -> str:
    """Answer the address of the Redis database after this one."""
    parts = urlsplit(address)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl()


def _emptied(stack: ExitStack, address: str) -> str:
    """Answer the address of a Redis database that is empty, and see to it that it is so again in the end."""
    import redis

    link = redis.Redis.from_url(address)
    stack.callback(link.close)
    if link.dbsize():
        raise SystemExit(f"{address} is in use; give one that is empty, and whose next one is")
    stack.callback(link.flushdb)
    return address


def run(plan: Plan, folder: Path, say: Callable[[str], None] = lambda _words: None) -> dict[str, Any]:
    """Have two desks exchange; answer what both tell in the end, and the figures. Raises Unsettled where they come to no end."""
    began = time.monotonic()
    with ExitStack() as stack:
        ours, theirs = Desk("ours", folder / "ours", free_port()), Desk("theirs", folder / "theirs", free_port(), is_asked=True)
        if plan.redis:
            ours.redis, theirs.redis = _emptied(stack, plan.redis), _emptied(stack, _next(plan.redis))
        for desk in (ours, theirs):
            _database(stack, desk, on_server=plan.is_on_server)
            stack.callback(desk.stop)
        line = Line(theirs.port, plan.seed, silent=plan.silent)
        stack.callback(line.close)
        run = _Run(plan, ours, theirs, line, say)
        run.meet()
        prepared = time.monotonic()
        deeds = run.days()
        worked = time.monotonic()
        run.settle()
        ended = time.monotonic()
        counts, asked, line.share = dict(line.counts), dict(line.asked.most_common()), 0.0
        figures = {
            "seconds_to_prepare": round(prepared - began, 1), "seconds_of_work": round(worked - prepared, 1),
            "seconds_until_equal": round(ended - worked, 1), "deeds": deeds, "kills": ours.kills + theirs.kills,
            "outages": plan.outages, "line": counts, "requests": asked,
            "requests_for_each_ticket": round(sum(counts.values()) / max(plan.tickets, 1), 1), "state": ours.run("state"),
        }  # fmt: skip
        told = {"ours": ours.run("tell"), "theirs": theirs.run("tell"), "compared": ours.run("compared")["differences"]}
        return {**told, "figures": figures}


@dataclass
class _Run:
    """Both desks, the line between them and what happens to them."""

    plan: Plan
    ours: Desk
    theirs: Desk
    line: Line
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    told_at: float = 0.0

    def meet(self) -> None:
        """Make both desks and connect them; nothing happens before the workers are there."""
        for desk in (self.ours, self.theirs):
            desk.ask("make")
        self.ours.hear()
        said = self.theirs.hear()
        self.theirs.start("web")
        self.theirs.wait()
        address = f"http://127.0.0.1:{self.line.port}"
        self.ours.run("connect", address, said["client"], said["secret"], str(said["site"]), self.plan.rule)
        self.theirs.start("worker")
        for number in range(self.plan.workers):
            self.ours.start(f"worker {number}")

    def days(self) -> int:
        """People of both sides work; the line fails, and processes are killed and started again. Answer how much was done."""
        plan, chance = self.plan, random.Random(self.plan.seed)
        each, deeds = plan.tickets // 2, int(plan.tickets * plan.deeds / 2)
        answers = [desk.folder / "worked" for desk in (self.ours, self.theirs)]
        for desk, answer in zip((self.ours, self.theirs), answers, strict=True):
            desk.run("work", str(answer), desk.name, str(each), str(deeds), str(plan.seed), str(plan.pause))
        self.line.share = plan.share
        troubles = ["kill"] * plan.kills + ["outage"] * plan.outages
        chance.shuffle(troubles)
        for trouble in troubles:
            self._pass(chance.uniform(0.3, 1.0) * plan.spacing)
            self._kill(chance) if trouble == "kill" else self._outage(chance)
        while not all(answer.exists() for answer in answers):
            self._in_time()
            self._pass(0.2)
        return sum(int(answer.read_text()) for answer in answers)

    def _kill(self, chance: random.Random) -> None:
        mine = [(self.ours, f"worker {number}") for number in range(self.plan.workers)]
        desk, what = chance.choice([*mine, (self.theirs, "web"), (self.theirs, "worker")])
        desk.kill(what)
        desk.start(what)

    def _outage(self, chance: random.Random) -> None:
        self.line.is_out = True
        self._pass(chance.uniform(0.5, 2.0))
        self.line.is_out = False

    def settle(self) -> None:
        """Wait until nothing waits any more on either side, and what was sent has come back as news; on two looks."""
        self.theirs.wait()
        still = 0
        while still < 2:
            self._in_time()
            self._pass(0.3)
            still = still + 1 if self._is_still() else 0

    def _is_still(self) -> bool:
        there = self.theirs.run("state")
        here = self.ours.run("state")
        has_all = here["tickets"] == there["tickets"] == self.plan.tickets // 2 * 2
        return has_all and here["cursor"] == there["newest"] and not (there["unnumbered"] or here["due"] or here["waiting"])

    def _in_time(self) -> None:
        if time.monotonic() - self.began > self.plan.seconds:
            raise Unsettled({"ours": self.ours.run("state"), "theirs": self.theirs.run("state"), "line": dict(self.line.counts)})

    def _pass(self, seconds: float) -> None:
        """Let time pass, and say now and then how it stands."""
        time.sleep(seconds)
        if time.monotonic() - self.told_at > SAID_SECONDS:
            self.told_at = time.monotonic()
            here, there = self.ours.run("state"), self.theirs.run("state")
            self.say(
                f"{self.told_at - self.began:6.0f} s  tickets {here['tickets']}/{there['tickets']}  due {here['due']}"
                f"  to send {here['waiting']}  sent {here['sent']}  requests {sum(self.line.counts.values())}"
                f"  kills {self.ours.kills + self.theirs.kills}  problems {len(here['problems'])}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--deeds", type=float, default=3.0, help="things people do, for each ticket")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--outages", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two deeds of one side's people")
    parser.add_argument("--spacing", type=float, default=6.0, help="how far troubles are apart, seconds")
    parser.add_argument("--share", type=float, default=0.05, help="how many of the requests the line fails")
    parser.add_argument("--silent", type=float, default=0.03, help="how many of those are not answered at all, as if the line were dead")
    parser.add_argument("--workers", type=int, default=2, help="workers of the side that asks")
    parser.add_argument("--seconds", type=float, default=3600.0, help="after how many to give up")
    parser.add_argument("--postgres", action="store_true", help="on the server of DATABASE_URL, with databases made for this and dropped")
    parser.add_argument("--redis", default="", help="the address of a Redis database that is empty, as the one with the next number")
    given = vars(parser.parse_args())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from tests import databases

    is_on_server = given.pop("postgres")
    databases.ensure({**os.environ, "DATABASE_URL": SERVER if is_on_server else "", "DJANGO_SETTINGS_MODULE": "tests.settings"})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))  # whatever was begun is ended
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = run(Plan(**given, is_on_server=is_on_server), Path(folder), lambda words: print(words, flush=True))
        except Unsettled as stands:
            print(f"NOT SETTLED within {given['seconds']:.0f} s: {stands}")
            sys.exit(2)
    wrong = differing(result)
    print(json.dumps(result["figures"], ensure_ascii=False, indent=1))
    print("\n".join([*wrong[:40], *map(str, result["compared"][:40])]))
    verdict = "DIFFERENT" if wrong or result["compared"] else "EQUAL"
    print(f"{verdict}: {len(result['ours'])} tickets, {len(wrong)} differences; the nightly comparison finds {len(result['compared'])}")
    sys.exit(verdict != "EQUAL")


if __name__ == "__main__":
    main()
