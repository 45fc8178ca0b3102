"""Playing two years: all stories in the order of time, with everything that runs by itself in between."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation

from core.errors import DomainError
from core.queue import drain
from notifications.models import Message, State
from reports import services as reports
from servicedesk.demo import stock, stories, visits, world
from servicedesk.demo.routine import Routine
from sla.models import Clock, Escalation
from tickets import services as tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    Story = Generator[timedelta, datetime, None]

DAY = timedelta(days=1)
LATER = ("obligations", "knowledge", "loops", "surveys", "care", "catalogue", "entitlements", "training", "archive", "scoresheets")
"""The modules here that tell their part after all tickets have been told, in this order."""
FRESH_DAYS = 2
"""The last days are dense, so that the queue has something of every state."""


@transaction.atomic
def play(number: int, *, at: datetime, seed: int = 20261121, tell: Callable[[str], None] = print) -> world.World:
    """Make the world and the lives of ``number`` tickets that end up to now; the same seed makes the same world."""
    rng = Random(seed)  # noqa: S311 - a story, not a secret
    with translation.override("zh-hans"):
        made = world.build(at)
        stock.stock_up(made, at - timedelta(days=30 * world.MONTHS))
        acts: list[tuple[datetime, int, Story]] = []
        for place, start in enumerate(_starts(number, at, rng)):
            cast = stories.scene(made, rng, at_home=at - start < FRESH_DAYS * DAY and rng.random() < 0.3)  # noqa: PLR2004
            story = rng.choices(stories.KINDS, weights=stories.WEIGHTS)[0](cast)
            next(story)
            acts.append((start, place, story))
        heapq.heapify(acts)
        first = min((start for start, _place, _story in acts), default=at)
        _run(acts, Routine(made, rng, (first - DAY).replace(microsecond=0), at), tell)
        drain(reports.make_next_batch, at=at)
        world.agree(made, at)
        visits.send_out(made, at)
        stock.today(made, at)
        for app in LATER:
            import_module(f"servicedesk.demo.{app}").fill(made, at)
    _quiet(at)
    return made


def _starts(number: int, at: datetime, rng: Random) -> list[datetime]:
    """Spread the reports over two years, more by day than by night, more of late than long ago, and some over the last two days."""
    fresh = min(number, max(40, number // 12))
    span = timedelta(days=30 * world.MONTHS)
    old = [_by_day(at - rng.random() ** 2 * span, rng) for _each in range(number - fresh)]
    return [min(moment, at - timedelta(minutes=1)) for moment in old] + [
        at - rng.random() ** 3 * FRESH_DAYS * DAY for _each in range(fresh)
    ]


def _by_day(moment: datetime, rng: Random) -> datetime:
    """Move most moments into working hours (UTC+8, 08:00 to 19:00)."""
    if rng.random() < 0.2:  # noqa: PLR2004
        return moment
    return moment.replace(hour=0, minute=0) + timedelta(minutes=rng.randint(0, 11 * 60))


def _run(acts: list[tuple[datetime, int, Story]], routine: Routine, tell: Callable[[str], None]) -> None:
    places, done = count(len(acts)), 0
    while True:
        _by_itself(routine, min(acts[0][0] if acts else routine.today, routine.today))
        for moment, story in _new_stories(routine):
            heapq.heappush(acts, (moment + next(story), next(places), story))
        if not acts or acts[0][0] > routine.today:
            break
        done += _act(acts)
        if done and done % 500 == 0:
            tell(f"{done} stories told")


def _new_stories(routine: Routine) -> Iterator[tuple[datetime, Story]]:
    """Yield what begins because of something else, and when."""
    for moment, ticket in routine.came_up:
        yield moment, stories.taken_care_of(stories.scene_of(routine.world, ticket, routine.rng), ticket)
    routine.came_up.clear()
    for level in routine.levels:
        if level.told and (routine.today - level.fired_at > DAY or routine.rng.random() < 0.5):  # noqa: PLR2004
            yield level.fired_at, stories.noticed(level, routine.rng)
    routine.levels.clear()


def _act(acts: list[tuple[datetime, int, Story]]) -> bool:
    """Let the next story go on to its next act; answer whether it has come to its end."""
    moment, place, story = heapq.heappop(acts)
    moment = moment.astimezone(UTC).replace(microsecond=0)
    try:
        wait = story.send(moment)
    except StopIteration:
        return True
    except DomainError:
        return True  # the sweep or the silence was first; so it goes
    heapq.heappush(acts, (moment + wait, place, story))
    return False


def _by_itself(routine: Routine, moment: datetime) -> None:
    """Do what workers would have done up to a moment: climb each ladder when its time came, and what each day brings."""
    while True:
        due = Clock.objects.filter(attend_at__lte=moment).order_by("attend_at").values_list("attend_at", flat=True).first()
        if due is None:
            break
        if not tickets.escalate_next_batch(due):
            break
        routine.levels += Escalation.objects.filter(fired_at=due)
    routine.until(moment)


def _quiet(at: datetime) -> None:
    """Nobody wants two years of mail: what was not sent is dropped, what is old counts as read."""
    Message.objects.filter(state=State.PENDING).delete()
    Message.objects.filter(read_at__isnull=True, created_at__lt=at - DAY).update(read_at=at)
