"""A ticket's life through TMF621: the desk's own moves, marks, notes and files, whose move it is, and what is refused."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from core.time import now
from sla.models import Clock
from tests.tmf.programs import Helpdesk
from tests.worlds import make_promising_world, make_ticket
from tickets import services as tickets
from tickets.models import Event, Ticket
from tmf.models import Profile, TroubleTicket


def ticket_of(made):
    return Ticket.objects.get(number=made["id"])


def statuses_of(document):
    return [change["status"] for change in document.get("statusChange") or document["statusChangeHistory"]]


def test_the_same_report_as_from_anywhere_with_its_words_mapped(theirs, world):
    made = theirs.made(severity="Critical", ticketType="Trouble", name="挂号")
    ticket = ticket_of(made)
    assert (ticket.severity, ticket.kind, ticket.subject, ticket.channel) == (1, "fault", "挂号", "api")
    assert (ticket.organization, ticket.reporter) == (world.organization, world.supervisor)
    assert ticket.commitment.clocks.exists()
    assert statuses_of(made) == ["acknowledged"]


def test_the_promise_to_restore_is_when_it_is_expected_to_be_solved(db):
    world = make_promising_world("p1")
    for version in ("v4", "v5"):
        theirs = Helpdesk(world, "supervisor", version)
        made = theirs.made(expectedResolutionDate="2020-01-01T00:00:00Z", severity="Critical")
        due = ticket_of(made).commitment.clocks.get(measure="restore", is_strictest=True).due_at
        assert made["expectedResolutionDate"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert theirs.get(query="expectedResolutionDate.gt=2026-01-01").json()[0]["id"] == made["id"]
        assert theirs.get(query="expectedResolutionDate.lt=2026-01-01").json() == []


def test_a_word_of_a_profile_means_what_the_profile_says(theirs, world):
    Profile.objects.create(
        account=world.supervisor, severities={"P-X": 1}, kinds={"WO": "request"}, site=world.other_site, created_at=now()
    )
    ticket = ticket_of(theirs.made(severity="p-x", ticketType="wo"))
    assert (ticket.severity, ticket.kind, ticket.site) == (1, "request", world.other_site)


def test_equipment_is_found_by_its_serial_number_in_either_version(theirs, world):
    flat = {"id": "SN-0001", "role": "affected", "@referredType": "Asset", "@type": "RelatedEntity"}
    nested = {"@type": "RelatedEntity", "role": "affected", "entity": {"@type": "EntityRef", "id": "SN-0001", "@referredType": "Asset"}}
    made = theirs.made(relatedEntity=[flat if theirs.version == "v4" else nested])
    assert ticket_of(made).equipment == world.equipment
    assert made["relatedEntity"] == [flat if theirs.version == "v4" else nested]
    other = Helpdesk(world, "supervisor", "v5" if theirs.version == "v4" else "v4")
    spelt = other.get(f"troubleTicket/{made['id']}").json()["relatedEntity"][0]
    assert spelt["role"] == "affected"
    assert (spelt.get("entity") or spelt)["id"] == "SN-0001"


def test_staff_say_where_it_is(ours, world):
    answer = ours.post(ours.ticket())
    assert (answer.status_code, answer.json()["code"]) == (400, "place_unknown")
    Profile.objects.create(account=world.manager, site=world.site, created_at=now())
    assert ticket_of(ours.made()).site == world.site


def test_the_same_external_id_is_one_report_and_not_two(theirs, world):
    said = {"externalId": "INC-9"} if theirs.version == "v4" else {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": "INC-9"}]}
    first = theirs.made(**said)
    assert theirs.made(**said)["id"] == first["id"]
    answer = theirs.post(theirs.ticket(**said, name="another"))
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert first["id"] in answer.json()["message"]
    assert Ticket.objects.filter(external_id="INC-9").count() == 1


def test_a_key_makes_any_post_safe_to_send_again(theirs):
    first = theirs.post(theirs.ticket(), **{"Idempotency-Key": "k-1"})
    again = theirs.post(theirs.ticket(), **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert theirs.post(theirs.ticket(name="x"), **{"Idempotency-Key": "k-1"}).status_code == 409


def test_the_life_of_a_ticket_from_acknowledged_to_closed(theirs, ours):
    made = theirs.made()
    key = made["id"]
    for status, inner in [("inProgress", "accepted"), ("pending", "waiting"), ("inProgress", "in_progress"), ("held", "in_progress"),
                          ("inProgress", "in_progress"), ("resolved", "resolved")]:  # fmt: skip
        answer = ours.patch(key, {"status": status, "statusChangeReason": f"because {status}"})
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.content
        assert ticket_of(made).status == inner
    assert answer.json()["statusChangeReason"] == "because resolved"
    assert answer.json()["resolutionDate"]
    assert theirs.patch(key, {"status": "inProgress", "statusChangeReason": "not yet"}).json()["status"] == "inProgress"
    assert ticket_of(made).status == "reopened"
    ours.patch(key, {"status": "resolved"})
    closed = theirs.patch(key, {"status": "closed"}).json()
    assert statuses_of(closed) == [
        "acknowledged", "inProgress", "pending", "inProgress", "held", "inProgress", "resolved", "inProgress", "resolved", "closed",
    ]  # fmt: skip
    assert ticket_of(made).events.filter(type=Event.Type.CONFIRMED).exists()


def test_held_stops_no_clock_and_pending_does(theirs, ours, world):
    made = theirs.made()
    ticket = tickets.contact(ticket_of(made), actor=world.engineer, at=now(), text="we look at it")
    running = set(ticket.commitment.clocks.filter(state="running").values_list("pk", flat=True))
    ours.patch(made["id"], {"status": "held", "statusChangeReason": "part"})
    assert set(Clock.objects.filter(pk__in=running, state="running").values_list("pk", flat=True)) == running
    ours.patch(made["id"], {"status": "inProgress"})
    ours.patch(made["id"], {"status": "pending", "statusChangeReason": "which room?"})
    assert Clock.objects.filter(pk__in=running, state="paused").exists()


def test_a_mark_ends_with_the_desks_own_move(theirs, ours, world):
    made = theirs.made()
    ours.patch(made["id"], {"status": "held"})
    ticket = tickets.resolve(ticket_of(made), actor=world.engineer, at=now(), cause="x", solution="y")
    assert theirs.get(f"troubleTicket/{made['id']}").json()["status"] == "resolved"
    tickets.reopen(ticket, actor=world.engineer, at=now(), reason="again")
    assert theirs.get(f"troubleTicket/{made['id']}").json()["status"] == "inProgress"
    assert theirs.get(query="status=held").json() == []


def test_a_report_that_is_refused_can_be_closed(theirs, ours):
    made = theirs.made()
    refused = ours.patch(made["id"], {"status": "rejected", "statusChangeReason": "not ours"}).json()
    assert (refused["status"], statuses_of(refused)) == ("rejected", ["acknowledged", "rejected"])
    assert [row["id"] for row in theirs.get(query="status=rejected").json()] == [made["id"]]
    closed = ours.patch(made["id"], {"status": "closed"}).json()
    assert statuses_of(closed) == ["acknowledged", "rejected", "closed"]
    assert theirs.get(query="status=closed").json()[0]["id"] == made["id"]
    assert ours.patch(made["id"], {"status": "inProgress"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "patch", "status", "code"),
    [
        ("ours", {"status": "nonsense"}, 400, "invalid_choice"),
        ("ours", {"status": 5}, 400, "invalid_choice"),
        ("ours", {"status": "closed"}, 409, "status_not_possible"),
        ("ours", {"status": "resolved"}, 409, "status_not_possible"),
        ("theirs", {"status": "inProgress"}, 403, "not_yours"),
        ("theirs", {"status": "held"}, 403, "not_yours"),
        ("theirs", {"status": "rejected"}, 403, "not_yours"),
        ("ours", {"description": None}, 400, "bad_document"),
        ("ours", {"severity": 3}, 400, "bad_document"),
        ("ours", {"note": {"author": "a", "text": "b"}}, 400, "bad_document"),
        ("ours", [], 400, "bad_document"),
    ],
)  # fmt: skip
def test_what_a_change_may_not_do(theirs, ours, who, patch, status, code):
    made = theirs.made()
    answer = {"ours": ours, "theirs": theirs}[who].patch(made["id"], patch)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert theirs.get(f"troubleTicket/{made['id']}").json() == made


def test_a_merge_patch_changes_removes_and_leaves_alone(theirs):
    made = theirs.made(name="one", priority="High", channel={"id": "c1", "name": "n", "@type": "ChannelRef"})
    after = theirs.patch(made["id"], {"name": "two", "priority": None, "channel": {"name": None}}, "application/json").json()
    assert (after["name"], after["description"], after["channel"]) == ("two", made["description"], {"id": "c1", "@type": "ChannelRef"})
    assert theirs.patch(theirs.made()["id"], {"channel": {"name": "n"}}).json()["code"] == "bad_document"
    assert after["priority"] == "High"  # ours again, from the severity
    assert theirs.patch(made["id"], {"severity": "Low"}).json()["severity"] == "Low"
    assert ticket_of(made).severity == 2  # the promise stays; theirs is a word
    assert theirs.get(query="severity=Low&name=two").json()[0]["id"] == made["id"]
    assert theirs.get(query="severity=High&name=two").json() == []


def test_our_own_word_for_the_severity_changes_the_promise(theirs, ours):
    made = theirs.made()
    ours.patch(made["id"], {"severity": "Critical"})
    assert ticket_of(made).severity == 1


def test_what_the_desk_itself_regrades_is_said_in_its_word(theirs, ours, world):
    made = theirs.made(severity="High", ticketType="Trouble")
    who = {"actor": world.engineer, "at": now()}
    tickets.register(ticket_of(made), kind="fault", **who)
    assert theirs.get(f"troubleTicket/{made['id']}").json()["ticketType"] == "Trouble"  # it means the same: theirs to the letter
    tickets.set_severity(ticket_of(made), severity=4, reason="one desk only", **who)
    tickets.register(ticket_of(made), kind="request", **who)
    read = theirs.get(f"troubleTicket/{made['id']}").json()
    assert (read["severity"], read["ticketType"], read["priority"]) == ("Low", "request", "Low")
    assert [row["id"] for row in theirs.get(query="severity=Low&ticketType=request").json()] == [made["id"]]
    tickets.resolve(ticket_of(made), cause="c", solution="s", **who)
    ours.patch(made["id"], {"severity": "Major"})
    assert (ticket_of(made).severity, ticket_of(made).status) == (2, "resolved")


def test_notes_are_only_ever_added(theirs, ours, world):
    def note(author, text, **more):
        return {"author": author, "text": text, "@type": "Note", **more}

    made = theirs.made(note=[note("Li", "first")])
    key = made["note"][0]["id"]
    after = theirs.patch(made["id"], {"note": [note("Li", "changed?", id=key), note("Li", "second")]}).json()
    assert [row["text"] for row in after["note"]] == ["first", "second"]
    after = ours.patch(made["id"], {"note": [note("Wang", "we come")]}).json()
    assert [row["text"] for row in after["note"]] == ["first", "second", "we come"]
    assert theirs.patch(made["id"], {"note": None}).json()["note"] == after["note"]
    record = ticket_of(made).events.filter(type__in=["replied", "contacted"]).order_by("seq")
    assert list(record.values_list("type", "text")) == [("replied", "first"), ("replied", "second"), ("contacted", "we come")]
    tickets.note(ticket_of(made), actor=world.engineer, at=now(), text="among us")
    tickets.contact(ticket_of(made), actor=world.engineer, at=now(), text="from the page")
    texts = [row["text"] for row in theirs.get(f"troubleTicket/{made['id']}").json()["note"]]
    assert texts == ["first", "second", "we come", "from the page"]


def test_files_by_value_are_stored_and_fetched_and_references_are_kept(theirs, ours):
    value = {"@type": "Attachment", "attachmentType": "log", "mimeType": "text/plain", "name": "a.txt",
             "content": base64.b64encode("日志".encode()).decode()}  # fmt: skip
    reference = {"@type": "AttachmentRef", "id": "doc-1", "url": "https://example.com/doc-1", "name": "manual"}
    made = theirs.made(attachment=[value, reference])
    stored, kept = made["attachment"]
    assert (stored["name"], stored["attachmentType"], "content" in stored) == ("a.txt", "log", False)
    assert b"".join(theirs.http.get(stored["url"]).streaming_content).decode() == "日志"
    assert kept == reference
    after = theirs.patch(made["id"], {"attachment": [{**value, "name": "b.txt"}]}).json()
    assert [row.get("name") for row in after["attachment"]] == ["a.txt", "manual", "b.txt"]
    for wrong in ({"content": "%%%"}, {"content": base64.b64encode(b"\x00\x01").decode()}):
        assert theirs.patch(made["id"], {"attachment": [{**value, **wrong}]}).status_code == 400


def test_a_json_patch_does_what_its_operations_say(theirs, ours):
    kind = "application/json-patch+json"
    made = theirs.made(name="one")
    note = {"author": "Li", "text": "more", "@type": "Note"}
    operations = [{"op": "test", "path": "/name", "value": "one"}, {"op": "replace", "path": "/name", "value": "two"},
                  {"op": "add", "path": "/note/-", "value": note}]  # fmt: skip
    after = theirs.patch(made["id"], operations, kind).json()
    assert (after["name"], after["note"][0]["text"]) == ("two", "more")
    for wrong in (operations[:1], [{"op": "replace", "path": "/nothing/0", "value": 1}], {}, [1], [{"op": "remove", "path": ""}]):
        assert theirs.patch(made["id"], wrong, kind).status_code == 400
    assert ours.patch(made["id"], [{"op": "replace", "path": "/status", "value": "inProgress"}], kind).json()["status"] == "inProgress"
    answer = theirs.patch(made["id"], [], "application/json-patch-query+json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_document")
    answer = theirs.patch(made["id"], {}, "text/plain")
    assert answer.status_code == 415
    assert "application/merge-patch+json" in answer.headers["Accept-Patch"]


def test_a_change_is_made_while_the_ticket_is_as_it_was_read(theirs):
    made = theirs.made()
    tag = theirs.get(f"troubleTicket/{made['id']}").headers["ETag"]
    assert theirs.get(f"troubleTicket/{made['id']}", **{"If-None-Match": tag}).status_code == 304
    changed = theirs.patch(made["id"], {"name": "two"}, **{"If-Match": tag})
    assert changed.status_code == 200
    stale = theirs.patch(made["id"], {"name": "three"}, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["code"], stale.headers["ETag"]) == (412, "stale", changed.headers["ETag"])


def test_only_an_administrator_deletes_and_the_record_stays(theirs, ours, world):
    made = theirs.made()
    for helpdesk in (theirs, ours):
        answer = helpdesk.delete(made["id"])
        assert (answer.status_code, answer.json()["code"]) == (403, "administrator_only")
    admin = Helpdesk(world, "admin", theirs.version)
    assert admin.delete(made["id"]).status_code == 204
    assert admin.delete(made["id"]).status_code == 404
    assert theirs.get(f"troubleTicket/{made['id']}").status_code == 404
    assert theirs.get().json() == []
    assert ticket_of(made).status == "cancelled"


def test_an_unknown_attribute_is_passed_over_or_refused_as_the_caller_prefers(theirs):
    assert "colour" not in theirs.made(colour="red")
    answer = theirs.post(theirs.ticket(colour="red"), Prefer="handling=strict")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_document")


def test_version_5_wants_a_type_on_every_object(world):
    helpdesk = Helpdesk(world, "supervisor", "v5")
    for sent in ({"description": "d", "severity": "s", "ticketType": "t"}, helpdesk.ticket(note=[{"author": "a", "text": "b"}])):
        answer = helpdesk.post(sent)
        assert answer.status_code == 400
        assert "@type" in answer.json()["message"]
        assert answer.json()["@type"] == "Error"
    assert helpdesk.patch(helpdesk.made()["id"], {"name": "x"}).status_code == 200


def test_a_ticket_of_the_desk_reads_in_the_desks_words(theirs, world):
    ticket = make_ticket(world, at=now() - timedelta(hours=1))
    shown = theirs.get(f"troubleTicket/{ticket.number}").json()
    assert (shown["severity"], shown["ticketType"], shown["name"]) == (
        {1: "Critical", 2: "Major", 3: "Minor", 4: "Low"}[ticket.severity],
        "fault",
        ticket.subject,
    )
    assert theirs.get(query=f"severity={shown['severity']}").json()[0]["id"] == ticket.number
    changed = theirs.patch(ticket.number, {"name": "another"}).json()
    assert (changed["name"], changed["severity"]) == ("another", shown["severity"])
    assert TroubleTicket.objects.get(ticket=ticket).severity == shown["severity"]


def test_another_customers_ticket_is_not_there(theirs, world):
    made = theirs.made()
    stranger = Helpdesk(world, "stranger", theirs.version)
    assert stranger.get(f"troubleTicket/{made['id']}").status_code == 404
    assert stranger.patch(made["id"], {"name": "x"}).status_code == 404
    assert stranger.get().json() == []
    assert stranger.get(query=f"id={made['id']}").json() == []


def test_what_lies_too_deep_is_refused(theirs):
    deep = []
    for _ in range(500):
        deep = [deep]
    assert theirs.post(theirs.ticket(colour=deep)).status_code == 400
    kind = "application/json-patch+json"
    made = theirs.made()
    assert theirs.patch(made["id"], [{"op": "add", "path": "/colour", "value": deep}], kind).status_code == 400
