"""What the demo world's contracts came to owe in the last half year, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from inspections.models import Inspection
from inspections.models import Status as Visit
from inspections.services import owed as inspections
from obligations import services
from obligations.models import Obligation, Status
from reports.models import MonthlyReport

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from servicedesk.demo.world import World

MONTHS = 6
BY_HAND = {
    "callback": "市场部电话回访，客户满意；记录在回访登记表",
    "training": "客户机房现场培训半天，签到表随验收资料归档",
    "survey": "纸质满意度调查函已收回",
    "care": "电话关怀，无新增意见",
    "review": "质量专员现场复审，问题已闭环",
    "report": "纸质报告随当季例会递交，客户已签收",
    "maintenance": "厂商工程师现场维护，记录表已归档",
    "inquiry": "逐台电话询检，记录在询检登记表",
}


def fill(made: World, at: datetime) -> None:
    """Plan month by month, meet what was inspected, reported or done elsewhere, and let the rest turn late."""
    for months in range(MONTHS, -1, -1):
        services.plan(at - relativedelta(months=months))
    _inspected(at)
    _reported(at)
    _done_elsewhere(made.manager, at)
    while services.watch_next_batch(at):
        pass


def _inspected(at: datetime) -> None:
    visits = Inspection.objects.filter(status=Visit.DONE, finished_at__gte=at - relativedelta(months=MONTHS + 3))
    for visit in visits.select_related("plan__contract", "plan__template", "engineer").order_by("finished_at"):
        inspections.fulfil(visit, actor=visit.engineer, at=visit.finished_at or at)


def _reported(at: datetime) -> None:
    for report in MonthlyReport.objects.filter(made_at__gte=at - relativedelta(months=MONTHS)).select_related("contract").order_by("month"):
        facts: dict[str, Any] = {"proof": report.number, "link": report.get_absolute_url()}
        services.meet_for("report", report.contract, report.period.last, actor=None, at=report.made_at, **facts)


def _done_elsewhere(manager: User, at: datetime) -> None:
    """Most of the rest was done, one in seven too late; the first that is still owed is waived."""
    for place, row in enumerate(Obligation.objects.filter(status=Status.OWED, kind__in=BY_HAND, due_at__lt=at).order_by("due_at", "pk")):
        if place == 0:
            services.waive(row, actor=manager, at=row.due_at - timedelta(days=2), reason="客户机房搬迁，双方同意本期不做")
        elif place % 5:
            late = timedelta(days=4 if place % 7 == 0 else -9)
            moment = max(row.due_at + late, row.opens_at + timedelta(hours=3))
            services.meet_by_hand(row, actor=manager, at=min(moment, at), proof=BY_HAND[row.kind])
    current = timezone.localdate(at)
    for row in Obligation.objects.filter(status=Status.OWED, kind="callback", opens_at__lte=at).order_by("pk")[:2]:
        services.meet_by_hand(row, actor=manager, at=at, proof=f"{current:%m 月 %d 日}电话回访，客户满意")
