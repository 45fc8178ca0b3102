"""Finding loops and opinions, and who may see, answer and judge them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Role, Team, User
from core.time import epoch, instant
from loops import workflow
from loops.models import Loop, Opinion, Round
from sla import selectors as promises
from sla.engine import Event, settle
from sla.models import Clock
from tickets import selectors as tickets
from tickets.models import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from tickets.models import Ticket

FALLBACK = timedelta(hours=2)
"""How long a department has where no plan says it (P2 1.1.2)."""


def loops_for(user: User) -> QuerySet[Loop]:
    """Answer the loops a person may know of: those of the tickets they may know of."""
    return Loop.objects.filter(ticket__in=tickets.tickets_for(user).values("pk"))


def listed(loops: QuerySet[Loop]) -> QuerySet[Loop]:
    """Answer them with all that a line of a list shows, in a constant number of queries."""
    waiting = Opinion.objects.filter(answered_at=None).select_related("department").order_by("due_at")
    rows = loops.select_related("ticket__organization", "ticket__assignee", "ticket__commitment", "ticket__office")
    return rows.prefetch_related(Prefetch("all_rounds__opinions", waiting, to_attr="waiting"))


def detailed(loops: QuerySet[Loop]) -> QuerySet[Loop]:
    """Answer a loop with everything that its page shows."""
    opinions = Opinion.objects.select_related("department", "asked_by", "answered_by").order_by("id")
    people = ("told_by", "agreed_heard_by", "carried_out_by", "close_requested_by", "verified_by", "looked_into_by")
    rounds = Round.objects.select_related(*people).prefetch_related(Prefetch("opinions", opinions)).order_by("number")
    rows = loops.select_related(
        "complainant", "ticket__organization", "ticket__site", "ticket__equipment", "ticket__assignee", "ticket__office",
        "ticket__commitment", "ticket__reporter", "ticket__team", "ticket__contract",
    )  # fmt: skip
    return rows.prefetch_related(Prefetch("all_rounds", rounds), "ticket__concerned__person")


def late(at: datetime) -> Q:
    """Answer the condition for loops that run late: a department has not answered in time, or a promise is overdue."""
    owed = Opinion.objects.filter(round__loop=OuterRef("pk"), answered_at=None, due_at__lt=at)
    return Q(stage__in=sorted(workflow.OPEN)) & (Q(Exists(owed)) | Q(ticket__queue_at__lt=at))


def mine(user: User) -> Q:
    """Answer the condition for loops in which something is a person's to do: they handle it, or their department is asked."""
    asked = Opinion.objects.filter(round__loop=OuterRef("pk"), answered_at=None, department__in=departments_of(user).values("pk"))
    return Q(ticket__assignee=user) | Q(Exists(asked))


def asked_of(department: Team | int) -> Q:
    """Answer the condition for loops in which a department was asked."""
    return Q(Exists(Opinion.objects.filter(round__loop=OuterRef("pk"), department=department)))


def departments_of(user: User) -> QuerySet[Team]:
    """Answer the departments a person speaks for: those they belong to or lead."""
    return Team.objects.filter(Q(members=user) | Q(lead=user)).distinct()


def opinions_for(user: User) -> QuerySet[Opinion]:
    """Answer the opinions of the loops a person of ours may know of; the customer is told in words of their own."""
    if not user.is_provider:
        return Opinion.objects.none()
    return Opinion.objects.filter(round__loop__ticket__in=tickets.tickets_for(user).values("pk"))


def opinions_of(loop: Loop) -> QuerySet[Opinion]:
    """Answer what the departments said in the round that runs."""
    return Opinion.objects.filter(round__loop=loop, round__number=loop.rounds).order_by("id")


def newest_of(loop: Loop) -> dict[int, Opinion]:
    """Answer by department the opinion that holds in the round that runs: of one that was asked again the last one."""
    return {opinion.department_id: opinion for opinion in opinions_of(loop)}


