"""Visits for tests, made through the services."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.worlds import NOON, make_ticket
from visits import services
from visits.selectors import plan_of_work

if TYPE_CHECKING:
    from tests.worlds import World
    from tickets.models import Ticket
    from visits.models import Visit

HOUR = timedelta(hours=1)
TOMORROW = NOON + timedelta(days=1)


def photo(name: str = "room.png", colour: str = "navy") -> SimpleUploadedFile:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def make_visit(world: World, ticket: Ticket | None = None, *, at: datetime = NOON, **facts: Any) -> Visit:
    """A visit for a ticket tomorrow at noon, by the world's engineer."""
    given = {
        "ticket": ticket or make_ticket(world, at=at),
        "reason": "电话和远程均无法解决",
        "lead": world.engineer,
        "starts_at": TOMORROW,
        "ends_at": TOMORROW + 2 * HOUR,
        **facts,
    }
    return services.plan(services.VisitDraft(**given), actor=world.dispatcher, at=at)


def approve(visit: Visit, world: World, at: datetime = NOON) -> Visit:
    """The plan of work is proposed, and approved in the portal."""
    services.propose_plan(visit, actor=world.engineer, at=at, text="更换电源模块", risk="短时中断", minutes=60)
    proposed, _answer = plan_of_work(visit)
    return services.approve_plan(visit, actor=world.customer, at=at, proposal=proposed.seq)


def make_on_site(world: World, *, at: datetime = NOON, **facts: Any) -> Visit:
    """A visit with an approved plan whose engineer is on site."""
    visit = approve(make_visit(world, at=at, **facts), world, at)
    services.depart(visit, actor=world.engineer, at=at)
    return services.check_in(visit, actor=world.engineer, at=at + HOUR)


def make_done(world: World, *, at: datetime = NOON, **facts: Any) -> Visit:
    """A visit that is over, the fault solved."""
    visit = make_on_site(world, at=at, **facts)
    return services.check_out(visit, actor=world.engineer, at=at + 2 * HOUR, work="更换了电源模块", result="solved")
