"""The nightly audit: what was changed behind the product's back is found, named, and left as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.queue import drain
from notifications.models import Message
from sla.models import Audit, AuditFinding, Clock
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import services

if TYPE_CHECKING:
    from django.test import Client

    from tickets.models import Ticket

pytestmark = pytest.mark.django_db
NIGHT = datetime.combine(NOON.date() + timedelta(days=1), datetime.min.time(), UTC) - timedelta(hours=5)
"""Three o'clock in Shanghai, the night after noon."""


@pytest.fixture
def world() -> World:
    return make_promising_world()


def forge(ticket: Ticket) -> Clock:
    """Give a clock two more hours past the product."""
    clock = Clock.objects.get(commitment=ticket.commitment, promise="diagnosis")
    Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at + timedelta(hours=2))  # type: ignore[operator]
    return clock


def run(at: datetime, **given: int) -> int:
    return drain(services.audit_next_batch, at=at, **given)


def test_a_night_in_which_all_is_well(world: World) -> None:
    for _each in range(3):
        make_ticket(world, at=NIGHT - timedelta(minutes=5))
    assert run(NIGHT) == 3
    audit = Audit.objects.get()
    assert (audit.checked, audit.differing, audit.finished_at) == (3, 0, NIGHT)
    assert audit.day == date(NOON.year, NOON.month, NOON.day) + timedelta(days=1)
    assert not Message.objects.filter(kind="audit_differs").exists()


def test_what_was_changed_past_the_product_is_named_and_left_and_told_to_managers(world: World) -> None:
    tickets = [make_ticket(world, at=NIGHT - timedelta(minutes=5)) for _each in range(3)]
    clock = forge(tickets[1])
    run(NIGHT)
    found = AuditFinding.objects.get()
    assert (found.commitment.ticket, found.promise, found.column) == (tickets[1], "diagnosis", "due_at")
    assert found.settled == clock.due_at.isoformat()  # type: ignore[union-attr]
    assert Clock.objects.get(pk=clock.pk).due_at == clock.due_at + timedelta(hours=2), "an audit rewrites nothing"  # type: ignore[operator]
    told = Message.objects.filter(kind="audit_differs", channel="inbox")
    assert {message.recipient for message in told} == {world.manager, world.admin}


def test_a_clock_that_is_gone_and_one_that_nobody_promised(world: World) -> None:
    ticket = make_ticket(world, at=NIGHT - timedelta(minutes=5))
    Clock.objects.filter(commitment=ticket.commitment, promise="response").update(promise="invented")
    run(NIGHT)
    assert {(found.promise, found.stored, found.settled) for found in AuditFinding.objects.all()} == {
        ("response", "", "running"), ("invented", "running", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("at", "begun"),
    [
        pytest.param(NIGHT - timedelta(hours=1, seconds=1), 0, id="before two o'clock it waits"),
        pytest.param(NIGHT - timedelta(hours=1), 1, id="at two o'clock it begins"),
        pytest.param(NIGHT + timedelta(hours=12), 1, id="a night that was missed is made up for"),
    ],
)
def test_it_begins_once_a_night(world: World, at: datetime, begun: int) -> None:
    make_ticket(world, at=NIGHT - timedelta(hours=2))
    for _again in range(3):
        run(at)
    assert Audit.objects.count() == begun


def test_an_audit_that_was_interrupted_goes_on_where_it_was(world: World) -> None:
    tickets = [make_ticket(world, at=NIGHT - timedelta(minutes=5)) for _each in range(3)]
    forge(tickets[0])
    assert services.audit_next_batch(NIGHT, limit=1) == 1
    assert Audit.objects.get().finished_at is None
    forge(tickets[2])
    run(NIGHT + timedelta(minutes=1))
    audit = Audit.objects.get()
    assert (audit.checked, audit.differing) == (3, 2)
    assert AuditFinding.objects.filter(audit=audit).count() == 2


def test_the_pages_name_each_difference_with_its_ticket(client: Client, world: World) -> None:
    ticket = make_ticket(world, at=NIGHT - timedelta(minutes=5))
    clock = forge(ticket)
    client.force_login(world.manager)
    assert "还没有核对" in client.get("/audits/").content.decode()
    run(NIGHT)
    audit = Audit.objects.get()
    assert "1 张工单不一致" in client.get("/audits/").content.decode()
    page = client.get(f"/audits/{audit.day}/").content.decode()
    assert ticket.number in page
    assert "到期" in page
    assert clock.due_at.isoformat() in page  # type: ignore[union-attr]
    assert client.get("/audits/yesterday/").status_code == 404
    assert client.get("/audits/2020-01-01/").status_code == 404


def test_the_list_of_differences_costs_the_same_whatever_its_length(client: Client, world: World) -> None:
    forge(make_ticket(world, at=NIGHT - timedelta(minutes=5)))
    run(NIGHT)
    client.force_login(world.manager)
    counts = []
    for more in (0, 6):
        for _each in range(more):
            held = make_ticket(world, at=NIGHT - timedelta(minutes=5)).commitment
            assert held is not None
            AuditFinding.objects.create(audit=Audit.objects.get(), commitment=held, promise="x", cycle=1, found_at=NIGHT)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/audits/{Audit.objects.get().day}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
