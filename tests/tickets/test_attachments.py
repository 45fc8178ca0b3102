"""Files of the record: who may fetch them, and how they are handed out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.time import now
from tests.tickets.portal import png, program
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Attachment, Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return make_ticket(world, at=now() - timedelta(minutes=5))


def kept(ticket: Ticket, world: World, upload: SimpleUploadedFile, *, is_public: bool = True) -> Attachment:
    return services.attach(ticket, actor=world.engineer, at=now(), upload=upload, is_public=is_public)


def fetch(client: Client, file: Attachment, query: str = "") -> HttpResponse:
    return client.get(reverse("tickets:attachment", args=[file.ticket.number, file.pk]) + query)


PAGE = b"<!doctype html><script>alert(document.domain)</script>"


def test_a_file_is_always_a_download(client: Client, ticket: Ticket, world: World) -> None:
    client.force_login(world.engineer)
    answer = fetch(client, kept(ticket, world, SimpleUploadedFile("日志.txt", PAGE)))
    assert b"".join(answer) == PAGE
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "text/plain", "what it was found to be, not what it calls itself"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]


INLINE = [
    ("截图.png", png().read(), "?inline=1", "inline", "a safe picture where it is asked for"),
    ("截图.png", png().read(), "", "attachment", "a picture that is fetched"),
    ("page.txt", PAGE, "?inline=1", "attachment", "text that a browser might take for a page"),
    ("report.pdf", b"%PDF-1.4\n%%EOF", "?inline=1", "attachment", "a document that can hold scripts"),
]


@pytest.mark.parametrize(("name", "content", "query", "wanted", "why"), INLINE, ids=[row[-1] for row in INLINE])
def test_only_safe_pictures_are_shown_in_place(client, ticket, world, name, content, query, wanted, why) -> None:
    client.force_login(world.engineer)
    answer = fetch(client, kept(ticket, world, SimpleUploadedFile(name, content)), query)
    b"".join(answer)
    assert answer["Content-Disposition"].split(";")[0] == wanted


WHO = [
    ("engineer", True, 200, "ours see what is public"),
    ("engineer", False, 200, "and what is not"),
    ("customer", True, 200, "the customer what is theirs"),
    ("customer", False, 404, "but nothing internal"),
    ("supervisor", True, 200, "the supervisor all of the organization's"),
    ("stranger", True, 404, "a stranger nothing"),
]


@pytest.mark.parametrize(("role", "is_public", "status", "why"), WHO, ids=[row[-1] for row in WHO])
def test_who_may_fetch_a_file(client, ticket, world, role, is_public, status, why) -> None:
    client.force_login(world.person(role))
    answer = fetch(client, kept(ticket, world, png(), is_public=is_public))
    if answer.streaming:
        b"".join(answer)
    assert answer.status_code == status


def test_a_file_belongs_to_its_ticket(client: Client, ticket: Ticket, world: World) -> None:
    client.force_login(world.engineer)
    file, other = kept(ticket, world, png()), make_ticket(world, at=now())
    assert client.get(reverse("tickets:attachment", args=[other.number, file.pk])).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(client: Client, ticket: Ticket, world: World) -> None:
    client.force_login(world.engineer)
    file = kept(ticket, world, png())
    file.file.storage.delete(file.file.name)
    assert fetch(client, file).status_code == 404


def test_a_wrong_file_is_refused_by_name_and_the_words_are_kept(client: Client, ticket: Ticket, world: World) -> None:
    client.force_login(world.engineer)
    address = reverse("tickets:move", args=[ticket.number, "diagnose"])
    answer = client.post(address, {"cause": "磁盘已满", "plan": "扩容", "files": [png(), program("工具.exe")]})
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "工具.exe" in page
    assert 'id="diagnose-files_error"' in page
    assert "磁盘已满" in page
    assert not Attachment.objects.exists()


def test_several_files_are_kept_with_one_line_of_the_record(client: Client, ticket: Ticket, world: World) -> None:
    client.force_login(world.engineer)
    address = reverse("tickets:move", args=[ticket.number, "comment"])
    assert client.post(address, {"says": "note", "text": "见附件", "files": [png("一.png"), png("二.png")]}).status_code == 302
    event = ticket.events.get(type="noted")
    assert [(file.name, file.is_public) for file in event.attachments.all()] == [("一.png", False), ("二.png", False)]
