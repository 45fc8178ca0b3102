"""Each solved fault, finished job and newly opened project is looked at once: is its customer called, and by when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from care import engine, selectors
from care.models import Call, Considered, Kind
from care.services import owing
from care.services.following import AGAIN, ASKED, follow
from care.services.making import contact_of, made
from core import periods
from core.queue import claim
from customers.models import CANARY, Contract, Site
from sla.models import Clock, ClockState
from tickets.models import Event, Ticket
from tickets.models import Kind as TicketKind
from visits.models import Purpose, Visit
from visits.models import Status as Journey

BATCH = 100
LOOK_BACK = timedelta(days=14)
"""A worker that stood still so long forgets nobody; what was solved before calls were kept is not asked about any more."""
WITHIN = timedelta(hours=24)
"""How soon a promised call-back is due where the plan does not say (P3)."""
SAMPLE_WITHIN = timedelta(days=3)
FAULT, JOB, PROJECT = "fault", "job", "project"
WHY = Considered.Why
TITLES = {
    FAULT: ("故障解决回访", "Call-back after a solved fault"),
    JOB: ("上门服务回访", "Call-backs of on-site jobs"),
    PROJECT: ("新开项目回访", "Call-back of a newly opened project"),
}


def consider_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Decide about a batch of what nobody has looked at; answer how many were looked at, 0 when none is left."""
    return _solutions(at, limit) or _jobs(at, limit) or _projects(at, limit)


@transaction.atomic
def _solutions(at: datetime, limit: int) -> int:
    known = Considered.objects.filter(event=OuterRef("pk"))
    solved = Event.objects.filter(type=Event.Type.RESOLVED, at__gt=at - LOOK_BACK, at__lte=at, ticket__kind=TicketKind.FAULT)
    solved = solved.exclude(facts__has_key="imported")  # solved in another system, before it came here: nobody is called about it
    related = solved.filter(~Exists(known)).select_related(
        "actor", "ticket__organization", "ticket__site", "ticket__contract__plan", "ticket__office", "ticket__assignee", "ticket__reporter"
    )
    rows = claim(related.order_by("at", "pk"), limit, of=("self",))
    seen = set(Considered.objects.filter(event__in=rows).values_list("event_id", flat=True))
    for event in rows:
        if event.pk not in seen:
            _solution(event, at)
    return len(rows)


@transaction.atomic
def decided(event: Event, *, at: datetime) -> Call | None:
    """Answer the call about a solution that the sweep makes, made now where it has not come by yet; None where none is called for."""
    Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if not Considered.objects.filter(event=event).exists():
        _solution(event, at)
    return Considered.objects.select_related("call").get(event=event).call


def _solution(event: Event, at: datetime) -> None:
    after = event.ticket.events.filter(seq__gt=event.seq, type__in=[*AGAIN, ASKED]).select_related("actor").order_by("seq").first()
    why: str
    if after is None:
        why, call = _call_back(event, at)
    elif after.type == ASKED:
        why, call = WHY.ASKED, _asked(event, after, at)
    else:
        why, call = WHY.REOPENED, None
    Considered.objects.create(event=event, why=why, call=call, at=at)


def _asked(event: Event, after: Event, at: datetime) -> Call | None:
    """Answer the call-back that was owed and made before anybody looked: it is entered as done, and what is owed is met."""
    _why, call = _call_back(event, at, only_owed=True)
    if call is not None:
        follow(call, after)
    return call


def _call_back(event: Event, at: datetime, *, only_owed: bool = False) -> tuple[str, Call | None]:
    ticket, key = event.ticket, f"callback-fault:ticket:{event.ticket_id}:{event.seq}"
    back = selectors.promised(ticket.contract, Kind.CALLBACK, event.at)
    row = next((each for each in back if each.every == FAULT and engine.sampled(key, each.share)), None)
    states = [ClockState.RUNNING, *([ClockState.MET, ClockState.MISSED] if only_owed else [])]
    clock = Clock.objects.filter(commitment=ticket.commitment_id, measure="followup", state__in=states).order_by("-cycle").first()
    owed = bool(row or clock)
    if not owed and (only_owed or not engine.sampled(key, selectors.quota_of(ticket.contract, calls_back=bool(back)))):
        return WHY.SPARED, None
    due_at = clock.due_at if clock and clock.due_at else _due(row, event.at, event.at + (WITHIN if owed else SAMPLE_WITHIN))
    facts: dict[str, Any] = {"ticket": ticket, "event": event, "contract": ticket.contract, "site": ticket.site, "office": ticket.office}
    reason = str(event.facts.get("solution", ""))
    call = made(
        key, Kind.CALLBACK, at=at, code="callback-fault" if owed else "callback-sample", subject=f"{ticket.number} {ticket.subject}",
        reason=reason, organization=ticket.organization, opens_at=event.at, due_at=max(due_at, event.at), owed_key=key if owed else "",
        served=selectors.people_who_served(Ticket.objects.filter(pk=ticket.pk)), contact=contact_of(ticket), **facts,
    )  # fmt: skip
    if owed:
        _owe(call, row, FAULT, at)
    return (WHY.PROMISED if owed else WHY.SAMPLED), call


