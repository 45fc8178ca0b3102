"""The programs of docs/examples.md do what they say, as they stand there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clients import services as clients
from core.time import now
from integrations import services as webhooks
from integrations.sending import Letter, headers
from integrations.services.endpoints import new_secret
from tests.interface.test_description import node
from tests.processes import ROOT
from tests.worlds import World, make_promising_world, make_ticket
from tickets.models import Attachment, Ticket

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "examples.md").read_text()
FILES = {"bash": "program.sh", "python": "program.py", "javascript": "program.mjs"}
SECTIONS = 6
LOG = b"error 42\n"


def program(language: str) -> str:
    """The blocks of one language, one after the other."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == SECTIONS
    return "\n".join(blocks)


def command(language: str) -> list[str]:
    """How a program is begun."""
    for name in ("curl", "openssl"):
        assert shutil.which(name), f"{name} is missing; on Debian: apt-get install {name}"
    return {"bash": ["bash"], "python": [sys.executable], "javascript": ["node"]}[language]


def prepare(world: World, desk: str, folder: Path) -> dict[str, str]:
    """Make a client, something that was changed, a file, and a message of a webhook; answer the environment of a program."""
    scopes = ["tickets:read", "tickets:write", "integrations:read"]
    client, secret = clients.create_client(name="monitoring", user=world.customer, scopes=scopes, rate=600, actor=world.manager, at=now())
    make_ticket(world, at=now())
    webhooks.number_next_changes(now() + timedelta(seconds=10))
    equipment = str(world.equipment.pk)
    return {"DESK": desk, "CLIENT": client.client_id, "SECRET": secret, "EQUIPMENT": equipment, **message(folder)}


def message(folder: Path) -> dict[str, str]:
    """Let a message lie there as the desk sends it; answer its secret and its headers."""
    secrets = (new_secret(), new_secret())  # while the secret is being changed both sign
    body = '{"type":"ticket.resolved","timestamp":"2026-11-23T04:00:00Z","data":{"subject":"挂号系统打不开"}}'
    (folder / "message.json").write_text(body)
    told = headers(Letter(url="https://receiver.example.com/", message_id="evt_1", body=body, secrets=secrets, allow_private=False), now())
    (folder / "log.txt").write_bytes(LOG)
    sent = {name.upper().replace("-", "_"): value for name, value in told.items() if name.startswith("webhook-")}
    return {"WEBHOOK_SECRET": secrets[1], **sent}


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_programs_run_as_they_stand_on_the_page(live_server: Any, tmp_path: Path) -> None:
    world = make_promising_world()
    given = prepare(world, live_server.url, tmp_path)
    for language, name in FILES.items():
        before = Ticket.objects.count()
        (tmp_path / name).write_text(program(language))
        done = run(language, tmp_path, given)
        assert done.returncode == 0, (language, done.stdout, done.stderr)
        check(language, done.stdout, before)
        forged = run(language, tmp_path, {**given, "WEBHOOK_SIGNATURE": "v1,Zm9yZ2Vk"})
        assert forged.returncode != 0, language
        assert "genuine" not in forged.stdout


def run(language: str, folder: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program where it lies."""
    env = {**node(), **given, "no_proxy": "*", "NO_PROXY": "*"}
    return subprocess.run(
        [*command(language), FILES[language]], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def check(language: str, said: str, before: int) -> None:
    """Hold what a program said to what is there."""
    ticket = Ticket.objects.latest("pk")
    first, again, sent, *more = said.splitlines()
    assert first == again == f"reported {ticket.number}", language
    assert Ticket.objects.count() == before + 1, "sent twice, reported once"
    [file] = Attachment.objects.filter(ticket=ticket)
    with file.file.open("rb") as kept:
        content = kept.read()
    assert (sent, content) == (f"sent {file.sha256}", LOG), language
    clock = ticket.commitment.clocks.order_by("id").first()
    assert any(line.startswith("due 20") for line in more), language
    assert any(line.startswith("changed ticket.reported http") for line in more), language
    assert more[-1] == "genuine ticket.resolved", language
    assert clock is not None
