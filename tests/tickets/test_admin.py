"""Tickets in the administration: to be looked at, not to be changed past the moves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.time import now
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Tag, Ticket

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
TICKETS = reverse("admin:tickets_ticket_changelist")


@pytest.fixture
def world(client: Client) -> World:
    world = make_promising_world()
    client.force_login(world.admin)
    return world


def test_a_ticket_shows_its_record_and_history_and_takes_no_change(client: Client, world: World) -> None:
    ticket = make_ticket(world, at=now() - timedelta(minutes=5))
    services.accept(ticket, actor=world.engineer, at=now())
    address = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    page = client.get(address).content.decode()
    assert "已受理" in page
    assert 'name="_save"' not in page
    assert client.post(address, {"subject": "别的"}).status_code == 403
    assert client.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}).status_code == 403
    history = client.get(reverse("admin:tickets_ticket_history", args=[ticket.pk]))
    assert (history.status_code, world.engineer.name in history.content.decode()) == (200, True)
    assert Ticket.objects.get(pk=ticket.pk).subject == ticket.subject


def test_the_list_takes_the_same_queries_whatever_its_length(client: Client, world: World) -> None:
    counts = []
    for _round in range(2):
        for _n in range(3):
            make_ticket(world, at=now())
        with CaptureQueriesContext(connection) as queries:
            client.get(TICKETS)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_tag_is_renamed_and_its_tickets_are_counted(client: Client, world: World) -> None:
    services.tag(make_ticket(world, at=now()), ["网洛"], actor=world.engineer, at=now())
    tag = Tag.objects.get()
    client.post(reverse("admin:tickets_tag_change", args=[tag.pk]), {"name": "网络"})
    page = client.get(reverse("admin:tickets_tag_changelist")).content.decode()
    assert "网络" in page
    assert '<td class="field-used">1</td>' in page
