"""The other desk, in a thread: the part of the REST interface that is used, in memory, failing as a test wants.

That the real one answers so is tested with two real ones (``test_two_desks``).
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tickets import workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT = "2026-11-20T04:00:00Z"
WORDS = {"contact": "contacted", "note": "noted"}


class Partner(ThreadingHTTPServer):
    """Tickets by number; ``says`` overrides the next answers to a path, ``asked`` keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tickets: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[tuple[str, str], bytes] = {}
        self.changes: list[str] = []
        self.says: dict[str, list[int | tuple[int, dict[str, Any]] | Callable[[], None]]] = {}
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.lock = threading.RLock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def posts(self, ending: str = "") -> list[Any]:
        return [body for method, path, _headers, body in self.asked if method == "POST" and path.rstrip("/").endswith(ending)]

    # what their people do
    def report(self, number: str = "", *, mine: bool = False, **facts: Any) -> dict[str, Any]:
        with self.lock:
            number = number or f"TT-{len(self.tickets) + 1:04d}"
            contact = {"name": "", "phone": "", "email": ""}
            row = {
                "number": number, "status": "new", "severity": 2, "kind": "fault", "subject": "Printer", "description": "", "site": 7,
                "equipment": None, "external_id": "", "contact": contact, **facts,
            }  # fmt: skip
            self.tickets[number], self.lines[number] = row, []
            self.line(number, "reported", mine=mine)
            return row

    def line(self, number: str, type_: str, text: str = "", *, mine: bool = False, public: bool = True, **facts: Any) -> dict[str, Any]:
        with self.lock:
            lines = self.lines[number]
            lines.append(
                {
                    "seq": len(lines) + 1,
                    "type": type_,
                    "at": facts.pop("at", AT),
                    "actor": "Wang Wu",
                    "mine": mine,
                    "is_public": public,
                    "text": text,
                    "facts": facts,
                    "attachments": facts.pop("attachments", []),
                }
            )
            self.changes.append(number)
            return lines[-1]

    def move(self, number: str, name: str, text: str = "", *, mine: bool = False, **facts: Any) -> None:
        with self.lock:
            move = workflow.MOVES[name]
            self.tickets[number]["status"] = move.target or self.tickets[number]["status"]
            self.line(number, move.event, text, mine=mine, **facts)

    def severity(self, number: str, value: int, *, mine: bool = False, **facts: Any) -> None:
        with self.lock:
            self.tickets[number]["severity"] = value
            self.line(number, "severity_changed", mine=mine, **facts)

    def tag(self, number: str) -> str:
        return f'"{len(self.lines[number])}"'


class Handler(BaseHTTPRequestHandler):
    server: Partner

    def do_GET(self) -> None:
        self._answer("GET", None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        is_json = self.headers.get("content-type", "").startswith("application/json")
        self._answer("POST", json.loads(body) if is_json else body)

    def _answer(self, method: str, body: Any) -> None:
        partner, parts = self.server, urlsplit(self.path)
        with partner.lock:
            partner.asked.append((method, parts.path, dict(self.headers.items()), body))
            waiting = next((said for path, said in partner.says.items() if parts.path.rstrip("/").endswith(path) and said), None)
            says = waiting.pop(0) if waiting else None
            if callable(says):
                says()
                says = None
            if says == 0:  # nobody answers
                self.close_connection = True
                return
            if says is not None:
                status, problem = says if isinstance(says, tuple) else (says, {})
                self._send(status, json.dumps(problem).encode())
                return
            self._route(method, parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}, body)
            if partner.says.get("after") and method == "POST":  # it was done, and the answer is lost
                partner.says["after"].pop()

    def _route(self, method: str, path: str, query: dict[str, str], body: Any) -> None:
        partner = self.server
        if path == "/api/v1/changes/":
            self._changes(query)
        elif path == "/api/v1/tickets/" and method == "GET":
            rows = [{"number": number} for number in partner.tickets]
            self._json({"results": rows, "next": None})
        elif path == "/api/v1/tickets/":
            known = next((row for row in partner.tickets.values() if row["external_id"] == body["external_id"]), None)
            row = known or partner.report(mine=True, **{**body, "site": int(body["site"])})
            self._json(row, 200 if known else 201, row["number"])
        elif found := re.fullmatch(r"/api/v1/tickets/([^/]+)/(?:(.+?)/)?", path):
            self._ticket(method, found[1], found[2] or "", query, body)

    def _changes(self, query: dict[str, str]) -> None:
        changes, after = self.server.changes, int(query.get("after", 0))
        rows = [
            {"sequence": place, "resource": "tickets", "url": f"http://elsewhere/api/v1/tickets/{number}/"}
            for place, number in enumerate(changes, 1)
            if place > after
        ]
        self._json({"last": len(changes), "newest": len(changes), "more": False, "results": rows})

    def _ticket(self, method: str, number: str, deed: str, query: dict[str, str], body: Any) -> None:
        partner = self.server
        if number not in partner.tickets:
            self._send(404, b'{"code": "not_found", "detail": "gone"}')
        elif deed == "events":
            self._json([line for line in partner.lines[number] if line["seq"] > int(query.get("after", 0))])
        elif deed.startswith("files/"):
            self._send(200, partner.files[number, deed.removeprefix("files/")])
        elif method == "GET":
            if self.headers.get("If-None-Match") == partner.tag(number):
                self._send(304, b"")
            else:
                self._json(partner.tickets[number], 200, number)
        elif deed in ("comment", "attach"):
            self._said(number, deed, body)
        elif self.headers.get("If-Match") not in (None, partner.tag(number)):
            self._send(412, b'{"code": "stale", "detail": "stale"}')
        else:
            self._moved(number, deed, body)

    def _said(self, number: str, deed: str, body: Any) -> None:
        partner = self.server
        if deed == "attach":
            text = body.decode("utf-8", "replace")
            key = re.search(r'name="external_id"\r\n\r\n(.*)\r\n', text)
            assert key
            body = {"text": re.search(r'filename="(.*)"', text)[1], "external_id": key[1], "internal": False}
        if all(line["facts"].get("external_id") != body["external_id"] for line in partner.lines[number]):
            kind = "attached" if deed == "attach" else "noted" if body["internal"] else "contacted"
            facts = {name: body[name] for name in ("external_id", "author") if body.get(name)}
            partner.line(number, kind, body["text"], mine=True, public=not body["internal"], **facts)
        self._json(partner.lines[number][-1], 201)

    def _moved(self, number: str, deed: str, body: Any) -> None:
        partner = self.server
        if deed == "set-severity":
            partner.severity(number, body["severity"], mine=True)
        elif deed == "register":
            partner.tickets[number]["kind"] = body["kind"]
            partner.line(number, "registered", mine=True)
        elif partner.tickets[number]["status"] in workflow.MOVES[deed].sources:
            partner.move(number, deed, mine=True, **{name: value for name, value in body.items() if name != "text"})
        else:
            self._send(409, b'{"code": "move_not_allowed", "detail": "not now"}')
            return
        self._json(partner.tickets[number], 200, number)

    def _json(self, body: Any, status: int = 200, number: str = "") -> None:
        self._send(status, json.dumps(body).encode(), {"ETag": self.server.tag(number)} if number else {})

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


def running() -> Iterator[Partner]:
    server = Partner()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
