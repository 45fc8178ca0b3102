"""Another system's server, in a thread: it answers as a test wants and keeps what it was sent."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integrations.models import WebhookEndpoint


class Receiver(ThreadingHTTPServer):
    """Paths are told apart by ``says``: a status for each path, or something that answers for itself; 200 unless said otherwise."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.says: dict[str, int | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.got: list[tuple[str, dict[str, str], str]] = []
        self.lock = threading.Lock()

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def ids(self, path: str = "/hook") -> list[str]:
        return [headers["webhook-id"] for where, headers, _body in self.got if where == path]

    def read(self, endpoint: WebhookEndpoint, place: int = -1) -> Any:
        """What a message says, after the library has checked who sent it."""
        _path, headers, body = self.got[place]
        return Webhook(endpoint.secret).verify(body, headers)


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        with self.server.lock:
            self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        says = self.server.says.get(self.path, 200)
        if callable(says):
            says(self)
            return
        self.send_response(says)
        if 300 <= says < 400:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"thanks\0" + b"x" * 5000)

    def log_message(self, *args: object) -> None:
        pass


def running() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
