"""A worker that is killed in the middle of a rehearsal leaves nothing half done, and the next one counts nothing twice."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from django.db import connection

from core.time import now
from sla.models import Clock, Commitment
from tests.processes import RedisServer, Worker, environment, until
from tests.worlds import make_promising_world, make_ticket
from tickets import services
from tickets.models import Event, Rehearsal, Ticket
from tickets.services import rehearsing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
COUNT = 3 * rehearsing.BATCH
SLOW = """
CREATE FUNCTION slow_down() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.004); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER slow_down BEFORE INSERT ON tickets_rehearsalfinding FOR EACH ROW EXECUTE FUNCTION slow_down();
"""
FAST = "DROP TRIGGER slow_down ON tickets_rehearsalfinding; DROP FUNCTION slow_down();"


def copies(ticket: Ticket, count: int) -> None:
    """As many tickets more with the same record."""

    def again(row, **facts):
        made = copy.copy(row)
        made.pk = None
        for name, value in facts.items():
            setattr(made, name, value)
        return made

    assert ticket.commitment is not None
    commitments = Commitment.objects.bulk_create([again(ticket.commitment) for _each in range(count)])
    rows = [again(ticket, number=f"C-{place}", submission=None, commitment=made) for place, made in enumerate(commitments)]
    tickets = Ticket.objects.bulk_create(rows)
    Event.objects.bulk_create([again(event, ticket=made) for made in tickets for event in ticket.events.all()])
    clocks = list(ticket.commitment.clocks.all())
    Clock.objects.bulk_create([again(clock, commitment=made) for made in commitments for clock in clocks])


def test_a_worker_killed_in_the_middle_counts_nothing_twice(redis_server: RedisServer, tmp_path: Path) -> None:
    world, at = make_promising_world(), now() - timedelta(days=2)
    ticket = make_ticket(world, at=at)
    copies(services.contact(ticket, actor=world.engineer, at=at + timedelta(minutes=45), text="已联系"), COUNT - 1)
    plan = world.contract.plan
    base = plan.versions.get()
    content = copy.deepcopy(base.data)
    content["promises"][0]["target"] = "30min"
    days = {"first": at.date() - timedelta(days=1), "last": at.date() + timedelta(days=1)}
    begun = services.begin_rehearsal(plan, base=base, content=content, calendars={}, actor=world.manager, at=now(), **days)
    with connection.cursor() as cursor:
        cursor.execute(SLOW)
    env = environment(REDIS_URL=redis_server.url, DATA_DIR=str(tmp_path))
    broker = Celery("test", broker=redis_server.url, set_as_current=False)
    try:
        worker = Worker(env)
        broker.send_task(rehearsing.waker.task, queue=rehearsing.waker.queue, ignore_result=True)
        until(lambda: Rehearsal.objects.get().done, seconds=60, what="no batch was done")
        worker.kill()
        begun.refresh_from_db()
        assert 0 < begun.done < COUNT, "it was killed in the middle"
        assert begun.findings.count() == begun.done
        with connection.cursor() as cursor:
            cursor.execute(FAST)
        worker = Worker(env)
        broker.send_task(rehearsing.waker.task, queue=rehearsing.waker.queue, ignore_result=True)  # as beat does every half minute
        until(lambda: not Rehearsal.objects.get().is_live, seconds=60, what="it was not finished")
        worker.stop()
    finally:
        broker.close()
    begun.refresh_from_db()
    assert (begun.state, begun.done, begun.differing) == ("finished", COUNT, COUNT)
    count = begun.counts.get(promise="response")
    assert (count.kept_before, count.missed_after, count.newly_missed) == (COUNT, COUNT, COUNT)
    assert begun.findings.values("ticket").distinct().count() == begun.findings.count() == COUNT
