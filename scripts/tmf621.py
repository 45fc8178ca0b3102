"""Hold the TMF621 interface against the official files: through a proxy that checks every request and answer, and with made-up requests.

``python scripts/tmf621.py FOLDER``: the folder holds the two official files. The product is started on a database of its own with a
small world; a scripted set of operations goes through ``prism proxy``, in version 4 and 5, and schemathesis makes up requests from the
same files. Fails on any breach by the product.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
# Version 5 first: a party that version 4 names shows in version 5 as one of two kinds that its file tells apart by a discriminator only.
FILES = {"v5": "TMF621-Trouble_Ticket-v5.0.1.oas.yaml", "v4": "TMF621-TroubleTicket-v4.0.0.swagger.json"}
PRISM = ROOT / "checks" / "node_modules" / ".bin" / "prism"
SECONDS = 60
EXAMPLES = 3
"""Made-up requests for each operation: a few, so that this takes less than a minute."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
"""Not whether everything the files allow is taken: they leave out what the desk needs to know, such as where the trouble is."""


def main() -> int:
    """Check both versions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--thorough", action="store_true", help="make up many requests, wrong ones too; takes minutes")
    given = parser.parse_args()
    folder = given.folder.resolve()
    with tempfile.TemporaryDirectory(prefix="desk-tmf-") as place:
        environment, token, number = prepared(Path(place))
        with product(environment) as url:
            breaches, made_up = list[str](), list[str]()
            for version, name in FILES.items():
                breaches += walked(version, folder / name, url, token, number)
                if not fuzzed(f"{url}/tmf-api/troubleTicket/{version}", folder / name, token, thorough=given.thorough):
                    made_up.append(version)
            for breach in breaches:
                print(f"BREACH {breach}", file=sys.stderr)
    print(f"TMF621: {len(breaches)} breaches; made-up requests found something in: {', '.join(made_up) or 'nothing'}")
    return 1 if breaches or made_up else 0


def prepared(place: Path) -> tuple[dict[str, str], str, str]:
    """Make a database with a small world; answer the environment of the product, a token, and the number of a ticket of the desk."""
    sys.path.insert(0, str(ROOT))
    settings = {
        "DATA_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'desk.sqlite3'}",
        "SECRET_KEY": "only for this check, never in use anywhere else",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "API_RATE": "1000000/min",
        "WEBHOOKS_ALLOW_PRIVATE": "true",
        "REDIS_URL": "",
    }
    os.environ.update(settings)
    from tests import databases

    databases.ensure({**os.environ})
    shutil.copy(databases.in_file(), place / "desk.sqlite3")
    import django

    django.setup()
    from accounts import services as accounts
    from accounts.models import ApiToken
    from core.time import now
    from tests import worlds
    from tmf.models import Profile

    world = worlds.make_promising_world()
    Profile.objects.create(account=world.admin, site=world.site, created_at=now())
    secret = accounts.issue_token(world.admin, name="check", scope=ApiToken.Scope.WRITE, actor=world.admin, at=now())[1]
    return {**os.environ}, secret, worlds.make_ticket(world, at=now()).number


def free_port() -> int:
    """Answer a port that nobody uses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str] | None = None, log: Path | None = None) -> Iterator[str]:
    """Run a server until the block ends; it is waited for until it listens."""
    with (log or Path(os.devnull)).open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("A server did not start.")


