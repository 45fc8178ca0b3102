"""Spare parts of the demo world: two depots, a dozen parts, what was used on site, what is on its way today."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from core.errors import DomainError
from parts import selectors, services
from parts.models import Depot, Fit, PartType, StockLevel
from tickets.models import Status, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from servicedesk.demo.world import World

DAY = timedelta(days=1)


class PartWords(NamedTuple):
    """A part to take into the catalogue, with how many there should be."""

    code: str
    name: str
    english: str
    maker: str
    number: str
    price: str
    fits: tuple[str, ...]
    minimum: int
    is_serialised: bool = False


PARTS = (
    PartWords(
        "psu-800", "交换机电源模块 800W", "Switch power supply 800 W", "华为", "PAC-800WB", "2680.00", ("S12700E",), 1, is_serialised=True
    ),
    PartWords(
        "mpu-s127", "交换机主控板", "Switch main processing unit", "华为", "ET1D2MPUA", "38600.00", ("S12700E",), 0, is_serialised=True
    ),
    PartWords("fan-s127", "交换机风扇框", "Switch fan tray", "华为", "FAN-031A", "1450.00", ("S12700E",), 2),
    PartWords("sfp-10g", "万兆光模块 SFP+", "10G SFP+ transceiver", "华为", "OMXD30000", "960.00", ("S12700E", "OceanStor 5500"), 6),
    PartWords("ssd-384", "固态盘 3.84TB", "SSD 3.84 TB", "华为", "HSSD-D7223", "6200.00", ("OceanStor 5500",), 2, is_serialised=True),
    PartWords("bbu-5500", "存储电池模块", "Storage battery unit", "华为", "BBU-5500", "1880.00", ("OceanStor 5500",), 1),
    PartWords("ctl-5500", "存储控制器", "Storage controller", "华为", "CTL-5500V5", "52000.00", ("OceanStor 5500",), 0, is_serialised=True),
    PartWords("mem-32", "内存 32GB DDR4", "Memory 32 GB DDR4", "浪潮", "M-32G-2933", "1320.00", ("InCloud Sphere", "DM8"), 4),
    PartWords("hdd-12", "SAS 硬盘 1.2TB", "SAS disk 1.2 TB", "浪潮", "H-1200-10K", "1560.00", ("InCloud Sphere", "V5.2"), 4),
    PartWords("nic-25", "双口网卡 25G", "Dual-port 25G network card", "浪潮", "N-25G-2P", "1980.00", ("InCloud Sphere", "DM8"), 1),
    PartWords("cam-zx", "会议摄像机", "Conference camera", "中兴", "ZXV10-C610", "12800.00", ("ZXV10",), 1),
    PartWords("mic-zx", "全向麦克风", "Omnidirectional microphone", "中兴", "ZXV10-M200", "2100.00", ("ZXV10",), 2),
)
DEPOTS = (
    ("east-depot", "华东备件库", "East China depot", "shanghai", "上海市浦东新区张江路 88 号 2 号库"),
    ("north-depot", "北京中心备件库", "Beijing central depot", "beijing", "北京市海淀区上地东路 5 号"),
)


def stock_up(made: World, at: datetime) -> None:
    """Fill the depots before the first ticket."""
    who: dict[str, Any] = {"actor": made.manager, "at": at}
    depots = []
    for code, name, english, office, address in DEPOTS:
        place = made.offices[office]
        facts: dict[str, Any] = {"office": place, "keeper": made.dispatchers[place.pk], "address": address}
        depots.append(services.save_depot(None, code=code, name=name, name_en=english, **facts, **who))
    for row in PARTS:
        facts = {"maker": row.maker, "number": row.number, "price": Decimal(row.price), "is_serialised": row.is_serialised}
        part = services.save_part(None, code=row.code, name=row.name, name_en=row.english, fits=row.fits, **facts, **who)
        for depot in depots:
            _receive(part, depot, row.minimum + 2, made.manager, at)
            services.set_minimum(part, depot=depot, minimum=row.minimum, **who)


def _fitting(ticket: Ticket) -> list[PartType]:
    """Answer what fits a ticket's equipment, the cheapest first."""
    model = ticket.equipment.model if ticket.equipment else ""
    return list(PartType.objects.filter(pk__in=Fit.objects.filter(model=model).values("part")).order_by("price", "pk"))


