"""The nightly comparison finds, lists and mends what differs; a dry run shows what would be exchanged."""

from __future__ import annotations

import json

import pytest

from core.time import now
from peers import services
from peers.models import Difference, Link
from tests.peers.conftest import exchange
from tests.peers.test_exchange import said
from tickets import services as tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_differences_are_found_listed_and_mended(there, world, connected, partner):
    tickets.contact(there, text="lost", actor=world.engineer, at=now())
    exchange(connected)
    partner.tickets["TT-0001"].update(severity=4, subject="renamed")
    partner.lines["TT-0001"].pop()
    Link.objects.update(seq=99)
    partner.line("TT-0001", "contacted", "unread")
    services.compare_now(connected, actor=world.manager, at=now())
    type(connected).objects.update(cursor=len(partner.changes))
    exchange(connected)
    found = {each.what: each for each in Difference.objects.all()}
    assert set(found) == {"severity", "subject", "missing_there", "missing_here"}
    assert (found["severity"].ours, found["severity"].theirs) == ("2", "4")
    for what, ours in (("severity", True), ("missing_there", True), ("missing_here", False)):
        services.mend(found[what], ours=ours, actor=world.manager, at=now())
    exchange(connected)
    exchange(connected)  # what was sent comes back as news, and is looked at first
    services.compare_now(connected, actor=world.manager, at=now())
    exchange(connected)
    assert set(Difference.objects.values_list("what", flat=True)) == {"subject"}
    assert partner.tickets["TT-0001"]["severity"] == 2
    assert [words for _type, words, _who in said(there)] == ["lost", "unread"]


def test_the_night_compares_each_connection_once(there, connected, partner):
    assert services.begin_comparisons(now()) == 1
    exchange(connected)
    assert connected.compared_at is not None
    assert services.begin_comparisons(now()) == 0


def test_a_dry_run_shows_what_is_missing_and_changes_nothing(there, connected, partner):
    rows = {row.name: row for row in services.sent(connected, there)}
    assert (rows["subject"].theirs, rows["severity"].theirs, rows["site"].theirs) == (there.subject, "2", "7")
    document = {"subject": "x", "status": "in_progress", "severity": 9, "kind": "fault", "site": 7}
    taken = {row.name: row for row in services.received(connected, json.dumps(document))}
    assert (taken["status"].ours, taken["severity"].is_missing, taken["site"].ours) == ("accepted", True, str(there.site_id))
    assert Ticket.objects.count() == 1