@contextmanager
def product(environment: dict[str, str]) -> Iterator[str]:
    """Serve the product."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    with running(command, port, environment) as url:
        yield url


@contextmanager
def proxied(file: Path, upstream: str) -> Iterator[str]:
    """Put a proxy before an interface that holds what passes against its file."""
    port = free_port()
    with running([str(PRISM), "proxy", str(file), upstream, "--port", str(port), "--errors", "false"], port) as url:
        yield url


# --- The scripted walk --------------------------------------------------------------------------


class Walk:
    """A caller behind the proxy, which notes every breach that the proxy reports and every answer that is not the one expected."""

    def __init__(self, version: str, url: str, token: str) -> None:
        self.version, self.url, self.token = version, url, token
        self.breaches: list[str] = []

    def ask(self, method: str, path: str, body: Any = None, *, expect: int, kind: str = "application/json") -> Any:
        """Ask, and answer the body."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "Content-Type": kind}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                status, said, told = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, said, told = error.code, error.read(), error.headers
        what = f"{self.version} {method} {path}"
        if status != expect:
            self.breaches.append(f"{what}: {status} instead of {expect}: {said[:300].decode(errors='replace')}")
        for violation in json.loads(told.get("sl-violations") or "[]"):
            if violation.get("severity") == "Error":
                self.breaches.append(f"{what} ({status}): {'.'.join(map(str, violation.get('location', [])))} {violation['message']}")
        return json.loads(said) if said else None

    def typed(self, kind: str, /, **body: Any) -> dict[str, Any]:
        """Answer an object of the version."""
        return {"@type": kind, **body} if self.version == "v5" else body


def walked(version: str, file: Path, upstream: str, token: str, number: str) -> list[str]:
    """Go through every operation; answer the breaches."""
    with proxied(file, f"{upstream}/tmf-api/troubleTicket/{version}") as url:
        walk = Walk(version, url, token)
        _tickets(walk, number)
        _hubs(walk)
        _listeners(walk)
        if version == "v5":
            _specifications(walk)
    return walk.breaches


def _full(walk: Walk) -> dict[str, Any]:
    """Answer a ticket with everything that can be said of one.

    A party of version 5 has a role only: the file tells its two kinds apart by a discriminator, which the proxy does not read.
    """
    party = {"id": "p-1", "name": "Li Na", "role": "owner", "@referredType": "Individual"}
    thing = {"id": "SN-0001", "name": "HIS", "role": "affected", "@referredType": "Asset"}
    common = {
        "name": "挂号", "description": "挂号系统打不开", "severity": "High", "ticketType": "incident", "priority": "P1",
        "requestedResolutionDate": "2030-01-01T00:00:00Z", "channel": walk.typed("ChannelRef", id="api", name="API"),
        "note": [walk.typed("Note", author="Li Na", text="first", date="2026-11-23T00:00:00Z")],
        "attachment": [
            walk.typed("Attachment", attachmentType="log", mimeType="text/plain", name="a.txt", content="aGVsbG8="),
            walk.typed("Attachment", attachmentType="page", mimeType="text/html", url="https://example.com/a", name="page"),
        ],
        "troubleTicketRelationship": [walk.typed("TroubleTicketRelationship", id="T-1", relationshipType="dependency")],
    }  # fmt: skip
    if walk.version == "v4":
        return {**common, "externalId": f"INC-{time.time_ns()}", "relatedParty": [party], "relatedEntity": [thing]}
    entity = {"@type": "EntityRef", "id": "SN-0001", "name": "HIS", "@referredType": "Asset"}
    return {
        "@type": "TroubleTicket", **common,
        "externalIdentifier": [{"@type": "ExternalIdentifier", "owner": "them", "id": f"INC-{time.time_ns()}"}],
        "relatedParty": [{"@type": "RelatedPartyRefOrPartyRoleRef", "role": "owner"}],
        "relatedEntity": [{"@type": "RelatedEntity", "role": "affected", "entity": entity}],
        "troubleTicketCharacteristic": [{"@type": "StringCharacteristic", "name": "room", "valueType": "string", "value": "7"}],
        "troubleTicketSpecification": {"@type": "TroubleTicketSpecificationRef", "id": "fault"},
    }  # fmt: skip