def _due(row: Any, since: datetime, usual: datetime) -> datetime:
    """Answer until when a call is owed after its event: as the plan says, else as usual."""
    if row is None or row.within is None:
        return usual
    return timezone.localtime(since) + relativedelta(months=row.within.months, seconds=row.within.seconds)


def _owe(call: Call, row: Any, what: str, at: datetime) -> None:
    title = (row.name.get("zh-hans", ""), row.name.get("en", "")) if row else TITLES[what]
    owing.owe_for(call, at=at, title=title, clause=row.clause if row else "")


@transaction.atomic
def _jobs(at: datetime, limit: int) -> int:
    known = Considered.objects.filter(visit=OuterRef("pk"))
    finished = Visit.objects.filter(status=Journey.DONE, purpose=Purpose.SUPPORT, left_at__gt=at - LOOK_BACK, left_at__lte=at)
    related = finished.filter(~Exists(known)).select_related(
        "organization", "site", "office", "lead", "ticket__contract__plan", "ticket__assignee", "ticket__reporter", "ticket__site"
    )
    rows = claim(related.order_by("left_at", "pk"), limit, of=("self",))
    seen = set(Considered.objects.filter(visit__in=rows).values_list("visit_id", flat=True))
    for visit in rows:
        if visit.pk not in seen:
            _job(visit, at)
    return len(rows)


def _job(visit: Visit, at: datetime) -> None:
    ticket, left_at = visit.ticket, visit.left_at
    assert ticket is not None
    assert left_at is not None
    key = f"callback-onsite:visit:{visit.pk}"
    rows = selectors.promised(ticket.contract, Kind.CALLBACK, left_at)
    row = next((each for each in rows if each.every == JOB and engine.sampled(key, each.share)), None)
    call = None
    if row is not None:
        day = timezone.localdate(left_at)
        period = periods.key(periods.MONTH, day)
        call = made(
            key, Kind.CALLBACK, at=at, code=row.code, subject=f"{visit.number} {visit.subject}", reason=visit.work,
            organization=visit.organization, opens_at=left_at, due_at=_due(row, left_at, selectors.due_of_month(day)), period=period,
            owed_key=key, served=selectors.people_who_served(Ticket.objects.filter(pk=ticket.pk)), contact=contact_of(ticket),
            ticket=ticket, visit=visit, contract=ticket.contract, site=visit.site, office=visit.office,
        )  # fmt: skip
        _owe(call, row, JOB, at)
    Considered.objects.create(visit=visit, why=WHY.PROMISED if call else WHY.SPARED, call=call, at=at)


@transaction.atomic
def _projects(at: datetime, limit: int) -> int:
    today = timezone.localdate(at)
    known = Considered.objects.filter(contract=OuterRef("pk"))
    since = today.replace(day=1) - relativedelta(months=1)  # contracts are entered weeks after their acceptance
    opened = Contract.objects.filter(accepted_on__gte=since, accepted_on__lte=today).exclude(organization__code=CANARY)
    somewhere = Site.objects.filter(organization=OuterRef("organization"))  # one without a site is looked at when it has one
    related = opened.filter(~Exists(known), Exists(somewhere)).select_related("organization", "plan")
    rows = claim(related.order_by("accepted_on", "pk"), limit, of=("self",))
    seen = set(Considered.objects.filter(contract__in=rows).values_list("contract_id", flat=True))
    for contract in rows:
        if contract.pk not in seen:
            _project(contract, at)
    return len(rows)


def _project(contract: Contract, at: datetime) -> None:
    row = next((each for each in selectors.promised(contract, Kind.CALLBACK, at) if each.every == PROJECT), None)
    site = contract.organization.sites.select_related("region__office").order_by("pk").first()
    call = None
    if row is not None and site is not None:
        period = periods.key(periods.MONTH, contract.accepted_on)
        key, opened_at = f"{row.code}:contract:{contract.pk}:{period}", _midnight(contract.accepted_on)
        call = made(
            key, Kind.CALLBACK, at=at, code=row.code, subject=f"{contract.number} {contract.name}", organization=contract.organization,
            opens_at=opened_at, due_at=_due(row, opened_at, selectors.due_of_month(contract.accepted_on)), period=period,
            owed_key=key, contact=contact_of(site), contract=contract, site=site, office=site.region.office,
        )  # fmt: skip
        _owe(call, row, PROJECT, at)
    Considered.objects.create(contract=contract, why=WHY.PROMISED if call else WHY.SPARED, call=call, at=at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
