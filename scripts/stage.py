"""What the demo world leaves to chance, or to whoever tries it, brought about for the pictures."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from shots import person

from core.queue import drain
from core.time import now
from customers import selectors as customers
from inspections import services as inspections
from inspections.models import ChecklistTemplate, Every
from integrations import services as webhooks
from servicedesk.demo.routine import answered
from sla import loading as plans
from sla.models import Plan
from sla.reading import read_document
from surveys import services as surveys
from surveys.models import SurveyInvitation
from tickets import services as tickets
from visits import services as visits

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment
    from tickets.models import Ticket
    from visits.models import Visit

CAUSE, SOLUTION, PREVENTION = "归档日志占满磁盘", "清理归档并扩容", "增加磁盘空间告警"


def stage() -> None:
    """Set the scene."""
    customer, engineer, at = person("customer"), person("engineer"), now()
    stage_webhooks(at)
    place = customers.equipment_for(customer)[0]
    report(customer, place, "自助机无法打印凭条", at - timedelta(minutes=6))
    stage_wait(worked_on(customer, engineer, place, "业务数据库主备切换失败", at), engineer, at)
    solve(worked_on(customer, engineer, place, "夜间批处理任务超时", at), engineer, at - timedelta(minutes=5))
    stage_journey(worked_on(customer, engineer, place, "综合业务平台登录缓慢", at), customer, engineer, at)
    stage_on_site(worked_on(customer, engineer, place, "存储阵列降级告警", at), engineer, at)
    stage_surveys(
        [worked_on(customer, engineer, place, subject, at) for subject in ("存储空间告警", "报表导出失败")], customer, engineer, at
    )
    drain(tickets.audit_next_batch, at=at)
    stage_visits(engineer, at)
    stage_version(at)
    stage_rehearsals(at)


def stage_webhooks(at: datetime) -> None:
    """An endpoint that is paused, so that the pictures call nobody; what happens from here on waits for it."""
    types = ["reported", "accepted", "contacted", "hold", "resolved", "closed"]
    given: Any = {"name": "集团服务台", "url": "https://helpdesk.example.com/hooks/desk", "payload": "full", "types": types}
    hook = webhooks.create_endpoint(**given, organization=None, actor=person("manager"), at=at)
    webhooks.pause(hook, actor=person("manager"), at=at)


def report(customer: User, place: Equipment, subject: str, at: datetime) -> Ticket:
    """A fault of severity 2."""
    said = f"{subject}，影响门诊业务。"
    return tickets.report(
        tickets.Report(kind="fault", severity=2, subject=subject, description=said, site=place.site, equipment=place), actor=customer, at=at
    )


def worked_on(customer: User, engineer: User, place: Equipment, subject: str, at: datetime) -> Ticket:
    """A ticket that was answered and diagnosed in time."""
    step = report(customer, place, subject, at - timedelta(minutes=100))
    step = tickets.accept(step, actor=engineer, at=at - timedelta(minutes=92))
    step = tickets.contact(step, actor=engineer, at=at - timedelta(minutes=88), text="您好，已收到报修，正在远程排查。")
    told = at - timedelta(minutes=45)
    return tickets.diagnose(step, actor=engineer, at=told, cause=CAUSE, plan=SOLUTION, risk="无")


def solve(ticket: Ticket, engineer: User, at: datetime) -> Ticket:
    """Say how it was solved."""
    return tickets.resolve(ticket, actor=engineer, at=at, cause=CAUSE, solution=SOLUTION, prevention=PREVENTION)


def stage_wait(ticket: Ticket, engineer: User, at: datetime) -> None:
    """It waits for the customer."""
    tickets.hold(ticket, actor=engineer, at=at - timedelta(minutes=20), owner="customer", cause="等客户安排停机窗口")


def stage_journey(ticket: Ticket, customer: User, engineer: User, at: datetime) -> None:
    """Somebody is on the way, a plan of work is proposed; another visit is still to come, one is over and its papers wait."""
    asked = at - timedelta(minutes=30)
    ticket = tickets.request_onsite(ticket, actor=customer, at=asked, reason="远程操作风险高，请派人到现场。")
    visit = planned(ticket, engineer, asked, timedelta(minutes=45))
    visits.propose_plan(
        visit, actor=engineer, at=asked, text="清理归档日志，扩容数据盘并重启业务服务。", risk="重启期间业务中断约十分钟", minutes=60
    )
    visits.depart(visit, actor=engineer, at=at - timedelta(minutes=12))
    planned(ticket, engineer, asked, timedelta(days=1))


def stage_on_site(ticket: Ticket, engineer: User, at: datetime) -> None:
    """A visit that is over: its confirmation waits to be signed."""
    visit, began = planned(ticket, engineer, at - timedelta(hours=1), timedelta(minutes=30)), at - timedelta(minutes=50)
    visits.propose_plan(visit, actor=engineer, at=began, text="更换磁盘并重建阵列。", minutes=40)
    proposal = visit.events.get(type="plan_proposed")
    visits.approve_plan(visit, actor=engineer, at=began, proposal=proposal.seq, name="李娜")
    visits.check_in(visit, actor=engineer, at=began + timedelta(minutes=10), place=visits.Place(31.230416, 121.473701, 15))
    visits.note_work(visit, actor=engineer, at=began + timedelta(minutes=20), text="更换 2 号盘，阵列重建完成。")
    visits.check_out(visit, actor=engineer, at=began + timedelta(minutes=40), parts="2.4 TB SAS 硬盘 1 块", result="solved")
    visits.issue_paper(visit, "service_confirmation", actor=engineer, at=at)


def planned(ticket: Ticket, engineer: User, at: datetime, ahead: timedelta) -> Visit:
    """A visit by the engineer of the pictures."""
    begins = at + ahead
    draft = visits.VisitDraft(
        ticket=ticket, reason="远程无法处理，需要到场。", lead=engineer, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    return visits.plan(draft, actor=person("dispatcher"), at=at)


def stage_surveys(asked_about: list[Ticket], customer: User, engineer: User, at: datetime) -> None:
    """Two tickets are closed; how it was is answered for one of them."""
    for ticket in asked_about:
        tickets.confirm(solve(ticket, engineer, at - timedelta(minutes=15)), actor=customer, at=at - timedelta(minutes=10))
    drain(surveys.invite_next_batch, at=at)
    invitation = SurveyInvitation.objects.get(ticket=asked_about[0])
    surveys.answer(invitation, surveys.Scores(speed=5, quality=5, manner=4, words="处理及时，讲解清楚。"), actor=None, at=at)


def stage_version(at: datetime) -> None:
    """A plan whose next version is agreed already."""
    text = (plans.SHIPPED / "p3.yaml").read_text("utf-8").replace("target: 15min", "target: 10min\n    limit: 30min")
    plans.load_documents([read_document(text, "p3.yaml")], actor=person("admin"), at=at + timedelta(days=30))


def stage_rehearsals(at: datetime) -> None:
    """Quicker responses and slower diagnoses, tried on the last quarter; and the same half way, since nobody works here."""
    plan = Plan.objects.get(code="p0")
    base = plan.versions.latest("number")
    content = json.loads(json.dumps(base.data).replace('"target": "1h"', '"target": "20min"').replace('"target": "3h"', '"target": "5h"'))
    first, last, actor = localdate(at) - timedelta(days=89), localdate(at), person("manager")
    for batch in (None, 40):
        tickets.begin_rehearsal(plan, base=base, content=content, calendars={}, first=first, last=last, actor=actor, at=at)
        if batch is None:
            drain(tickets.rehearse_next_batch, at=at)
        else:
            tickets.rehearse_next_batch(at, limit=batch)


def stage_visits(engineer: User, at: datetime) -> None:
    """A visit under way, and one that waits for a signature."""
    contract = customers.contracts_for(person("supervisor"))[0]
    template = ChecklistTemplate.objects.get(code="preventive-maintenance")
    for site, is_done in zip(contract.organization.sites.order_by("pk"), (False, True), strict=False):
        draft = inspections.PlanDraft(
            contract=contract, site=site, template=template, engineer=engineer, starts_on=localdate(at), every=Every.MONTH
        )
        plan = inspections.create_plan(draft, actor=person("dispatcher"), at=at)
        inspections.plan_next_batch(at)
        visit = inspections.start(plan.inspections.earliest("planned_on"), actor=engineer, at=at, admitted_by="李娜")
        rows = list(visit.results.order_by("position"))
        for row in rows if is_done else rows[: len(rows) // 2]:
            inspections.record_result(visit, answered(row, localdate(at).month, is_bad=False), actor=engineer, at=at)
        asked = [inspections.Verdict(finding=row.finding_id, verdict="still") for row in visit.carried.all()] if is_done else []
        inspections.record_verdicts(visit, asked, actor=engineer, at=at)
        if is_done:
            said = inspections.Conclusion(summary="系统运行总体正常。", advice="建议按月清理日志并核对备份。")
            inspections.finish(visit, actor=engineer, at=at, said=said)