def _receive(part: PartType, depot: Depot, quantity: int, actor: User, at: datetime) -> None:
    first = part.movements.count()
    serials = [f"{part.code.upper()}-{first + place:04d}" for place in range(1, quantity + 1)] if part.is_serialised else []
    services.receive(part, actor=actor, at=at, depot=depot, quantity=quantity, serial_numbers=serials, note="年度备货")


def replace_part(ticket: Ticket, engineer: User, at: datetime) -> None:
    """Take a part that fits on a job on site; what is short is bought again."""
    fits = _fitting(ticket)
    if not fits:
        return
    part = fits[ticket.pk % len(fits)]
    sources = selectors.sources(part, 1, ticket.office)
    if not sources:
        return
    depot = sources[0][1].depot
    serial = selectors.items_in_stock(part, depot)[0].serial_number if part.is_serialised else ""
    back = f"OLD-{ticket.pk:05d}" if part.is_serialised else ""
    facts: dict[str, Any] = {"actor": engineer, "at": at, "ticket": ticket, "depot": depot, "serial_number": serial}
    services.exchange(part, **facts, serial_in=back) if ticket.pk % 3 else services.use(part, **facts)
    if sources[0][0].available <= StockLevel.objects.get(part=part, depot=depot).minimum:
        _receive(part, depot, 2, depot.keeper or engineer, at)


def today(made: World, at: datetime) -> None:
    """Leave something of every kind for whoever looks around: set aside, on its way, running low, in repair."""
    east = Depot.objects.get(code="east-depot")
    keeper = made.dispatchers[made.offices["shanghai"].pk]
    parts = {part.code: part for part in PartType.objects.all()}
    defective = StockLevel.objects.filter(defective__gt=0).select_related("part", "depot").order_by("-defective", "pk").first()
    if defective is not None:
        _send(defective, keeper, at)
    services.count(parts["bbu-5500"], actor=made.manager, at=at - DAY, depot=east, counted=0, reason="季度盘点，实物缺失")
    services.order(parts["mem-32"], actor=keeper, at=at - 2 * DAY, depot=east, quantity=4, carrier="德邦", tracking_number="DPK364512087")
    open_ones = Ticket.objects.filter(status__in=[Status.ACCEPTED, Status.IN_PROGRESS], resolved_at=None)
    rows = list(open_ones.select_related("equipment", "office").order_by("-pk"))
    waiting = next((ticket for ticket in rows if _wait_for(ticket, keeper, at)), None)
    left = [row for row in rows if row != waiting and _fitting(row)]
    for ticket in sorted(left, key=lambda row: not row.visits.filter(status="planned").exists())[:2]:
        _set_aside(ticket, keeper, at)


def _set_aside(ticket: Ticket, keeper: User, at: datetime) -> None:
    part = _fitting(ticket)[0]
    for _source, level in selectors.sources(part, 1, ticket.office)[:1]:
        visit = ticket.visits.filter(status="planned").first()
        services.reserve(part, actor=keeper, at=at, depot=level.depot, ticket=ticket, visit=visit)


def _send(level: StockLevel, keeper: User, at: datetime) -> None:
    items = selectors.items_in_stock(level.part, level.depot, conditions=("defective",))
    facts: dict[str, Any] = {"carrier": "顺丰", "tracking_number": "SF1395512201678", "expected_on": (at + 9 * DAY).date()}
    serial = items[0].serial_number if items else ""
    services.send_for_repair(level.part, actor=keeper, at=at - 3 * DAY, depot=level.depot, serial_number=serial, note="上电无输出", **facts)


def _wait_for(ticket: Ticket, keeper: User, at: datetime) -> bool:
    """Let an open fault wait for the dearest part that fits, if it can wait."""
    fits = _fitting(ticket)
    facts: dict[str, Any] = {"expected_at": at + timedelta(days=2), "carrier": "京东物流", "tracking_number": "JDVA10923301"}
    depot = Depot.objects.filter(office=ticket.office).first() or Depot.objects.earliest("code")
    try:
        services.order(fits[-1], actor=keeper, at=at, depot=depot, ticket=ticket, pauses=True, reason="现有库存留作应急", **facts)
    except (DomainError, IndexError):
        return False
    return True
