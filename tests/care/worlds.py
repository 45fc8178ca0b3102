"""Calls for tests, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from care import services
from care.models import Call, CallItem
from care.services import Conclusion, ItemSaid
from core.queue import drain
from obligations import services as obligations
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tests.worlds import World
    from tickets.models import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + 2 * HOUR


def make_calling_world(plan: str = "p3") -> World:
    """A world whose plan promises call-backs, and whose site can be reached by phone."""
    world = make_promising_world(plan)
    world.site.contact_name, world.site.contact_phone = "赵主任", "027-88001234"
    world.site.save()
    return world


def solve(world: World, *, at: datetime = NOON, ticket: Ticket | None = None, **facts: Any) -> Ticket:
    """A fault that the world's engineer has solved an hour after it was reported."""
    row = ticket or make_ticket(world, at=at, **facts)
    tickets.accept(row, actor=world.engineer, at=at + HOUR / 2)
    return tickets.resolve(row, actor=world.engineer, at=at + HOUR, cause="电源故障", solution="更换电源")


def consider(at: datetime = LATER) -> int:
    """Decide about everything nobody has looked at."""
    return drain(services.consider_next_batch, at=at)


def make_callback(world: World, *, at: datetime = NOON) -> Call:
    """The call-back of a solved fault."""
    ticket = solve(world, at=at)
    consider(at + 2 * HOUR)
    return Call.objects.get(ticket=ticket)


def take(call: Call, person: User, *, at: datetime = LATER) -> Call:
    """The person takes the call."""
    return services.claim(call, actor=person, at=at)


GOOD = {"came-back": "no", "satisfied": "5", "manner": "good"}


def answer(call: Call, person: User, *, at: datetime = LATER, answers: dict[str, str] | None = None, **said: Any) -> Call:
    """The person takes the call and reaches the customer, who is content unless said otherwise."""
    take(call, person, at=at)
    return services.conclude(call, Conclusion(answers=answers or GOOD, **said), actor=person, at=at)


def plan_inquiries(at: datetime = NOON) -> list[Call]:
    """What is owed of inquiries is entered by the planner and its calls are planned."""
    obligations.plan(at)
    drain(services.plan_next_batch, at=at, rounds=5)
    return list(Call.objects.filter(kind="inquiry").order_by("pk"))


def say_of_items(call: Call, state: str = "ok", **said: Any) -> list[ItemSaid]:
    """The same about each equipment of an inquiry."""
    return [ItemSaid(item=item.pk, state=state, **said) for item in CallItem.objects.filter(call=call)]