def _tickets(walk: Walk, number: str) -> None:
    mandatory = walk.typed("TroubleTicket", description="d", severity="High", ticketType="incident")
    small, full = walk.ask("POST", "/troubleTicket", mandatory, expect=201), walk.ask("POST", "/troubleTicket", _full(walk), expect=201)
    queries = ("", "?limit=1&offset=1", "?severity=High&status=acknowledged;status=held", "?offset=1000", "?fields=id,href,@type,status")
    for query in queries:
        walk.ask("GET", f"/troubleTicket{query}", expect=200)
    for key in (small["id"], full["id"], number):
        walk.ask("GET", f"/troubleTicket/{key}", expect=200)
        walk.ask("GET", f"/troubleTicket/{key}?fields=id,href,@type,severity", expect=200)
    walk.ask("GET", "/troubleTicket/nothing", expect=404)
    walk.ask("GET", "/troubleTicket?colour=red", expect=400)
    place = f"/troubleTicket/{full['id']}"
    walk.ask("PATCH", place, walk.typed("TroubleTicket", status="closed"), expect=409)
    steps = ("inProgress", "pending", "inProgress", "held", "inProgress", "resolved", "inProgress", "resolved", "closed")
    for status in steps:
        walk.ask("PATCH", place, walk.typed("TroubleTicket", status=status, statusChangeReason=f"is {status}"), expect=200)
    words = walk.typed("TroubleTicket", name="other", severity="Low", note=[walk.typed("Note", author="Li Na", text="second")])
    merge = "application/merge-patch+json" if walk.version == "v5" else "application/json"
    walk.ask("PATCH", f"/troubleTicket/{small['id']}", words, expect=200, kind=merge)
    walk.ask("PATCH", f"/troubleTicket/{small['id']}", walk.typed("TroubleTicket", status="rejected"), expect=200)
    walk.ask("DELETE", f"/troubleTicket/{small['id']}", expect=204)
    walk.ask("DELETE", f"/troubleTicket/{small['id']}", expect=404)
    walk.ask("GET", "/troubleTicket", expect=200)


def _hubs(walk: Walk) -> None:
    wanted = walk.typed("Hub", callback="http://127.0.0.1:9/listener", query="eventType=TroubleTicketCreateEvent")
    hub = walk.ask("POST", "/hub", wanted, expect=201)
    walk.ask("POST", "/hub", wanted, expect=409)
    if walk.version == "v5":
        walk.ask("GET", f"/hub/{hub['id']}", expect=200)
    walk.ask("DELETE", f"/hub/{hub['id']}", expect=204)
    walk.ask("DELETE", f"/hub/{hub['id']}", expect=404)


def _listeners(walk: Walk) -> None:
    from core.time import now
    from tmf import events
    from tmf.api.hubs import LISTENERS

    ticket = walk.ask("GET", "/troubleTicket?limit=1", expect=200)[0]
    for path, type_ in LISTENERS[walk.version].items():
        if type_ in events.TYPES:
            event = events.written(
                type_, event_id=f"{walk.version}-{path}", at=now(), document=ticket, version=walk.version, asked="which room?"
            )
        else:
            event = {"@type": type_, "eventId": path, "eventType": type_, "event": {}}
        walk.ask("POST", f"/listener/{path}", event, expect=201 if walk.version == "v4" else 204)


def _specifications(walk: Walk) -> None:
    rows = walk.ask("GET", "/troubleTicketSpecification", expect=200)
    walk.ask("GET", f"/troubleTicketSpecification/{rows[0]['id']}", expect=200)
    walk.ask("GET", "/troubleTicketSpecification/nothing", expect=404)
    walk.ask("POST", "/troubleTicketSpecification", {"@type": "TroubleTicketSpecification", "name": "x"}, expect=405)


# --- Made-up requests ---------------------------------------------------------------------------


def fuzzed(url: str, file: Path, token: str, *, thorough: bool) -> bool:
    """Have requests made up from a file; answer whether every answer was as the file has it."""
    phases, mode, examples = ("examples,coverage,fuzzing", "all", 50) if thorough else ("fuzzing", "positive", EXAMPLES)
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", str(file), "--url", url,
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", str(examples),
        "--phases", phases, "--workers", "2", "--mode", mode, "--generation-deterministic", "--no-color",
        "--suppress-health-check", "all",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-20_000:], done.stderr[-2_000:], file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
