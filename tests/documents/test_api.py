"""Documents over REST: read, signed with a typed name or refused, fetched, and proved by whoever holds the paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.time import now
from documents import services
from documents.models import Document
from integrations import feed
from integrations import services as changes
from tests.documents.worlds import make_document
from tests.interface.changing import refused, told
from tests.tickets.rest import Program
from tests.worlds import NOON, make_world

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = pytest.mark.django_db
PATH = "documents/"


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_document_reads_in_the_language_of_the_request(world: World):
    paper = make_document(world, about="ticket/12")
    ours = Program(world, "customer")
    body = told(ours.get(f"{PATH}{paper.pk}/"))
    assert (body["about"], body["status"], body["hash"], body["signature"]) == ("ticket/12", "awaiting", paper.content_hash, None)
    english = ours.client.get(f"/api/v1/{PATH}{paper.pk}/", headers={"Accept-Language": "en"}).json()
    assert (body["sheet"]["title"], english["sheet"]["title"]) == ("服务确认单", "Service confirmation")
    assert "sheet" not in told(ours.get(PATH))["results"][0]


def test_documents_are_found_by_what_they_are_about(world: World):
    first, second = make_document(world, about="ticket/12"), make_document(world, about="visit/3", site=world.other_site, number="X-1")
    for query, wanted in (
        ({}, [second.pk, first.pk]),
        ({"about": "ticket/12"}, [first.pk]),
        ({"number": "X-1", "kind": "diagnosis"}, [second.pk]),
        ({"site": world.other_site.pk}, [second.pk]),
        ({"status": "signed"}, []),
    ):
        assert [row["id"] for row in told(Program(world, "engineer").get(PATH, **query))["results"]] == wanted, query
    assert [row["id"] for row in told(Program(world, "customer").get(PATH))["results"]] == [first.pk]
    refused(Program(world, "customer").get(f"{PATH}{second.pk}/"), 404)
    assert told(Program(world, "stranger").get(PATH))["results"] == []
    refused(Program(world, "engineer").get(PATH, colour="red"), 400)


def test_a_list_costs_the_same_however_long_it_is(world: World, django_assert_num_queries):
    ours = Program(world, "engineer")
    for place in range(3):
        paper = make_document(world, about=f"visit/{place}")
        services.sign(paper, name="王敏", strokes=(), seen=paper.content_hash, actor=world.engineer, at=NOON)
    ours.get(PATH)
    with django_assert_num_queries(3):  # the person by token, the documents, their files
        assert len(told(ours.get(PATH))["results"]) == 3


def test_a_typed_name_signs_what_was_read_once(world: World):
    paper, theirs = make_document(world), Program(world, "customer")
    path = f"{PATH}{paper.pk}/"
    refused(theirs.get(f"{path}pdf/"), 409, "not_awaited")
    refused(theirs.post(f"{path}sign/", {"name": "", "seen": paper.content_hash}), 400, "invalid")
    refused(theirs.post(f"{path}sign/", {"name": "王敏"}), 400, "invalid")
    refused(theirs.post(f"{path}sign/", {"name": "王敏", "seen": "0" * 64}), 409, "document_changed")
    refused(Program(world, "stranger").post(f"{path}sign/", {"name": "王敏", "seen": paper.content_hash}), 404)
    body = told(theirs.post(f"{path}sign/", {"name": "王敏", "seen": paper.content_hash}))
    assert (body["status"], body["signature"]["name"], body["signature"]["is_drawn"]) == ("signed", "王敏", False)
    assert body["signature"]["device_of"] == world.customer.pk
    refused(theirs.post(f"{path}refuse/", {"reason": "再想想"}), 409, "not_awaited")


def test_a_refusal_keeps_its_reason(world: World):
    paper, ours = make_document(world), Program(world, "engineer")
    refused(ours.post(f"{PATH}{paper.pk}/refuse/", {"reason": ""}), 400, "invalid")
    body = told(ours.post(f"{PATH}{paper.pk}/refuse/", {"reason": "工时不对", "name": "王敏"}))
    assert (body["status"], body["signature"]["refusal"], body["signature"]["name"]) == ("refused", "工时不对", "王敏")


def test_the_pdf_is_fetched_and_the_paper_proved(world: World):
    paper = make_document(world, awaits_signature=False)
    theirs = Program(world, "customer")
    answer = theirs.get(f"{PATH}{paper.pk}/pdf/", language="en")
    content = b"".join(answer.streaming_content)
    file = paper.files.get()
    assert (content[:4], answer.headers["Content-Type"], file.language) == (b"%PDF", "application/pdf", "en")
    again = theirs.client.get(f"/api/v1/{PATH}{paper.pk}/pdf/?language=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    refused(theirs.get(f"{PATH}{paper.pk}/pdf/", language="fr"), 400)
    refused(theirs.get(f"{PATH}{paper.pk}/pdf/", colour="red"), 400)
    proof = told(Program(world, "stranger").get(f"document-proofs/{paper.token}/"))
    assert (proof["number"], proof["hash"], proof["is_intact"], proof["signed_by"]) == (paper.number, paper.content_hash, True, "")
    assert [row["sha256"] for row in proof["files"]] == [file.sha256]
    assert world.organization.name not in str(proof)
    Document.objects.filter(pk=paper.pk).update(content={**paper.content, "number": "FORGED"})
    assert told(Program(world, "stranger").get(f"document-proofs/{paper.token}/"))["is_intact"] is False
    refused(theirs.get("document-proofs/mistyped/"), 404)


def test_what_was_issued_signed_or_corrected_since_is_found_and_told_in_the_feed(world: World):
    at = now()
    old = make_document(world, about="visit/1", at=NOON, awaits_signature=False)
    waits = make_document(world, about="visit/2", at=NOON)
    make_document(world, about="visit/3", at=NOON, awaits_signature=False)
    elsewhere = make_document(world, about="visit/4", at=NOON, site=world.other_site)
    while changes.number_next_changes(at):
        pass
    before = feed.read(world.manager, None, 500).newest
    new = make_document(world, about="visit/1", at=at, awaits_signature=False, replaces=old, reason="写错了")
    services.sign(waits, name="王敏", strokes=(), seen=waits.content_hash, actor=world.customer, at=at)
    services.refuse(elsewhere, reason="不在", actor=world.engineer, at=at)
    since = (at - timedelta(minutes=1)).isoformat()
    found = {row["id"] for row in told(Program(world, "customer").get(PATH, updated_since=since))["results"]}
    assert found == {new.pk, old.pk, waits.pk}
    while changes.number_next_changes(at):
        pass
    lines = [(line.type, line.thing) for line in feed.read(world.customer, before, 500).changes]
    assert lines == [("document.created", new.pk), ("document.changed", old.pk), ("document.changed", waits.pk)]
    assert ("document.changed", elsewhere.pk) in [(line.type, line.thing) for line in feed.read(world.manager, before, 500).changes]
