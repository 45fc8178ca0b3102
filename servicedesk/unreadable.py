"""What cannot be read as a request never reaches Django: gunicorn answers it, with a problem instead of its page."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from gunicorn import util  # type: ignore[import-untyped]

from servicedesk.problems import CONTENT_TYPE, problem

if TYPE_CHECKING:
    import socket


def write_problem(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """Write the answer to a connection; takes the place of gunicorn's own function of this signature."""
    body = json.dumps(problem(status_int, HTTPStatus(status_int).name.lower(), mesg or reason)).encode()
    head = f"HTTP/1.1 {status_int} {reason}\r\nConnection: close\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    util.write_nonblock(sock, head.encode("latin-1") + body)


def speak_in_problems() -> None:
    """Have gunicorn use it in this process."""
    util.write_error = write_problem
