"""A real IMAP server in a process of its own."""

from __future__ import annotations

import imaplib
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes import free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "desk@desk.example", "right"


class MailStore:
    """Pymap with one mailbox, which the test fills and looks into."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._line: imaplib.IMAP4 | None = None
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._answers, what="pymap did not start")

    def _answers(self) -> bool:
        try:
            with imaplib.IMAP4("127.0.0.1", self.port, timeout=5):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End it."""
        if self._line is not None:
            self._line.shutdown()
        self._process.terminate()
        self._process.wait(20)

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Look in as a mail program does: over one line, since the server takes its time over every password."""
        if self._line is None:
            self._line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
            self._line.login(USER, PASSWORD)
        self._line.select(folder)
        yield self._line

    def put(self, raw: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Have a mail arrive."""
        with self.opened() as line:
            status, told = line.append(folder, flags, None, raw)  # type: ignore[arg-type]
            assert status == "OK", told

    def found(self, criteria: str, folder: str = "INBOX") -> int:
        """Count the mails that meet a search."""
        with self.opened(folder) as line:
            return len(line.search(None, criteria)[1][0].split())

    def empty(self) -> None:
        """Begin anew, under another numbering."""
        with self.opened() as line:
            for folder in ("Done", "INBOX"):
                line.delete(folder)
            line.store("1:*", "+FLAGS", r"(\Deleted)")
            line.expunge()
