"""The demo world's part of: service catalogue."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.core.management import call_command

from catalogue import services
from catalogue.models import Item
from core.queue import drain
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from catalogue.models import Request
    from servicedesk.demo.world import Customer, World

DAY = timedelta(days=1)


def fill(made: World, at: datetime) -> None:
    """Six requests, each in another state, and a campaign that is under way."""
    call_command("load_catalogue", stdout=StringIO())
    _requests(made, made.customers[0], at)
    _campaign(made, at)


def _requests(made: World, home: Customer, at: datetime) -> None:
    site, machine = home.sites[0], home.equipment[0]
    engineer = made.engineers[site.region.office_id][0]
    dispatcher = made.dispatchers[site.region.office_id]
    move = _ask(home, "relocation", at - 9 * DAY, {
        "machines": [str(machine.pk)], "from-place": str(site.pk), "destination": "new", "address": "新门诊楼 B1 层机房",
        "wanted-on": f"{(at + 12 * DAY).date()}", "standstill": "8", "remarks": "请避开周一门诊高峰。",
    })  # fmt: skip
    _quote(
        move, "勘查新机房；周六 22:00 停机，拆卸、包装、搬运；周日 06:00 前上架、通电、逐项核对配置。", (24, 9600), engineer, at - 8 * DAY
    )
    services.approve(move, actor=home.supervisor, at=at - 7 * DAY, number=1, text="同意，请提前一天通知信息科。")
    upgrade = _ask(home, "representative", at - 6 * DAY, {
        "form": "stay", "days": "5", "from": f"{(at + 20 * DAY).date()}", "place": str(site.pk), "duties": "等级评审期间驻场保障。",
    })  # fmt: skip
    _quote(upgrade, "驻场工程师一名，每日 08:00 至 20:00，评审当天增派一名。", (60, 12000), engineer, at - 5 * DAY)
    _ask(home, "emergency-supply", at - 30 * timedelta(minutes=1), {
        "machine": str(machine.pk), "part": "电源模块 800W", "quantity": "2", "reason": "冗余电源已坏一个，另一个告警。",
    })  # fmt: skip
    refused = _ask(home, "expansion", at - 20 * DAY, {"machine": str(machine.pk), "resources": ["storage"], "growth": "35", "horizon": "3"})
    _answered(refused, engineer, home, at - 15 * DAY)
    other = made.customers[1]
    tuning = _ask(other, "tuning", at - 4 * DAY, {
        "machine": str(other.equipment[0].pk), "symptoms": ["slow", "disk"], "users": "260", "details": "上午 9 点到 10 点查询要等半分钟。",
    })  # fmt: skip
    if tuning.approval == "to_quote":
        _quote(
            tuning,
            "采集一周数据，分析慢查询，调整索引与参数。",
            (16, 2400),
            made.engineers[other.sites[0].region.office_id][0],
            at - 3 * DAY,
        )
        services.refuse(tuning, actor=other.supervisor, at=at - 2 * DAY, number=1, text="费用超出今年预算，请给出分期方案。")
    training = _ask(home, "training", at - 2 * DAY, {"course": "数据库日常维护", "people": "12", "form": "onsite", "place": str(site.pk)})
    if not training.may_begin:
        services.override(training, actor=dispatcher, at=at - DAY, reason="讲师本周在本地，先行安排，费用随后报价。")


def _ask(customer: Customer, code: str, at: datetime, values: dict[str, Any]) -> Request:
    asking = services.Asking(item=Item.objects.get(code=code), site=customer.sites[0], values=values)
    return services.ask(asking, actor=customer.supervisor, at=at)


def _quote(row: Request, plan: str, costs: tuple[int, int], engineer: Any, at: datetime) -> None:
    lines = [services.Line(text="实施服务", quantity=Decimal(1), unit="项", price=Decimal(costs[1]))]
    draft = services.QuoteDraft(plan=plan, hours=Decimal(costs[0]), valid_until=(at + 30 * DAY).date(), lines=lines)
    services.quote(row, draft, actor=engineer, at=at)


def _answered(row: Request, engineer: Any, customer: Customer, at: datetime) -> None:
    """What was free is advised on and confirmed."""
    if not row.may_begin:
        return
    ticket = tickets.contact(row.ticket, actor=engineer, at=at, text="已收集近一年的容量数据，正在测算。")
    ticket = tickets.resolve(
        ticket, actor=engineer, at=at + 3 * DAY, cause="按年增长 35% 测算", solution="建议书已提交：增配 20 TB，可用三年。"
    )
    tickets.confirm(ticket, actor=customer.supervisor, at=at + 4 * DAY)


def _campaign(made: World, at: datetime) -> None:
    """A release for the most common maker: assessed, told, and everybody at another step."""
    model = made.customers[0].equipment[0]
    begun = at - 25 * DAY
    draft = services.ReleaseDraft(
        maker=model.maker, product=f"{model.model} 数据库", version="8.1.4", for_models=[model.model], severity="important",
        published_on=(begun - 2 * DAY).date(), notes="修复归档切换时可能丢失事务的缺陷；慢查询日志增加执行计划。",
        notes_en="Mends a defect by which transactions may be lost when archives are switched; the log of slow queries shows their plans.",
    )  # fmt: skip
    campaign = services.open_campaign(draft, actor=made.manager, at=begun)
    items = list(campaign.items.select_related("organization").order_by("pk"))
    engineer = made.engineers[made.customers[0].sites[0].region.office_id][0]
    told = items[:-1] or items
    services.assess(told, applies=True, risk="升级时重启一次，约十分钟；先备份配置。", actor=engineer, at=begun + 3 * DAY)
    for days in (3, 17):
        drain(services.tell_next_group, at=begun + days * DAY)
    people = {customer.organization.pk: customer.supervisor for customer in made.customers}
    agreed = [item for item in told if item.organization_id != made.customers[0].organization.pk] or told[1:]
    for item in agreed[:3]:
        services.accept([item], actor=people[item.organization_id], at=at - 5 * DAY, wanted_on=(at + 2 * DAY).date(), text="请在夜间进行。")
    if agreed[:2]:
        planned = services.schedule(agreed[:2], on=(at + 2 * DAY).date(), actor=made.manager, at=at - 4 * DAY)
        approved = [row for row in planned if row.ticket and row.ticket.service_request.may_begin]
        if approved:
            services.carry_out(approved[:1], actor=engineer, at=at - DAY)
    for item in agreed[3:4]:
        services.decline([item], actor=people[item.organization_id], at=at - 5 * DAY, text="该设备年底退役。")
