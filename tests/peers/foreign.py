"""A helpdesk of somebody else that speaks a poor TMF621, in a thread, so that the client does not only speak with ourselves.

Lists cannot be asked by anything and tell no total, there are no tags, ids of notes and files are its own and authors are dropped, a
ticket that is sent twice is made twice, states have no history.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "/itsm/tt"
ROWS = 3
"""Tickets on a page, whatever is asked for."""


class Foreign(ThreadingHTTPServer):
    """Tickets by id; ``says`` overrides answers: a status, 0 for nobody there, "lost" for done and not answered."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tickets: dict[str, dict[str, Any]] = {}
        self.hubs: dict[str, str] = {}
        self.says: dict[str, list[int | str]] = {}
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.files: dict[str, bytes] = {}
        self.appends, self.is_plain, self.is_weak, self.serial = False, False, False, 0
        self.now = datetime(2026, 11, 20, 4, tzinfo=UTC)
        self.lock = threading.RLock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{BASE}"

    def name(self, word: str) -> str:
        self.serial += 1
        return f"{word}{self.serial:05}"

    def touch(self, key: str, **facts: Any) -> dict[str, Any]:
        """What their people do."""
        with self.lock:
            self.now += timedelta(seconds=1)
            row = self.tickets[key]
            row.update(facts, lastUpdate=self.now.isoformat().replace("+00:00", "Z"))
            return row

    def report(self, **facts: Any) -> str:
        with self.lock:
            key = self.name("TT")
            given = {"id": key, "status": "acknowledged", "severity": "Minor", "ticketType": "incident", "description": "Printer is out"}
            self.tickets[key] = {**given, "note": [], "attachment": [], **facts}
            self.touch(key, creationDate=(self.now + timedelta(seconds=1)).isoformat())
            return key

    def note(self, key: str, text: str) -> None:
        with self.lock:
            note = {"id": self.name("n"), "author": "Olga", "date": self.now.isoformat(), "text": text}
            self.touch(key, note=[*self.tickets[key]["note"], note])

    def texts(self, key: str) -> list[str]:
        return [note["text"] for note in self.tickets[key]["note"]]


class Handler(BaseHTTPRequestHandler):
    server: Foreign

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        desk, parts = self.server, urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(content) if content else None
        with desk.lock:
            desk.asked.append((method, parts.path, dict(self.headers.items()), body))
            waiting = desk.says.get(method) or desk.says.get("ANY")
            says = waiting.pop(0) if waiting else None
            if says == 0:
                self.close_connection = True
                return
            if isinstance(says, int):
                self._send(says, {"code": "x", "reason": "because", "message": "no, because"})
                return
            path = parts.path.removeprefix(BASE)
            if path.startswith("/files/"):
                self._raw(200 if path in desk.files else 404, desk.files.get(path, b""))
                return
            status, said = self._done(method, path, {name: values[0] for name, values in parse_qs(parts.query).items()}, body)
            if says == "lost":
                self.close_connection = True
                return
            self._send(status, said)

    def _done(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        desk = self.server
        if method == "GET" and path == "/troubleTicket":
            begin = int(query.get("offset", 0))
            return 200, list(desk.tickets.values())[begin : begin + ROWS]
        if method == "POST" and path == "/troubleTicket":
            key = desk.report(**{name: value for name, value in body.items() if name != "status"})
            return 201, desk.tickets[key]
        if method == "POST" and path == "/hub":
            key = desk.name("hub")
            desk.hubs[key] = body["callback"]
            return 201, {"id": key, "callback": body["callback"]}
        if method == "DELETE" and path.startswith("/hub/"):
            return (204, None) if desk.hubs.pop(path.removeprefix("/hub/"), None) else (404, {"code": "404", "reason": "gone"})
        found = re.fullmatch(r"/troubleTicket/(\w+)", path)
        row = desk.tickets.get(found[1]) if found else None
        if row is None or found is None:
            return 404, {"code": "60", "reason": "not found"}
        return (200, row) if method == "GET" else self._patched(found[1], row, body)

    def _patched(self, key: str, row: dict[str, Any], body: dict[str, Any]) -> tuple[int, Any]:
        desk = self.server
        if self.headers.get("If-Match"):
            return 412, {"code": "412", "reason": "a weak tag fits nothing"}
        if desk.is_plain and self.headers.get("content-type") != "application/json":
            return 415, {"code": "415", "reason": "json only"}
        for name in ("note", "attachment"):
            if name in body:
                kept = {item["id"]: item for item in row[name]}
                given = [kept.get(item.get("id")) or self._own(name, item) for item in body[name]]
                body = {**body, name: [*row[name], *given] if desk.appends else given}
        desk.touch(key, **{name: value for name, value in body.items() if name not in {"id", "@type"}})
        return 200, row

    def _own(self, name: str, item: dict[str, Any]) -> dict[str, Any]:
        """Take a note or a file in as a simple system does."""
        if name == "note":
            return {"id": self.server.name("n"), "author": "api", "date": self.server.now.isoformat(), "text": f" {item['text']} "}
        return {"id": self.server.name("f"), **{part: item[part] for part in ("name", "mimeType", "content", "url") if part in item}}

    def _send(self, status: int, said: Any) -> None:
        self._raw(status, b"" if said is None else json.dumps(said).encode())

    def _raw(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if self.server.is_weak:
            self.send_header("ETag", 'W/"1"')
        self.end_headers()
        self.wfile.write(content)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Their clock."""
        return self.server.now.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def log_message(self, *args: object) -> None:
        pass


def running() -> Iterator[Foreign]:
    server = Foreign()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
