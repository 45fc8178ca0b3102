"""``manage.py up``: the whole product as one command in the foreground."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from core.time import now
from servicedesk.demo import ACCOUNTS, PASSWORD
from servicedesk.demo.play import play
from servicedesk.supervisor import Supervisor

if TYPE_CHECKING:
    from pathlib import Path

STARTED_SECONDS = 60.0
DEMO_TICKETS = 150


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Answer the command line of each process."""
    module = [sys.executable, "-m"]
    embedded = not settings.REDIS_URL
    web = ["gunicorn", "servicedesk.wsgi", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    web += ["--workers", os.environ.get("WEB_WORKERS", "1" if embedded else "2"), "--threads", "8"]
    web += ["--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning"]
    celery = ["celery", "--quiet", "--app", "servicedesk"]
    # One worker process, as the broker made of files wants it; the third place is for other people's slow servers.
    worker = ["worker", "--queues", "sla,mail,celery,webhooks", "--concurrency", "3"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    level = ["--loglevel", "warning"]
    return {
        "web": module + web,
        "worker": module + celery + worker + level,
        "beat": [*module, *celery, "beat", *level, "--pidfile="],
    }


class Command(BaseCommand):
    """Migrate, fill an empty database with the demo world, and serve until Ctrl-C."""

    help = "Run web, worker and beat together; Ctrl-C stops all of them cleanly."
    requires_system_checks: list[str] = []
    accounts: list[tuple[str, str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, host: str, port: int, no_demo: bool, **options: Any) -> None:
        """Run until stopped; exit with 1 if a process ended by itself."""
        with self._alone(settings.DATA_DIR / "up.lock"):
            self._check_port(host, port)
            self._prepare(demo=not no_demo)
            supervisor = Supervisor(commands(host, port), stops=("web", "beat", "worker"), say=self.say)
            status = supervisor.run(lambda: self._announce(host, port))
        sys.exit(status)

    def say(self, text: str) -> None:
        """Print a line of the supervisor's own."""
        self.stdout.write(f"    up | {text}")
        self.stdout.flush()

    def _alone(self, path: Path) -> IO[str]:
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Already running on {path.parent}; for a second one set DATA_DIR and PORT.") from None
        return lock

    def _check_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"Cannot listen on {host}:{port} ({error.strerror}); choose another with PORT=…") from None

    def _prepare(self, *, demo: bool) -> None:
        self.say(f"data in {settings.DATA_DIR}")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if demo and not User.objects.exists():
            self.say("the database is empty: making the demo world, about a minute")
            play(DEMO_TICKETS, at=now(), tell=self.say)
        known = set(User.objects.filter(email__in=[email for _role, email, _name in ACCOUNTS]).values_list("email", flat=True))
        self.accounts = [(role, email) for role, email, _name in ACCOUNTS if email in known]

    def _announce(self, host: str, port: int) -> None:
        """Give the address once it answers, not before."""
        url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
        end = time.monotonic() + STARTED_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            self.say(f"{url}/healthz does not answer yet")
        self.say(f"{url}/  (Ctrl-C stops)")
        for role, email in self.accounts:
            self.say(f"  {role:<12}{email:<28}{PASSWORD}")
