"""A customer's October, small enough to be counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from core.queue import drain
from inspections import services as inspections
from inspections.models import Every
from reports import services
from surveys import services as surveys
from surveys.models import SurveyInvitation
from tests.inspections import worlds as visits
from tests.surveys.worlds import CONTENT, CROSS
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from reports.models import MonthlyReport
    from tickets.models import Ticket

OCTOBER = date(2026, 10, 1)


def at(day: int, hour: int, minute: int = 0, *, month: int = 10) -> datetime:
    """A moment in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


FIRST = at(1, 3, month=11)
"""When October's reports are made."""


def sweep(moment: datetime) -> None:
    """What the workers do until then."""
    drain(tickets.escalate_next_batch, at=moment)


def served(world: World, moment: datetime, **facts: object) -> Ticket:
    """A ticket that is answered, diagnosed and solved within an hour, and confirmed."""
    ticket = make_ticket(world, at=moment, **facts)
    ticket = tickets.accept(ticket, actor=world.engineer, at=moment)
    tickets.contact(ticket, actor=world.engineer, at=moment + timedelta(minutes=10), text="已联系")
    tickets.diagnose(ticket, actor=world.engineer, at=moment + timedelta(minutes=20), cause="磁盘写满", plan="扩容")
    ticket = tickets.resolve(ticket, actor=world.engineer, at=moment + timedelta(minutes=50), cause="磁盘写满", solution="已扩容")
    return tickets.confirm(ticket, actor=world.supervisor, at=moment + timedelta(hours=1))


def neglected(world: World, moment: datetime, **facts: object) -> Ticket:
    """A ticket that nobody touches until the sweeps have named it."""
    ticket = make_ticket(world, at=moment, **facts)
    for hours in (1, 2, 4, 8):
        sweep(moment + timedelta(hours=hours, seconds=1))
    return ticket


def make_october(world: World | None = None) -> World:
    """Two faults served, one answered late, a wait of 90 minutes, surveys (the low score opens a complaint), a complaint, visits."""
    world = world or make_promising_world()
    world.office.lead = world.manager
    world.office.save()
    served(world, at(30, 23, 30, month=9))  # reported in September, solved in October
    served(world, at(5, 9))
    served(world, at(6, 9))
    drain(surveys.invite_next_batch, at=at(7, 9))
    answers = SurveyInvitation.objects.filter(ticket__isnull=False).order_by("pk")
    for invitation, scores in zip(answers[:2], (CONTENT, CROSS), strict=True):
        surveys.answer(invitation, scores, actor=None, at=at(8, 9))
    late = neglected(world, at(12, 9), subject="#let x = [1] $y$ = 负载过高")
    tickets.contact(late, actor=world.engineer, at=at(12, 17, 30), text="抱歉，来晚了")
    waiting = make_ticket(world, at=at(20, 9), subject="等备件")
    tickets.contact(waiting, actor=world.engineer, at=at(20, 9, 5), text="已联系")
    tickets.hold(waiting, actor=world.engineer, at=at(20, 9, 10), owner="vendor", cause="等待厂家备件")
    tickets.resume(waiting, actor=world.engineer, at=at(20, 10, 40))
    inspect(world)
    make_ticket(world, at=at(31, 23, 59), kind="complaint", subject="上门迟到")
    sweep(at(31, 23, 59))
    return world


def inspect(world: World) -> None:
    """Two visits planned for October: one made on its day, one that nobody made."""
    made = visits.make_visit(world, at(1, 9), starts_on=date(2026, 10, 12), every=Every.MONTH)
    began = at(made.planned_on.day, 10)
    visits.fill(visits.start(made, world, began), world, began)
    inspections.finish(made, actor=world.engineer, at=began, said=inspections.Conclusion(summary="运行平稳", advice="建议年内扩容"))
    visits.make_visit(world, at(1, 9), starts_on=date(2026, 10, 12), every=Every.MONTH, site=world.other_site)


def make_report(world: World) -> MonthlyReport:
    """October's report, as the first of November makes it."""
    return services.make_report(world.contract, OCTOBER, actor=None, at=FIRST)
