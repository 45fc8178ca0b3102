"""Lines that are kept for the next request: to the same place, in the same turn, and only as long as the other side has them open too."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from integrations import sending

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers requests without a body, and counts the lines they came over."""

    def __init__(self, answer: bytes = HEAD, requests: int = 99) -> None:
        self.answer, self.requests, self.lines = answer, requests, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _who = self.listener.accept()
                self.lines += 1
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            for _each in range(self.requests):
                if not line.recv(65536):
                    return
                line.sendall(self.answer)

    def ask(self, *, allow_private: bool = True, is_alone: bool = False) -> sending.Reply:
        return sending.call(sending.Request("GET", self.url, {}, b"", allow_private, limit=1000, needs_all=True, is_alone=is_alone))


@pytest.fixture
def serving():
    servers: list[Server] = []

    def make(*given, **facts) -> Server:
        servers.append(Server(*given, **facts))
        return servers[-1]

    yield make
    for server in servers:
        server.listener.close()


def test_a_line_is_kept_for_what_is_asked_next(serving):
    server = serving()
    with sending.lines_kept():
        assert [server.ask().body for _each in range(3)] == [b"ok"] * 3
    assert server.lines == 1


def test_lines_are_not_kept_where_nobody_said_so_or_beyond_it(serving):
    server = serving()
    with sending.lines_kept():
        server.ask()
    server.ask()
    server.ask()
    assert server.lines == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,  # longer than we read: what is left would begin the next answer
    ],
    ids=["it says so", "an older protocol", "not read to its end"],
)
def test_a_line_that_is_good_for_one_answer_is_not_kept(serving, answer):
    server = serving(answer)
    with sending.lines_kept():
        server.ask()
        server.ask()
    assert server.lines == 2


def test_a_line_that_lay_idle_is_not_used_any_more(serving, monkeypatch):
    server = serving()
    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.0)
    with sending.lines_kept():
        server.ask()
        server.ask()
    assert server.lines == 2


def test_a_line_that_broke_is_not_used_again(serving):
    server = serving(requests=1)  # it closes without saying so
    with sending.lines_kept():
        replies = [server.ask().status for _each in range(3)]
    assert (replies[0], replies[2], server.lines) == (200, 200, 2)
    assert replies[1] is None


def test_a_line_inside_the_network_is_for_those_alone_who_may_call_there(serving):
    server = serving()
    with sending.lines_kept():
        server.ask()
        assert server.ask(allow_private=False).status is None
    assert server.lines == 1


def test_what_goes_alone_uses_no_kept_line(serving):
    server = serving()
    with sending.lines_kept():
        server.ask()
        server.ask(is_alone=True)
    assert server.lines == 2
