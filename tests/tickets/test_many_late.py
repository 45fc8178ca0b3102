"""Five thousand tickets run late in the same minute: a handful of mails to the person they all fall to, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as sent_mail

from accounts.models import Role
from notifications.models import Message, State
from notifications.services import deliver_next_batch
from sla.models import Clock, Commitment, Escalation
from tests.worlds import NOON, World, make_promising_world, make_ticket, make_user
from tickets import services
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model

pytestmark = [pytest.mark.django_db, pytest.mark.services, pytest.mark.slow]
LATE = 5000
AT = NOON + timedelta(minutes=61)


@pytest.fixture
def world() -> World:
    made = make_promising_world()
    made.office.lead = make_user(role=Role.MANAGER, office=made.office, name="办事处主任")
    made.office.save()
    return made


def copies(row: Any, count: int, change: Callable[[Any, int], None]) -> Sequence[Any]:
    """Write a row again and again; the first of all was made through the services."""
    model: type[Model] = type(row)
    fresh = []
    for place in range(count):
        values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key}
        fresh.append(model(**values))
        change(fresh[-1], place)
    return model._default_manager.bulk_create(fresh, batch_size=1000)


def make_many(world: World, count: int, **facts: Any) -> None:
    """As many tickets as wanted that were reported at noon, each with its record and clocks."""
    first = make_ticket(world, at=NOON, **facts)
    commitments = copies(first.commitment, count - 1, lambda _row, _place: None)

    def of_commitment(row: Any, place: int) -> None:
        row.commitment_id = commitments[place].pk

    def of_ticket(row: Any, place: int) -> None:
        row.ticket_id = tickets[place].pk

    def ticket(row: Any, place: int) -> None:
        of_commitment(row, place)
        row.number = f"SD-20260101-{place:05}"

    tickets = copies(first, count - 1, ticket)
    for clock in Clock.objects.filter(commitment=first.commitment_id):
        copies(clock, count - 1, of_commitment)
    for event in Event.objects.filter(ticket=first):
        copies(event, count - 1, of_ticket)
    for commitment, copied in zip(commitments, tickets, strict=True):
        assert commitment.pk == copied.commitment_id
    assert (Ticket.objects.count(), Commitment.objects.count()) == (count, count)


def drain(at: Any) -> None:
    while deliver_next_batch(at):
        pass


@pytest.mark.parametrize(("severity", "most"), [(2, 6), (1, 2)], ids=["ordinary: five, then one for the rest", "severity 1: one a minute"])
def test_five_thousand_late_tickets_are_a_handful_of_mails(world: World, severity: int, most: int) -> None:
    make_many(world, LATE, severity=severity)
    Message.objects.all().delete()
    for second in range(0, 20, 2):  # the sweep comes every two seconds, and delivery after it
        services.escalate_due(AT + timedelta(seconds=second))
        drain(AT + timedelta(seconds=second))
    for minutes in (1, 2, 15, 16, 30, 31):
        drain(AT + timedelta(minutes=minutes))
    lead = world.office.lead
    assert lead is not None
    told = [pk for (pk, people) in Escalation.objects.filter(outcome="fired").values_list("pk", "told") if lead.pk in people]
    assert len(told) >= LATE
    mine = Message.objects.filter(kind="escalation", channel="email", recipient=lead)
    assert sum(message.context["count"] for message in mine) == len(told), "every level stands in a row of the outbox"
    assert set(mine.values_list("state", flat=True)) == {State.SENT}
    assert not mine.filter(sent_at=None).exists()
    got = [mail for mail in sent_mail.outbox if mail.to == [lead.email]]
    assert 1 <= len(got) <= most
