"""Run several processes as one: their output together, one Ctrl-C for all, nothing left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 25.0


def _end_with_parent() -> None:
    """Have Linux stop this child when the supervisor is killed in a way it cannot handle."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Supervisor:
    """Starts named commands in order and stops them in the order of ``stops``."""

    commands: Mapping[str, list[str]]
    stops: tuple[str, ...]
    say: Callable[[str], None]
    children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _asked: threading.Event = field(default_factory=threading.Event)

    def run(self, when_started: Callable[[], None]) -> int:
        """Run until a signal or until a child ends by itself; answer 0 only for the former."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._asked.set())
        for name, command in self.commands.items():
            self._start(name, command)
        threading.Thread(target=when_started, daemon=True).start()
        failed = self._wait()
        self._stop()
        return 1 if failed else 0

    def _start(self, name: str, command: list[str]) -> None:
        # A session of its own: the terminal's Ctrl-C reaches only the supervisor, which stops the
        # children in order.
        child = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (no threads of ours exist yet)
        )
        self.children[name] = child
        threading.Thread(target=self._pass_on, args=(name, child), daemon=True).start()

    def _pass_on(self, name: str, child: subprocess.Popen[str]) -> None:
        for line in child.stdout or ():
            sys.stdout.write(f"{name:>6} | {line}")
            sys.stdout.flush()

    def _wait(self) -> bool:
        while not self._asked.wait(0.3):
            ended = [name for name, child in self.children.items() if child.poll() is not None]
            for name in ended:
                self.say(f"{name} ended by itself (exit {self.children[name].returncode}); stopping the rest")
            if ended:
                return True
        return False

    def _stop(self) -> None:
        self.say("stopping")
        for name in self.stops:
            if self.children[name].poll() is None:
                self.children[name].terminate()
        end = time.monotonic() + STOP_SECONDS
        for name, child in self.children.items():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{name} did not stop in {STOP_SECONDS:.0f} s; killed")
        for child in self.children.values():
            _kill_session(child.pid)
        self.say("stopped")


def _kill_session(leader: int) -> None:
    """Kill whatever a child left in its session."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
