"""The demo world's part of: calls to customers. A month of calls in all states, a quarter's inquiries half done."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from care import selectors
from care import services as care
from care.models import Call, Kind, Status
from core import periods
from core.errors import DomainError
from core.queue import drain
from obligations import services as obligations

if TYPE_CHECKING:
    from accounts.models import User
    from servicedesk.demo.world import World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MONTH = range(28, 0, -4)
MOST = 30
"""Calls that are told to their end; the rest waits, some of it late."""
GOOD = {"came-back": "no", "satisfied": "5", "manner": "good"}
FAIR = {"came-back": "no", "satisfied": "4", "manner": "fair", "advice": "希望处理进度能主动告知。"}
BAD = {"came-back": "no", "satisfied": "2", "manner": "poor"}
AGAIN = {"came-back": "yes", "satisfied": "3", "manner": "good"}
STORIES = (
    (GOOD, "很快就恢复了，谢谢。"),
    (BAD, "等了一下午才有人联系。"),
    (None, ""),  # nobody answers
    (AGAIN, "昨天下午又卡了一次。"),
    (FAIR, "总体满意。"),
    (GOOD, "工程师讲得很清楚。"),
    (FAIR, "没有别的问题。"),
    (GOOD, ""),
)


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    care.load_shipped(at=at - 60 * DAY)
    care.set_quota(actor=made.manager, at=at - 30 * DAY, percent=30, contract=made.customers[0].contract)
    obligations.plan(at)
    drain(care.plan_next_batch, at=max(at - 45 * DAY, _quarter(at)), rounds=2)
    for days in MONTH:
        drain(care.consider_next_batch, at=at - days * DAY)
    drain(care.consider_next_batch, at=at)
    for place, call in enumerate(_due(Kind.CALLBACK, at)[:MOST]):
        _tell(made, call, place, at)
    for place, call in enumerate(_due(Kind.INQUIRY, at)):
        _inquire(made, call, place)
    for call in _due(Kind.CARE, at)[::2]:
        _care(made, call)
    _wish(made, at)
    drain(care.watch_next_batch, at=at)


def _quarter(at: datetime) -> datetime:
    first = periods.first_day(periods.QUARTER, timezone.localdate(at))
    return datetime.combine(first, time(9), timezone.get_current_timezone())


def _due(kind: str, at: datetime) -> list[Call]:
    """Answer what was to be called by now; the last of it has not been yet."""
    rows = Call.objects.filter(kind=kind, status=Status.WAITING, next_at__lt=at - 8 * HOUR).select_related("ticket", "office")
    return list(rows.order_by("next_at", "pk"))


def _caller(made: World, call: Call) -> User:
    for person in (made.dispatchers[call.office_id], *made.engineers[call.office_id], made.manager):
        if selectors.may_call(person, call):
            return person
    return made.manager


def _tell(made: World, call: Call, place: int, at: datetime) -> None:
    """Let a call-back come to its end, or not."""
    answers, words = STORIES[place % len(STORIES)]
    moment = max(call.next_at + 20 * MINUTE, (call.ticket.updated_at if call.ticket else call.next_at) + 5 * MINUTE)
    person = _caller(made, call)
    try:
        if answers is None:
            _in_vain(call, person, moment, at, days=3 if place % 16 == 2 else 1)  # noqa: PLR2004 - every second one
        elif moment < at:
            _end(call, person, moment, care.Conclusion(answers=answers, words=words, minutes=2 + place % 5, spoke_with=call.contact_name))
    except DomainError:
        return  # the ticket has gone on meanwhile; so it goes


def _in_vain(call: Call, person: User, moment: datetime, at: datetime, *, days: int) -> None:
    for day in range(days):
        then = moment + day * DAY
        if then >= at:
            return
        care.claim(call, actor=person, at=then)
        care.attempt(call, actor=person, at=then, result="no_answer" if day else "busy")


def _end(call: Call, person: User, moment: datetime, said: care.Conclusion) -> None:
    care.claim(call, actor=person, at=moment)
    care.conclude(call, said, actor=person, at=moment + (said.minutes or 1) * MINUTE)


def _inquire(made: World, call: Call, place: int) -> None:
    """Ask about each equipment of a site; every fifth site has something that needs an answer, every fourth is left for later."""
    if place % 4 == 3:  # noqa: PLR2004
        return
    items = list(call.items.all())
    states = ["remark" if (place + turn) % 6 == 5 else "ok" for turn in range(len(items))]  # noqa: PLR2004
    said = [care.ItemSaid(item=item.pk, state=state, words="略有噪声，不影响使用。" if state == "remark" else "") for item, state in
            zip(items, states, strict=True)]  # fmt: skip
    if place % 5 == 1 and said:
        said[0] = care.ItemSaid(item=items[0].pk, state="feedback", level="high", words="夜间批处理偶有超时，请协助分析。")
    answers = {"environment": "yes"}
    conclusion = care.Conclusion(answers=answers, items=said, minutes=6 + place % 7, spoke_with=call.contact_name)
    _end(call, _caller(made, call), call.next_at + 15 * MINUTE, conclusion)


def _care(made: World, call: Call) -> None:
    answers = {"running": "yes", "finding": "报表导出较慢，希望优化。", "plans": "明年初计划扩容存储。"}
    conclusion = care.Conclusion(answers=answers, level="normal", minutes=9, spoke_with=call.contact_name)
    _end(call, _caller(made, call), call.next_at + 30 * MINUTE, conclusion)


def _wish(made: World, at: datetime) -> None:
    """A care call that somebody has thought of, for the afternoon."""
    customer = made.customers[0]
    draft = care.NewCall(
        site=customer.sites[0],
        subject="新系统上线一个月，使用情况如何",
        reason="上线时提到的打印问题，问问是否解决。",
        due_at=at + 3 * DAY,
        hours_from=time(14),
        hours_until=time(16),
    )
    care.arrange(draft, actor=made.dispatchers[customer.sites[0].region.office_id], at=at - HOUR)
