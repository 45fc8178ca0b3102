"""The demo world's warranty: terms that end soon, quotations in every state, three remedies, a charged visit that waits for a word."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.queue import drain
from customers import services as customers
from customers.models import Equipment
from entitlements import services
from tickets import services as tickets
from tickets.models import Status, Ticket
from visits import services as visits

if TYPE_CHECKING:
    from datetime import date, datetime

    from customers.models import Term
    from entitlements.models import QuotationRequest
    from servicedesk.demo.world import Customer, World

DAY = timedelta(days=1)
YEAR = 365 * DAY
ENDS = (8, 21, 44, 72)
"""In how many days the extended warranties of the first customers' equipment end."""
PRICES = (Decimal("18000.00"), Decimal("26500.00"), Decimal("9800.00"), Decimal("42000.00"))


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    day = customers.today(at)
    who: dict[str, Any] = {"actor": made.manager, "at": at - 40 * DAY}
    for work, hourly, flat in (("remote", "200.00", "0.00"), ("onsite", "320.00", "260.00"), ("software", "400.00", "0.00")):
        services.set_rate(work, hourly=Decimal(hourly), flat=Decimal(flat), valid_from=day - 2 * YEAR, **who)
    terms = [_term(customer, made, day, place, at) for place, customer in enumerate(made.customers[: len(ENDS)])]
    first = customers.enter_term(
        customers.Stated(
            kind="software", starts_on=day - YEAR, equipment=made.customers[0].equipment[0], source="合同第七条：软件自验收签字起三年"
        ),
        **who,
    )
    assert first.ends_on > day
    customers.follow_terms(at - 40 * DAY)
    for back in (40, 20, 5, 0):
        drain(services.attend_next_batch, at=at - back * DAY)
    _quote(made, terms, day, at)
    _remedy(made, at)
    _charge(made, at)


def _term(customer: Customer, made: World, day: date, place: int, at: datetime) -> Term:
    ends = day + ENDS[place] * DAY
    stated = customers.Stated(
        kind="extension",
        equipment=customer.equipment[-1],
        starts_on=ends - YEAR + DAY,
        ends_on=ends,
        price=PRICES[place],
        source="延保协议",
        paper=f"YB-{ends:%Y}-{place + 1:03d}",
    )
    return customers.enter_term(stated, actor=made.manager, at=at - 100 * DAY)


def _quote(made: World, terms: list[Term], day: date, at: datetime) -> None:
    """One accepted, one declined, one quoted, one just asked for."""
    accepted = _offered(made, 0, terms[0], day, at)
    services.accept(accepted, actor=made.customers[0].supervisor, at=at - 2 * DAY)
    declined = _offered(made, 1, terms[1], day, at)
    services.decline(declined, actor=made.customers[1].supervisor, at=at - DAY, reason="设备明年更换，不再续保。")
    _offered(made, 2, terms[2], day, at)
    services.ask(terms[3], actor=made.customers[3].supervisor, at=at - timedelta(hours=5), wish="希望含备件，续两年。")


def _offered(made: World, place: int, term: Term, day: date, at: datetime) -> QuotationRequest:
    row = services.ask(term, actor=made.customers[place].supervisor, at=at - 6 * DAY)
    kind, starts, ends = services.usual(term, day)
    lines = (("一年延保，含人工", PRICES[place] * 2 // 3), ("备件包", PRICES[place] // 3))
    offer = services.Offer(kind=kind, scope="all", starts_on=starts, ends_on=ends, lines=lines, valid_until=day + 25 * DAY)
    return services.quote(row, offer, actor=made.manager, at=at - 4 * DAY)


def _remedy(made: World, at: datetime) -> None:
    """A repair carried out, an exchange that waits for the customer, a compensation that waits for a manager."""
    found = Ticket.objects.filter(kind="fault", equipment__isnull=False, is_free=True).exclude(status=Status.CANCELLED).order_by("-pk")
    told = (("repair", "电源模块，返厂维修", "800.00"), ("exchange", "光模块 SFP+", "960.00"), ("compensation", "会议摄像机", "12800.00"))
    for place, (ticket, (kind, what, price)) in enumerate(zip(found[:3], told, strict=False)):
        proposer = ticket.assignee or made.engineers[ticket.office_id][0]
        row = services.propose_remedy(
            ticket, services.Proposed(kind=kind, what=what, price=Decimal(price)), actor=proposer, at=at - 3 * DAY
        )
        if place == 0 and row.status == "approved":
            row = services.agree_remedy(row, actor=proposer, at=at - 2 * DAY, name=ticket.contact_name or "李主任")
            services.carry_out(row, actor=proposer, at=at - DAY)


def _charge(made: World, at: datetime) -> None:
    """A customer whose maker's warranty is over and who has no contract: the visit waits for their word."""
    site = made.customers[0].sites[0]
    organization = customers.create_organization(code="xingang-textile", name="新港纺织有限公司", short_name="新港纺织", actor=None, at=at)
    place = customers.create_site(organization, name="织造车间机房", region=site.region, address="新港路 9 号", actor=None, at=at)
    facts: dict[str, Any] = {"kind": Equipment.Kind.HARDWARE, "maker": "华为", "model": "S12700E", "serial_number": "XG-0001"}
    over = customers.today(at) - 200 * DAY
    thing = customers.create_equipment(place, name="车间核心交换机", maker_warranty_until=over, actor=None, at=at, **facts)
    engineer, dispatcher = made.engineers[site.region.office_id][-1], made.dispatchers[site.region.office_id]
    report = tickets.Report(
        kind="fault",
        severity=3,
        channel="phone",
        subject="交换机端口指示灯全灭",
        site=place,
        equipment=thing,
        contact_name="周师傅",
        contact_phone="13900001234",
    )
    ticket = tickets.report(report, actor=dispatcher, at=at - timedelta(hours=6))
    begins = at + 3 * DAY
    draft = visits.VisitDraft(
        ticket=ticket, reason="远程无法登录，需到场检查。", lead=engineer, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    visits.plan(draft, actor=dispatcher, at=at - timedelta(hours=5))
    drain(services.decide_next_batch, at=at)
