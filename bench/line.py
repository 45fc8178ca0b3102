"""The line between two desks, which fails request by request as a test wants; it keeps lines open as a real one does."""

from __future__ import annotations

import random
import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

SILENT_SECONDS = 60.0
ONE = re.compile(r"(?<=/tickets)/[^/]+/|(?<=/files)/[^/]+/")
"""The part of a path that names one of them."""
FATES = ("refused", "cut", "lost")


@dataclass
class Line:
    """Carries requests to a port. Of each share that fails, some are refused, some cut before they arrive, and of some the answer is lost.

    ``silent`` is the share of the failing ones after which nothing at all is said, until whoever asked gives up.
    """

    to: int
    seed: int
    is_out: bool = False
    share: float = 0.0
    silent: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.listener.getsockname()[1]
        self.over = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Carry nothing more."""
        self.over.set()
        self.listener.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _who = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _fate(self) -> str:
        if self.is_out:
            return "out"
        if self.chance.random() >= self.share:
            return "whole"
        return "silent" if self.chance.random() < self.silent else self.chance.choice(FATES)

    def _carry(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self.to), timeout=30) as far:
            while (request := _message(near)) and self._carried(request, near, far):
                pass

    def _carried(self, request: bytes, near: socket.socket, far: socket.socket) -> bool:
        """Carry one request and its answer; answer whether the line is good for another."""
        fate = self._fate()
        self.counts[fate] += 1
        self.asked[_name(request)] += 1
        if fate == "cut":
            far.sendall(request[:100])
        elif fate == "silent":
            self.over.wait(SILENT_SECONDS)
        if fate not in ("whole", "lost"):
            return False
        far.sendall(request)
        answer = _message(far)  # of a lost one: it has been done over there, and nobody hears so
        if fate == "lost" or not answer:
            return False
        near.sendall(answer)
        return b"\r\nconnection: close" not in answer.partition(b"\r\n\r\n")[0].lower()


def _message(source: socket.socket) -> bytes:
    """Read one request or answer; nothing where the line ends before it does."""
    found = b""
    while b"\r\n\r\n" not in found:
        chunk = source.recv(65536)
        if not chunk:
            return b""
        found += chunk
    head, _end, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    wanted = int(length[1]) if length and b" 304 " not in head.partition(b"\r\n")[0] else 0
    while len(body) < wanted:
        chunk = source.recv(65536)
        if not chunk:
            return b""
        body += chunk
    return head + b"\r\n\r\n" + body


def _name(request: bytes) -> str:
    """Answer what is asked, without which ticket."""
    method, _space, rest = request.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    return f"{method} {ONE.sub('/…/', path).removeprefix('/api/v1')}"