def clock_of(opinion: Opinion, at: datetime) -> dict[str, Any]:
    """Answer the clock of an opinion as the pages show clocks."""
    total = (opinion.due_at - opinion.asked_at).total_seconds()
    left = (opinion.due_at - (opinion.answered_at or at)).total_seconds()
    state = "missed" if left < 0 else "running" if opinion.answered_at is None else "met"
    share = min(1.0, max(0.0, 1 - left / total)) if total else None
    facts = {"name": str(opinion.department), "state": state, "due_at": opinion.due_at, "met_at": opinion.answered_at}
    return {**facts, "remaining_seconds": int(left), "share": share, "missed_at": opinion.due_at if state == "missed" else None}


def who_served(user: User) -> list[User]:
    """Answer those of ours who have had a customer's tickets in hand, by name."""
    seen = tickets.tickets_for(user).exclude(assignee=None).order_by().values("assignee")
    return list(User.objects.filter(pk__in=seen, is_active=True).order_by("name"))


def may_answer(opinion: Opinion, user: User) -> bool:
    """Whether a person speaks for the department that was asked; who dispatches may write down what it said."""
    return user.dispatches or departments_of(user).filter(pk=opinion.department_id).exists()


def handlers(this: Round) -> set[int]:
    """Answer the ids of all of ours who had a hand in a round: they do not judge it."""
    opinions = this.opinions.exclude(answered_by=None).values_list("answered_by", flat=True)
    told = this.history.exclude(told_by=None).values_list("told_by", flat=True)  # a plan that was told anew had a teller before
    return this.handlers() | {person for person in (*opinions, *told) if person is not None}


def speaks(loop: Loop, user: User) -> bool:
    """Whether a person is the customer whose word counts: who said it, their supervisor, or anybody of theirs where nobody did."""
    if not user.is_customer:
        return False
    theirs = loop.complainant
    return theirs is None or not theirs.is_active or theirs.pk == user.pk or user.role == Role.SUPERVISOR


def spokespeople(ticket: Ticket) -> list[User]:
    """Answer who of the customer's is asked where nobody knows who said it: their supervisors, else those who have to do with the site."""
    theirs = User.objects.filter(is_active=True, membership__organization=ticket.organization_id).order_by("pk")
    return list(theirs.filter(role=Role.SUPERVISOR)) or list(theirs.filter(membership__sites=ticket.site_id))


def kept_from(user: User) -> QuerySet[Any]:
    """Answer what tracking forms are about that a person is not to read, as their ``about`` has it."""
    named = Concat(Value("loop/"), Cast("ticket__loop__pk", CharField()), output_field=CharField())
    return tickets.hidden_from(user).filter(ticket__loop__isnull=False).annotate(named=named).values("named")


def opinion_due(ticket: Ticket, at: datetime) -> datetime:
    """Answer until when a department that is asked now has to answer: as the ticket's plan promises it, else two hours.

    A complaint has a promise for opinions. Feedback has one for its answer (P2 1.1.1), so a department has until the customer is owed
    that; once they had one, as long again as the plan gives from now on. Where the answer is overdue it is two hours.
    """
    due = _promised(ticket, "opinion", at)
    if due is None and ticket.kind == Kind.INQUIRY:
        due = _answer_owed(ticket, at)
    return due or at + FALLBACK


def _answer_owed(ticket: Ticket, at: datetime) -> datetime | None:
    open_clocks = Clock.objects.filter(commitment__ticket=ticket, measure="response", is_strictest=True, stopped_at=None)
    owed = open_clocks.exclude(due_at=None).order_by("-cycle").values_list("due_at", flat=True).first()
    if owed is None:
        return _promised(ticket, "response", at)
    return owed if owed > at else None


def _promised(ticket: Ticket, measure: str, at: datetime) -> datetime | None:
    """Answer when such a promise is due that begins now."""
    commitment, now = ticket.commitment, epoch(at)
    if commitment is None:
        return None
    log = [Event(now, 1, "reported", {}), Event(now, 2, "opinion_asked", {})]
    calendars = {key: promises.engine_calendar(version) for key, version in promises.versions_in(commitment, log).items()}
    situation = {**commitment.situation, "kind": ticket.kind, "severity": ticket.severity}
    clocks = settle(promises.engine_plan(commitment.plan_version_id), calendars, situation, log, now)
    due = min((clock.due for clock in clocks if clock.measure == measure and clock.due is not None), default=None)
    return None if due is None else instant(due)
