"""A customer with some history of every kind, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from archive import selectors, services
from archive.models import ArchiveExport
from archive.scope import Scope
from customers import services as customers
from parts import services as parts
from reports import services as reports
from surveys import services as surveys
from tests.inspections.worlds import make_done_visit
from tests.parts.worlds import make_depot, make_part, stock
from tests.surveys.worlds import CONTENT, make_survey
from tests.visits.worlds import make_done
from tests.worlds import NOON, World, make_customer, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from archive.engine import Entry
    from tickets.models import Ticket

LATER = NOON + timedelta(days=2)
DAYS = selectors.Asked(date(2024, 11, 22), date(2026, 11, 22))
KINDS = {
    "configuration", "contract", "document", "downtime", "finding", "heightened", "inspection", "part", "person", "report", "survey",
    "ticket", "visit",
}  # fmt: skip


def make_history() -> World:
    """A world in which something of every kind happened at the first site."""
    world = make_promising_world()
    survey = make_survey(world)
    surveys.answer(survey, CONTENT, actor=world.customer, at=NOON)
    make_done(world)
    make_done_visit(world, failed=(1,))
    part, depot = make_part(world), make_depot(world)
    stock(world, part, depot)
    parts.exchange(part, actor=world.engineer, at=NOON, ticket=make_ticket(world, subject="电源告警"), depot=depot)
    customers.record_configuration(world.equipment, what="内存", before="64 GB", after="128 GB", actor=world.engineer, at=NOON)
    span = {"starts_at": NOON - timedelta(hours=3), "ends_at": NOON - timedelta(hours=1)}
    customers.take_down(world.equipment, **span, reason="扩容内存", actor=world.engineer, at=NOON)
    make_period(world)
    reports.make_report(world.contract, date(2026, 10, 1), actor=None, at=NOON)
    return world


def make_period(world: World) -> Any:
    """A week of heightened service, announced."""
    given = {
        "starts_at": NOON,
        "ends_at": NOON + timedelta(days=7),
        "organizations": [world.organization],
        "targets": {"response": "15min"},
    }
    period = customers.save_period(
        None, name="全国运动会保障", name_en="Games", note="", **given, actor=world.manager, at=NOON - timedelta(days=1)
    )
    return customers.announce_period(period, actor=world.manager, at=NOON - timedelta(days=1))


def entries(user: User, thing: Any, asked: selectors.Asked = DAYS, *, at: datetime = LATER, size: int = 50) -> list[Entry]:
    """Everything of a thing's archive that a person sees, page by page."""
    return list(selectors.walk(user, Scope.of(thing), asked, at=at, size=size))


def kinds(user: User, thing: Any, **given: Any) -> set[str]:
    """The kinds of entries among them."""
    return {entry.kind for entry in entries(user, thing, **given)}


def ask(world: World, *, actor: User | None = None, thing: Any = None, at: datetime = LATER, **given: Any) -> ArchiveExport:
    """An export of the whole customer for its supervisor."""
    said = {"first": DAYS.first, "last": DAYS.last, "form": "zip", "language": "zh-hans", **given}
    return services.ask(Scope.of(thing or world.organization), **said, actor=actor or world.supervisor, at=at)


def make(at: datetime = LATER) -> int:
    """What a worker does with what waits, at an instant."""
    return services.make_next(lambda: at)


def report_many(world: World, count: int, **facts: Any) -> list[Ticket]:
    """So many faults, one a minute, the last one at noon."""
    first = NOON - timedelta(minutes=count - 1)
    return [make_ticket(world, at=first + timedelta(minutes=place), subject=f"故障 {place}", **facts) for place in range(count)]


def solve(world: World, ticket: Ticket, at: datetime = NOON, *, cause: str = "磁盘写满", solution: str = "清理日志并扩容") -> Ticket:
    """The ticket, taken and solved."""
    ticket = tickets.accept(ticket, actor=world.engineer, at=at)
    return tickets.resolve(ticket, actor=world.engineer, at=at, cause=cause, solution=solution, prevention="每周清理")


def colleague(world: World) -> User:
    """Somebody of the customer who sees the second site only."""
    return make_customer(world.organization, sites=[world.other_site], email="second@example.com")


def make_export(world: World, at: datetime) -> ArchiveExport:
    """The manager's export of the whole customer, just made and kept for years."""
    row = ask(world, actor=world.manager, at=at)
    make(at)
    ArchiveExport.objects.filter(pk=row.pk).update(expires_at=at + timedelta(days=3650))
    return row
