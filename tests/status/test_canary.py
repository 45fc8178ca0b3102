"""The canary goes the way of every report, is seen by nobody, and leaves only its times."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.core import mail

from customers import selectors as customers
from notifications.models import Message
from notifications.services import deliver_next_batch
from sla.models import Clock, Commitment, Escalation
from status import selectors, services
from status.models import Canary
from tests.processes import environment, until
from tests.worlds import NOON, make_ticket
from tickets import selectors as tickets
from tickets.figures import behind, cells, daily
from tickets.figures.period import Period
from tickets.models import Event, Ticket
from tickets.services import escalate_due, forget_canary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.processes import RedisServer, Worker
    from tests.worlds import World

pytestmark = pytest.mark.django_db


def after(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


def under_way() -> Canary:
    canary = services.report_canary(NOON)
    assert canary is not None
    return canary


def test_it_is_reported_escalated_delivered_and_leaves_only_its_times(world: World) -> None:
    before = {model: model.objects.count() for model in (Ticket, Commitment, Clock, Escalation, Message, Event)}
    canary = under_way()
    assert canary.level_at == after(15)
    escalate_due(after(14))
    assert selectors.progress(canary) == (None, None)
    escalate_due(after(17))
    services.watch_canaries(after(18))
    canary.refresh_from_db()
    assert (canary.level_late, canary.delivered_at) == (2, None)
    deliver_next_batch(after(20))
    assert services.watch_canaries(after(30)) == 1
    canary.refresh_from_db()
    assert (canary.ticket, canary.level_late, canary.delivery_late) == (None, 2, 5)
    assert {model: model.objects.count() for model in before} == before
    assert not Ticket.history.filter(number__startswith="CANARY").exists()
    assert mail.outbox == []  # nobody lives at an address that ends in .invalid


def test_an_address_that_watches_the_desk_is_sent_the_mail(world: World, settings: Any) -> None:
    settings.CANARY_ADDRESS = "watch@example.com"
    under_way()
    escalate_due(after(15))
    deliver_next_batch(after(15))
    assert [(letter.to, "CANARY-" in letter.subject) for letter in mail.outbox] == [(["watch@example.com"], True)]


def test_nobody_is_told_of_it_and_it_stands_in_no_list_and_no_figure(world: World) -> None:
    make_ticket(world)
    people = [world.engineer, world.manager, world.dispatcher, world.customer]
    day = Period(NOON.date(), NOON.date())

    def seen() -> dict[str, Any]:
        return {
            "tickets": [list(tickets.tickets_for(person)) for person in people],
            "queue": [list(tickets.queue_for(person)) for person in people if person.is_provider],
            "places": [
                [list(found(person).values_list("pk")) for found in (customers.organizations_for, customers.sites_for, customers.plans_for)]
                for person in people
            ],
            "counted": sorted(map(str, cells.execute(cells.cells(day.days)))),
            "uncounted": daily.uncounted(day),
            "behind": list(behind.rows(behind.Wanted(period=day, figure=behind.REPORTED))),
            "inboxes": Message.objects.exclude(recipient=None).count(),
        }

    escalate_due(NOON + timedelta(hours=3))
    known = seen()
    under_way()
    escalate_due(after(15))
    deliver_next_batch(after(15))
    assert Escalation.objects.filter(level="probe").exists()
    escalate_due(NOON + timedelta(hours=3))  # even one whose promise is missed, since nobody let go of it
    assert Clock.objects.get(promise="canary").state == "missed"
    assert seen() == known


def test_its_level_is_not_among_those_that_wait_for_a_name(world: World, client: Any) -> None:
    under_way()
    escalate_due(after(15))
    client.force_login(world.manager)
    assert "CANARY" not in client.get("/escalations/?state=all").content.decode()
    row = Escalation.objects.get(level="probe")
    assert client.post(f"/escalations/{row.pk}/acknowledge/").status_code == 404


def test_one_that_does_not_arrive_is_given_up_after_an_hour(world: World) -> None:
    canary = under_way()
    assert services.watch_canaries(NOON + timedelta(minutes=59)) == 0
    assert services.watch_canaries(NOON + timedelta(minutes=60)) == 1
    canary.refresh_from_db()
    assert (canary.lost_at, canary.fired_at) == (NOON + timedelta(hours=1), None)
    assert not Ticket.objects.filter(is_canary=True).exists()


def test_where_nothing_is_set_up_there_is_none() -> None:
    assert services.report_canary(NOON) is None
    assert not Canary.objects.exists()


def test_the_next_is_reported_after_five_minutes_however_often_one_asks(world: World) -> None:
    asked = [services.report_canary(after(seconds)) is not None for seconds in (0, 0, 299, 300, 301)]
    assert asked == [True, False, False, True, False]


def test_old_ones_are_forgotten(world: World) -> None:
    under_way()
    services.report_canary(NOON + timedelta(days=32))
    assert [row.reported_at for row in Canary.objects.all()] == [NOON + timedelta(days=32)]


def test_no_other_ticket_can_be_forgotten(world: World) -> None:
    ticket = make_ticket(world)
    with pytest.raises(ValueError, match="no canary"):
        forget_canary(ticket)
    assert Ticket.objects.filter(pk=ticket.pk).exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_real_workers_carry_it(world: World, start_worker: Callable[..., Worker], redis_server: RedisServer, tmp_path: Path) -> None:
    env = environment(REDIS_URL=redis_server.url, EMAIL_URL="dummymail://", DATA_DIR=str(tmp_path))
    start_worker(env)
    with Celery("beat", broker=redis_server.url, set_as_current=False) as beat:

        def asked(task: str, queue: str) -> None:
            beat.send_task(task, queue=queue, ignore_result=True)

        asked("status.tasks.canary", "celery")
        until(Canary.objects.exists, seconds=60, what="no canary was reported")
        canary = Canary.objects.get()
        # its level is brought nearer, so that nobody has to wait for it here
        Clock.objects.filter(commitment=canary.ticket.commitment_id).update(attend_at=canary.reported_at)

        def arrived() -> bool:
            asked("tickets.tasks.escalate_due", "sla")
            asked("status.tasks.canary", "celery")
            time.sleep(0.5)
            return Canary.objects.filter(delivered_at__isnull=False, ticket=None).exists()

        until(arrived, seconds=60, what="the canary did not arrive")
    assert not Ticket.objects.filter(is_canary=True).exists()
