"""What goes, what comes, what is not sent back, what both sides changed, and what happens when the other side is away."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.time import now
from peers import services
from peers.models import Conflict, Link, Outgoing
from tests import worlds
from tests.peers.conftest import exchange
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db


def said(ticket: Ticket) -> list[tuple[str, str, str]]:
    kinds = ["contacted", "replied", "noted"]
    return [(event.type, event.text, event.facts.get("author", "")) for event in ticket.events.filter(type__in=kinds).order_by("seq")]


def link_of(connection, ticket) -> Link:
    return Link.objects.get(connection=connection, ticket=ticket)


# --- From here to there -------------------------------------------------------------------------


def test_a_ticket_arrives_with_its_fields_and_under_our_number(there, partner, connected):
    assert partner.posts("/tickets") == [
        {
            "subject": there.subject,
            "description": "Since 9:10",
            "contact": {"name": there.contact_name, "email": there.contact_email},
            "severity": 2,
            "kind": "fault",
            "site": "7",
            "external_id": there.number,
        }
    ]
    assert link_of(connected, there).key == "TT-0001"
    assert partner.tickets["TT-0001"]["status"] == "accepted"


def test_what_is_done_here_is_done_there_in_order(there, world, connected, partner):
    who = {"actor": world.engineer, "at": now()}
    tickets.contact(there, text="We are on it", **who)
    tickets.note(there, text="looks like the disk", **who)
    tickets.set_severity(there, severity=1, reason="all counters", **who)
    tickets.attach(there, upload=SimpleUploadedFile("log.txt", b"error 42"), **who)
    tickets.hold(there, owner="vendor", cause="disk", **who)
    tickets.resume(there, **who)
    tickets.resolve(there, cause="disk", solution="replaced", **who)
    tickets.reopen(there, reason="again", **who)
    exchange(connected)
    types = [line["type"] for line in partner.lines["TT-0001"]]
    assert types == [
        "reported",
        "accepted",
        "contacted",
        "noted",
        "severity_changed",
        "attached",
        "hold",
        "resumed",
        "resolved",
        "reopened",
    ]
    assert partner.lines["TT-0001"][2]["facts"]["author"] == world.engineer.name
    assert partner.lines["TT-0001"][8]["facts"]["solution"] == "replaced"
    assert not Outgoing.objects.exclude(state="sent").exists()


def test_what_is_internal_stays_here_unless_notes_are_shared(world, make, partner):
    connection = make(partner.url, shares_notes=False)
    exchange(connection)
    ticket = make_ticket(world, at=now())
    tickets.note(ticket, text="between us", actor=world.engineer, at=now())
    exchange(connection)
    assert [line["type"] for line in partner.lines["TT-0001"]] == ["reported"]


def test_confidential_tickets_and_other_kinds_are_not_told(world, make, partner):
    connection = make(partner.url, kinds=["fault"])
    exchange(connection)
    make_ticket(world, at=now(), kind="consultation")
    make_ticket(world, at=now(), is_confidential=True)
    assert not Link.objects.exists()
    assert connection.mappings.filter(what="site").count() == 2


def test_a_place_without_counterpart_holds_the_ticket_until_it_is_mapped(world, connected, partner):
    ticket = make_ticket(world, at=now(), site=world.other_site, equipment=None)
    tickets.contact(ticket, text="hello", actor=world.engineer, at=now())
    exchange(connected)
    link = link_of(connected, ticket)
    assert (partner.tickets, link.outgoing.first().state, link.problem != "") == ({}, "refused", True)
    pairs = [(str(world.site.pk), "7"), ("*", "8")]
    services.map_values(connected, what="site", way="out", pairs=pairs, actor=world.manager, at=now())
    services.retry(link, actor=world.manager, at=now())
    exchange(connected)
    link.refresh_from_db()
    assert [line["type"] for line in partner.lines["TT-0001"]] == ["reported", "accepted", "contacted"]
    assert (partner.tickets["TT-0001"]["site"], link.problem) == (8, "")


def test_only_what_somebody_sends_goes_where_tickets_are_chosen(world, make, partner):
    connection = make(partner.url, sends="chosen")
    exchange(connection)
    ticket = make_ticket(world, at=now())
    tickets.contact(ticket, text="before it was sent", actor=world.engineer, at=now())
    exchange(connection)
    assert partner.tickets == {}
    services.send_ticket(ticket, connection, actor=world.engineer, at=now())
    exchange(connection)
    assert [line["type"] for line in partner.lines["TT-0001"]] == ["reported", "contacted", "accepted"]


# --- From there to here -------------------------------------------------------------------------


def test_their_ticket_becomes_ours_with_all_that_happened_to_it(world, connected, partner):
    partner.report(subject="Scanner", description="No light", severity=3, contact={"name": "Li Na", "phone": "1", "email": ""})
    partner.line("TT-0001", "contacted", "We look at it")
    partner.files["TT-0001", "5"] = b"plain words"
    file = {"id": 5, "name": "a.txt", "size": 11, "content_type": "text/plain"}
    partner.line("TT-0001", "attached", attachments=[file])
    partner.move("TT-0001", "accept")
    partner.move("TT-0001", "resolve", cause="bulb", solution="new bulb")
    exchange(connected)
    ticket = Ticket.objects.get(subject="Scanner")
    assert (ticket.external_id, ticket.external_source, ticket.site) == ("TT-0001", connected.source, world.site)
    assert (ticket.severity, ticket.contact_name, ticket.status, ticket.resolution) == (3, "Li Na", "resolved", "new bulb")
    assert said(ticket) == [("contacted", "We look at it", "Wang Wu")]
    with ticket.attachments.get().file.open("rb") as content:
        assert content.read() == b"plain words"
    assert set(ticket.events.exclude(actor=None).values_list("actor", flat=True)) == {connected.account_id}


def test_what_came_from_there_is_not_sent_back(world, connected, partner):
    partner.report()
    partner.line("TT-0001", "contacted", "hello")
    partner.move("TT-0001", "hold", owner="vendor", cause="part")
    exchange(connected)
    before = len(partner.lines["TT-0001"])
    exchange(connected)
    assert not Outgoing.objects.exists()
    assert len(partner.lines["TT-0001"]) == before
    assert Ticket.objects.get().status == "waiting"


def test_what_we_did_there_does_not_come_back(there, world, connected, partner):
    tickets.contact(there, text="once", actor=world.engineer, at=now())
    for _each in range(3):
        exchange(connected)
    there.refresh_from_db()
    assert said(there) == [("contacted", "once", "")]


def test_what_is_read_twice_is_taken_once(there, connected, partner):
    partner.line("TT-0001", "contacted", "hello")
    exchange(connected)
    link = link_of(connected, there)
    Link.objects.filter(pk=link.pk).update(wants_words=True, is_due=True, seq=1)
    exchange(connected)
    assert said(there) == [("contacted", "hello", "Wang Wu")]


def test_tickets_of_places_that_are_not_mapped_are_left_alone(world, connected, partner):
    partner.report(site=99)
    exchange(connected)
    assert (Ticket.objects.count(), Link.objects.get().is_outside) == (0, True)
    pairs = [(str(world.site.pk), "99")]
    services.map_values(connected, what="site", way="in", pairs=pairs, actor=world.manager, at=now())
    exchange(connected)
    assert Ticket.objects.get().site == world.site


def test_a_ticket_that_they_made_from_ours_is_not_made_again(world, connected, partner):
    ticket = make_ticket(world, at=now())
    Link.objects.all().delete()
    partner.report(external_id=ticket.number)
    exchange(connected)
    assert Ticket.objects.count() == 1
    assert ticket.number in Link.objects.get().problem


def test_a_customers_account_replies_and_does_only_what_customers_may(world, make, partner):
    connection = make(partner.url, account=world.supervisor, sends="chosen")
    exchange(connection)
    ticket = make_ticket(world, at=now(), actor=world.engineer)
    services.send_ticket(ticket, connection, actor=world.engineer, at=now())
    exchange(connection)
    partner.line("TT-0001", "contacted", "still down")
    partner.move("TT-0001", "resolve", cause="c", solution="s")
    exchange(connection)
    ticket.refresh_from_db()
    assert said(ticket) == [("replied", "still down", "Wang Wu")]
    assert (ticket.status, link_of(connection, ticket).problem != "") == ("new", True)


# --- Both at once -------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "counts"), [("ours", 1), ("theirs", 4), ("latest", 1)])
def test_both_changed_the_severity(world, make, partner, rule, counts):
    connection = make(partner.url, severity_rule=rule)
    exchange(connection)
    ticket = make_ticket(world, at=now())
    exchange(connection)
    partner.severity("TT-0001", 4)  # long ago
    tickets.set_severity(ticket, severity=1, reason="worse", actor=world.engineer, at=now())
    exchange(connection)
    ticket.refresh_from_db()
    assert (ticket.severity, partner.tickets["TT-0001"]["severity"]) == (counts, counts)
    found = Conflict.objects.get()
    assert (found.ours, found.theirs, found.before, found.winner) == ("1", "4", "2", "theirs" if counts == 4 else "ours")


def test_who_cannot_go_back_counts(there, world, connected, partner):
    tickets.cancel(there, reason="not needed", actor=world.dispatcher, at=now())
    type(connected).objects.update(status_rule="theirs")
    partner.move("TT-0001", "hold", owner="vendor", cause="part")
    exchange(connected)
    there.refresh_from_db()
    found = Conflict.objects.get()
    assert (there.status, partner.tickets["TT-0001"]["status"], found.winner, found.is_final) == ("cancelled", "cancelled", "ours", True)


def test_a_severity_that_they_do_not_change_any_more_is_theirs(there, world, connected, partner):
    partner.move("TT-0001", "resolve", cause="c", solution="s")
    tickets.set_severity(there, severity=1, reason="worse", actor=world.engineer, at=now())
    partner.says["set-severity"] = [(409, {"code": "move_not_allowed", "detail": "it is resolved"})]
    exchange(connected)
    exchange(connected)
    there.refresh_from_db()
    assert (there.severity, there.status, partner.tickets["TT-0001"]["severity"]) == (2, "resolved", 2)
    assert Conflict.objects.get().is_final


def test_what_changes_there_while_we_send_is_read_first(there, world, connected, partner):
    tickets.resolve(there, cause="c", solution="s", actor=world.engineer, at=now())
    partner.says["resolve"] = [lambda: partner.line("TT-0001", "contacted", "in between")]
    exchange(connected)
    assert said(there) == [("contacted", "in between", "Wang Wu")]
    assert partner.tickets["TT-0001"]["status"] == "resolved"


def test_a_status_that_does_not_fit_is_a_problem_and_not_tried_for_ever(there, world, connected, partner):
    pairs = [("resolved", "new"), ("accepted", "accepted")]
    services.map_values(connected, what="status", way="out", pairs=pairs, actor=world.manager, at=now())
    tickets.resolve(there, cause="c", solution="s", actor=world.engineer, at=now())
    tickets.contact(there, text="goes on", actor=world.engineer, at=now())
    exchange(connected)
    link = link_of(connected, there)
    assert link.problem
    assert (link.is_due, partner.lines["TT-0001"][-1]["text"]) == (False, "goes on")


# --- Trouble ------------------------------------------------------------------------------------


def test_what_happens_in_an_outage_arrives_after_it_in_order_and_once(there, world, connected, partner):
    partner.says["/"] = [0, 503, 502, 0]
    partner.says["changes"] = [0, 503]
    texts = [f"message {number}" for number in range(5)]
    for text in texts:
        tickets.contact(there, text=text, actor=world.engineer, at=now())
    exchange(connected)
    assert (connected.failures, connected.failing_since is not None, connected.error != "") == (1, True, True)
    partner.says.clear()
    exchange(connected)
    assert (connected.failures, connected.failing_since) == (0, None)
    assert [line["text"] for line in partner.lines["TT-0001"] if line["type"] == "contacted"] == texts


def test_an_answer_that_is_lost_does_nothing_twice(world, connected, partner):
    ticket = make_ticket(world, at=now())
    tickets.contact(ticket, text="once", actor=world.engineer, at=now())
    done = partner.report(mine=True, external_id=ticket.number)  # they made it, and we did not hear so
    partner.line(done["number"], "contacted", "once", mine=True, external_id=f"{ticket.number}#2")
    exchange(connected)
    assert [line["type"] for line in partner.lines["TT-0001"]] == ["reported", "contacted", "accepted"]
    assert Link.objects.get().key == "TT-0001"


def test_a_ticket_that_fails_keeps_no_other_waiting(there, world, connected, partner):
    other = make_ticket(world, at=now(), subject="another")
    tickets.contact(there, text="poison", actor=world.engineer, at=now())
    partner.says["TT-0001"] = [500]
    exchange(connected)
    assert {row["subject"] for row in partner.tickets.values()} == {there.subject, "another"}
    assert link_of(connected, there).attempts == 1
    exchange(connected)
    assert partner.lines["TT-0001"][-1]["text"] == "poison"
    assert link_of(connected, other).key == "TT-0002"


def test_what_is_refused_holds_what_is_behind_it_until_somebody_decides(there, world, connected, partner):
    for text in ("refused", "behind"):
        tickets.contact(there, text=text, actor=world.engineer, at=now())
    partner.says["comment"] = [(400, {"code": "invalid", "detail": "no"})]
    exchange(connected)
    exchange(connected)
    link = link_of(connected, there)
    assert ([row.state for row in link.outgoing.order_by("id")][-2:], link.problem != "") == (["refused", "waiting"], True)
    services.skip(link, actor=world.manager, at=now())
    exchange(connected)
    assert [line["text"] for line in partner.lines["TT-0001"] if line["type"] == "contacted"] == ["behind"]


def test_when_the_feed_was_lost_all_is_read_again(there, connected, partner):
    partner.line("TT-0001", "contacted", "unheard")
    partner.changes.clear()
    partner.says["changes"] = [(410, {"code": "changes_forgotten", "detail": "gone"})]
    exchange(connected)
    assert said(there) == [("contacted", "unheard", "Wang Wu")]
    assert connected.cursor == 0


def test_a_paused_connection_keeps_what_happens(there, world, connected, partner):
    services.pause(connected, actor=world.manager, at=now())
    tickets.contact(there, text="kept", actor=world.engineer, at=now())
    asked = len(partner.asked)
    exchange(connected)
    assert len(partner.asked) == asked
    services.resume(connected, actor=world.manager, at=now())
    exchange(connected)
    assert partner.lines["TT-0001"][-1]["text"] == "kept"


def test_old_lines_are_forgotten_and_links_are_not(there, connected):
    worlds_end = now().replace(year=now().year + 1)
    while services.forget_next(worlds_end):
        pass
    assert not connected.entries.exists()
    assert Outgoing.objects.get().is_creation
    assert Event.objects.filter(ticket=there).exists()
    assert worlds_end > worlds.NOON
