"""What calls mean for what is owed: one obligation for a call, or one for all of a month or quarter that is met step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from care.models import Call, Kind, Status
from obligations import services as obligations
from obligations.models import Obligation

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def count_again(key: str, *, at: datetime, reason: str = "") -> None:
    """Have an obligation say how often it is owed by now, a call each, of an inquiry an equipment each; what was called off stays owed.

    How often nobody asks since a call was called off, and why, stands at the obligation.
    """
    calls = Call.objects.filter(owed_key=key).annotate(items_=Count("items")).order_by("pk")
    times = {call: call.items_ if call.kind == Kind.INQUIRY else 1 for call in calls}
    off = {call: count for call, count in times.items() if call.status == Status.DROPPED and count}
    why = "; ".join(f"{call.number}: {call.ended_because}" for call in off)
    obligations.set_wanted(key, sum(times.values()), at=at, reason=why or reason, spared=sum(off.values()))


def owe_for(call: Call, *, at: datetime, title: tuple[str, str], clause: str) -> None:
    """Enter what a call is owed for by itself."""
    owed = obligations.Owed(
        key=call.owed_key,
        kind=str(call.kind),
        code=call.code,
        title=title[0][:200],
        title_en=title[1][:200],
        clause=clause[:60],
        organization=call.organization,
        contract=call.contract,
        site=call.site,
        office=call.office,
        period=call.period,
        opens_at=call.opens_at,
        due_at=call.due_at,
        link=call.get_absolute_url(),
    )
    obligations.owe(owed, at=at)


def met(call: Call, *, actor: User | None, at: datetime, times: int = 1) -> None:
    """Count a call that was made; of an inquiry each equipment."""
    if call.owed_key and times:
        proof = f"{call.number} {call.get_outcome_display()}"
        obligations.meet(call.owed_key, actor=actor, at=at, proof=proof, link=call.get_absolute_url(), times=times)


def let_go(call: Call, *, actor: User | None, at: datetime, reason: str) -> None:
    """A call is not made: what was owed for it alone is let go with the reason; of several it is said which are not made, and why."""
    if not call.owed_key:
        return
    if call.owed_key == call.key:
        obligations.let_go(call.owed_key, actor=actor, at=at, reason=reason)
    else:
        count_again(call.owed_key, at=at, reason=reason)


def to_ask_about(at: datetime) -> list[int]:
    """Answer the rows of owed inquiries whose equipment is followed: of periods that last, and late ones not planned yet."""
    rows = Obligation.objects.filter(kind=Kind.INQUIRY, opens_at__lte=at, contract__isnull=False)
    planned = Call.objects.filter(owed_key=OuterRef("key"))
    return list(rows.filter(Q(due_at__gte=at) | Q(~Exists(planned), status="owed")).order_by("due_at", "pk").values_list("pk", flat=True))


def to_plan(at: datetime) -> list[int]:
    """Answer the rows of what a plan makes recur that has fewer calls than it is owed."""
    planned = Call.objects.filter(owed_key=OuterRef("key")).order_by().values("owed_key").annotate(calls=Count("pk")).values("calls")
    rows = Obligation.objects.filter(kind__in=[Kind.CARE, Kind.CALLBACK], opens_at__lte=at, contract__isnull=False, status="owed")
    fewer = rows.annotate(calls=Coalesce(Subquery(planned), 0)).filter(calls__lt=F("wanted"))
    return list(fewer.order_by("due_at", "pk").values_list("pk", flat=True))
