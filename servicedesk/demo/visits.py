"""The board of one office as it stands now: over, on site, on the way, late, still to come, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts import services as accounts
from tickets import services as tickets
from visits import services
from visits.engine import snapped
from visits.models import Status
from visits.selectors import plan_of_work

if TYPE_CHECKING:
    from accounts.models import User
    from servicedesk.demo.world import Customer, World
    from tickets.models import Ticket
    from visits.models import Visit

HOUR = timedelta(hours=1)
WHY = "远程无法处理，需要到场。"
NOW = (
    # place among the office's engineers, hours from now, how long, how far it is, subject
    (0, -5.0, 2.0, Status.DONE, "核心交换机端口告警，更换模块"),
    (0, -1.0, 2.5, Status.ON_SITE, "存储控制器更换"),
    (1, 0.5, 2.0, Status.DEPARTED, "会议系统无声，检查功放"),
    (2, -0.5, 1.5, Status.PLANNED, "终端升级后无法登录"),
    (2, 2.0, 1.0, Status.PLANNED, "打印网关离线"),
)
LATER = (
    # place among the engineers, days from today, from, how long, subject
    (0, 1, 9.0, 2.0, "机房空调联动测试"),
    (0, 1, 10.5, 2.0, "负载均衡证书更换"),
    (1, 1, 14.0, 3.0, "备份一体机扩容"),
    (2, 1, 9.5, 2.0, "自助机读卡器更换"),
    (1, 2, 9.5, 4.0, "数据库服务器内存扩容"),
)
WAITING = ((1, "门诊收费终端全部离线"), (2, "影像归档存储降级，需换硬盘"), (3, "候诊区大屏黑屏"))


@dataclass(frozen=True, slots=True)
class Office:
    """One office and a customer of its region, at the moment the demo is made."""

    customer: Customer
    engineers: list[User]
    dispatcher: User
    at: datetime

    def moment(self, days: int, hour: float) -> datetime:
        """Answer an hour of a day from today, by the clock on the wall."""
        midnight = timezone.localtime(self.at).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=days) + hour * HOUR


def send_out(made: World, at: datetime) -> None:
    """Let the first customer's office have work on its board."""
    customer = made.customers[0]
    office = customer.sites[0].region.office_id
    here = Office(customer, made.engineers[office], made.dispatchers[office], at)
    for place, offset, hours, state, subject in NOW:
        start = snapped(at + offset * HOUR)
        _carry_on(_plan(here, here.engineers[place], start, hours, subject), here, state)
    for place, days, hour, hours, subject in LATER:
        _plan(here, here.engineers[place], here.moment(days, hour), hours, subject)
    for severity, subject in WAITING:
        _ask(here, severity, subject)
    _be_away(here, here.engineers[2])


def _be_away(here: Office, person: User) -> None:
    """Tomorrow afternoon somebody else stands in."""
    begins = here.moment(1, 13.5)
    accounts.enter_absence(
        person, starts_at=begins, ends_at=begins + 4.5 * HOUR, deputy=here.engineers[0], actor=person, at=here.at
    )  # fmt: skip


def _report(here: Office, engineer: User | None, severity: int, subject: str, at: datetime) -> Ticket:
    """A fault that waits, or work asked for that an engineer has and has agreed a time for."""
    equipment = here.customer.equipment[severity % len(here.customer.equipment)]
    report = tickets.Report(
        kind="request" if engineer else "fault", severity=severity, subject=subject, site=equipment.site, equipment=equipment
    )
    ticket = tickets.report(report, actor=here.customer.supervisor, at=at)
    if engineer is None:
        return ticket
    ticket = tickets.assign(ticket, actor=here.dispatcher, at=at, assignee=engineer)
    return tickets.contact(ticket, actor=engineer, at=at, via="call", text=f"您好，我是{engineer.name}，已与您约定上门时间。")


def _ask(here: Office, severity: int, subject: str) -> None:
    """A fault that somebody has to go to; the last of them has a visit without engineer and time."""
    asked = here.at - timedelta(minutes=20 * severity)
    ticket = _report(here, None, severity, subject, asked)
    tickets.request_onsite(ticket, actor=here.dispatcher, at=asked, reason=WHY)
    if severity == WAITING[-1][0]:
        services.plan(services.VisitDraft(ticket=ticket, reason=WHY), actor=here.dispatcher, at=here.at)


def _plan(here: Office, engineer: User, start: datetime, hours: float, subject: str) -> Visit:
    at = min(start, here.at) - HOUR
    ticket = _report(here, engineer, 3, subject, at)
    draft = services.VisitDraft(ticket=ticket, reason=WHY, lead=engineer, starts_at=start, ends_at=start + hours * HOUR)
    return services.plan(draft, actor=here.dispatcher, at=at)


def _carry_on(visit: Visit, here: Office, state: str) -> None:
    """Let a visit go as far as it has got by now."""
    engineer, start = visit.lead, visit.starts_at
    if state == Status.PLANNED or engineer is None or start is None:
        return
    services.propose_plan(visit, actor=engineer, at=visit.created_at, text="更换部件并做功能测试。", risk="业务可能短时中断", minutes=90)
    proposed, _answer = plan_of_work(visit)
    if proposed is not None:
        services.approve_plan(visit, actor=here.customer.supervisor, at=visit.created_at, proposal=proposed.seq)
    services.depart(visit, actor=engineer, at=min(start, here.at) - HOUR / 2)
    if state == Status.DEPARTED:
        return
    services.check_in(visit, actor=engineer, at=start)
    if state == Status.DONE:
        services.check_out(visit, actor=engineer, at=start + 1.75 * HOUR, work="更换部件，测试正常。", result="solved")
