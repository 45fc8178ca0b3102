"""The demo world's part of: complaints and feedback. Four at different stages, one of them in its second round."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Team
from loops import services
from loops.models import Source

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from loops.models import Loop
    from servicedesk.demo.world import Customer, World

HOUR = timedelta(hours=1)


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    customer = made.customers[0]
    site = customer.sites[0]
    office = site.region.office_id
    us, teams = made.dispatchers[office], list(Team.objects.filter(office=office).order_by("code"))
    _said(customer, made.engineers[office][-1], at - HOUR)
    _asked(customer, us, teams, at - 3 * HOUR)
    _told(customer, us, teams[0], at - 8 * HOUR)
    _second_round(customer, us, teams[0], at - 4 * 24 * HOUR)


def _open(customer: Customer, at: datetime, key: str, level: int, *text: str, **facts: object) -> Loop:
    subject, words = text
    given = {"source": Source.COMPLAINT, "site": customer.sites[0], **facts}
    said = services.Said(key=f"demo:{key}", level=level, subject=subject, words=words, **given)  # type: ignore[arg-type]
    return services.open_loop(said, actor=customer.person, at=at)


def _said(customer: Customer, person: User, at: datetime) -> None:
    """Said an hour ago, about somebody, by somebody who does not want to be named."""
    words = "现场沟通时态度生硬，问他原因也不解释。"
    _open(customer, at, "manner", 2, "工程师服务态度问题", words, complained_about=(person,), is_confidential=True, is_anonymous=True)


def _asked(customer: Customer, us: User, teams: list[Team], at: datetime) -> None:
    """Two departments asked: one has answered, the other is late."""
    loop = _open(customer, at, "invoice", 3, "备件费用与报价不一致", "更换硬盘的费用比报价单多出三百元，没有人说明。")
    loop = services.ask(loop, actor=us, at=at + HOUR / 4, departments=teams, question="请核实备件价格与报价单。")
    first = loop.all_rounds.get().opinions.order_by("id")[0]
    services.answer(first, actor=us, at=at + HOUR, text="报价单用了旧价目表，差额应由我方承担。")


def _told(customer: Customer, us: User, team: Team, at: datetime) -> None:
    """The customer has been told and is asked whether they agree; found on a care call."""
    words = "回访时客户反映巡检报告总是晚一周才收到。"
    loop = _open(customer, at, "report", 3, "巡检报告交付不及时", words, source=Source.CARE)
    loop = services.ask(loop, actor=us, at=at + HOUR / 2, departments=[team], question="请说明报告延误的原因和改进办法。")
    services.answer(loop.all_rounds.get().opinions.get(), actor=us, at=at + HOUR, text="报告改为巡检后三个工作日内交付。")
    services.tell(loop, actor=us, at=at + 2 * HOUR, plan="今后巡检结束后三个工作日内交付报告，逾期由办事处负责人向您说明。")


def _second_round(customer: Customer, us: User, team: Team, at: datetime) -> None:
    """Not satisfied the first time: it came back, the reason was looked into, a department is asked again."""
    words = "同一台交换机一个月内坏了三次，每次都说修好了。"
    loop = _open(customer, at, "repeated", 2, "交换机反复故障，处理不彻底", words)
    loop = services.ask(loop, actor=us, at=at + HOUR, departments=[team])
    services.answer(loop.all_rounds.get().opinions.get(), actor=us, at=at + 2 * HOUR, text="更换故障模块，并安排专人复查。")
    loop = services.tell(loop, actor=us, at=at + 2.5 * HOUR, plan="更换故障模块，专人复查一周。")
    loop = services.agree(loop, actor=customer.person, at=at + 4 * HOUR)
    done = {"cause": "电源模块老化", "result": "已更换电源模块", "measure": "同型号设备逐台检查", "measure_kind": "preventive"}
    loop = services.carry_out(loop, actor=us, at=at + 20 * HOUR, treatment="对上次处理人员进行技术复训", **done)
    loop = services.request_close(loop, actor=us, at=at + 21 * HOUR)
    loop = services.not_satisfied(loop, actor=customer.person, at=at + 44 * HOUR, words="昨晚又重启了一次，问题没有解决。")
    loop = services.look_into(loop, actor=us, at=at + 46 * HOUR, why="只换了电源，没有检查机柜供电；复查没有按计划执行。")
    services.ask(loop, actor=us, at=at + 47 * HOUR, departments=[team], question="请与机房一起检查机柜供电，提出彻底的方案。")
