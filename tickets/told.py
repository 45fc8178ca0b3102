"""The levels of a clock: when they come, when they came, who was told by which way, who took it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from core.time import FAR, epoch, instant
from notifications import selectors as outbox
from sla import selectors as promises
from sla import services as sla
from sla import words
from sla.engine.settle import reached, waits
from sla.models import Escalation
from tickets import selectors
from tickets.deed_words import deed_words
from tickets.rungs import Deed, Delivery, Firing, Ladder, Rung, Told
from tickets.services.telling import late_key
from tickets.words import severity_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from notifications.models import Message
    from sla.engine.explain import Explanation
    from sla.engine.plan import Promise
    from sla.engine.settle import Clock as Settled
    from sla.engine.settle import Event as LogEvent
    from sla.engine.settle import LevelTime
    from sla.models import Clock
    from tickets.models import Ticket


def ladder(ticket: Ticket, clock: Clock, told: Explanation, year: int) -> list[Rung]:
    """Answer the levels of a clock with all that is known of them, in five queries at most; ``year`` goes without saying."""
    rows = list(Escalation.objects.filter(clock=clock.pk).select_related("acknowledged_by").order_by("id"))
    known = Known.of(ticket, rows, year)
    return _rungs(told.clock, told.promise, told.levels, rows, known)


def ladders(ticket: Ticket, rows: Sequence[Escalation], events: Sequence[LogEvent], *, at: datetime) -> list[Ladder]:
    """Answer the ladders of the clocks that still run, in four queries at most.

    The ticket's clocks are read already, ``rows`` are all its levels that were reached (``selectors.escalations_of``), ``events``
    its log.
    """
    views = [view for view in selectors.clock_views(ticket, at) if view.is_live and view.is_strictest]
    if ticket.commitment is None or not views:
        return []
    plan = promises.engine_plan(ticket.commitment.plan_version_id)
    settled = {(clock.cycle, clock.promise): clock for clock in sla.settled(ticket.commitment, events, at=at)}
    oldest = sorted(rows, key=lambda row: row.pk)
    known = Known.of(ticket, oldest, timezone.localtime(at).year)
    found = []
    for view in views:
        clock, promise = settled.get((view.cycle, view.promise)), plan.promise(view.promise)
        if clock is not None and promise is not None and promise.levels:
            mine = [row for row in oldest if row.clock_id == view.id]
            found.append(Ladder(view, _rungs(clock, promise, clock.levels, mine, known)))
    return found


def _rungs(clock: Settled, promise: Promise, levels: Iterable[LevelTime], rows: Sequence[Escalation], known: Known) -> list[Rung]:
    fired = sla.fired_by(rows)
    until = {level.code: end for level, _above, end in waits(clock, fired)}
    coming = {level.code for level in reached(clock, fired, epoch(FAR))[0]}
    times = {level.code: instant(level.at) for level in levels if level.at is not None}
    rungs = []
    for line in words.ladder(promise.levels):
        happened = [known.firing(row, promise, until.get(row.level)) for row in rows if row.level == line.code]
        outlook = "ahead" if line.code in coming else "" if happened else _outlook(clock)
        rungs.append(Rung(line.code, line.when, line.tell, line.more, times.get(line.code), outlook, happened, known.year))
    return rungs


def _outlook(clock: Settled) -> str:
    if clock.stopped is not None or clock.state in ("met", "void"):
        return "ended"
    if not clock.strictest:
        return "elsewhere"
    return "still" if clock.state == "paused" else "ahead"


@dataclass(frozen=True, slots=True)
class Known:
    """The people and messages that the levels of a ticket are told with, read at once."""

    ticket: Ticket
    names: dict[int, str]
    messages: list[Message]
    to_customer: list[Message]
    year: int

    @classmethod
    def of(cls, ticket: Ticket, rows: Sequence[Escalation], year: int) -> Known:
        """Read them."""
        people = {person for row in rows for person in row.told}
        names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
        messages = outbox.sent_at("escalation", people, {row.fired_at for row in rows}) if people else []
        keys = {late_key(ticket.number, row.fired_at) for row in rows if any(deed["do"] == "contact" and deed["done"] for deed in row.done)}
        return cls(ticket, names, messages, outbox.sent_under("ticket_late", keys) if keys else [], year)

    def firing(self, row: Escalation, promise: Promise, until: int | None) -> Firing:
        """Answer what happened at a level."""
        return Firing(
            id=row.pk,
            fired_at=row.fired_at,
            planned_at=row.planned_at,
            outcome=row.outcome,
            unanswered=next((line.when for line in words.ladder(promise.levels) if line.code == row.unanswered), row.unanswered),
            told=[Told(self.names[person], _deliveries(row, person, self.messages)) for person in row.told if person in self.names],
            done=[self._deed(row, deed) for deed in row.done],
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=str(row.acknowledged_by) if row.acknowledged_by else "",
            answer_by=instant(until) if until is not None and row.acknowledged_at is None else None,
            year=self.year,
        )

    def _deed(self, row: Escalation, deed: Mapping[str, Any]) -> Deed:
        key, sent = late_key(self.ticket.number, row.fired_at), deed["do"] == "contact" and deed["done"]
        messages = [message for message in self.to_customer if sent and message.dedupe_key.split("/")[1] == key]
        deliveries = [Delivery(message.channel, message.state, message.sent_at, message.read_at) for message in messages]
        return Deed(deed["do"], deed["done"], deed_words(deed, partial(severity_name, self.ticket)), deliveries)


def _deliveries(row: Escalation, person: int, messages: Iterable[Message]) -> list[Delivery]:
    """Answer the messages that told a person of a level.

    A round tells a person all it has to in one message, under the id of the first level in it: it is the last one that
    does not begin after this level.
    """
    mine = [message for message in messages if message.recipient_id == person and message.created_at == row.fired_at]
    firsts = [first for first in map(_first, mine) if first <= row.pk]
    return [
        Delivery(message.channel, message.state, message.sent_at, message.read_at)
        for message in mine
        if firsts and _first(message) == max(firsts)
    ]


def _first(message: Message) -> int:
    """Answer the level that a message begins with (``tickets.services.ladder`` makes the keys)."""
    return int(message.dedupe_key.split("/")[1].removeprefix("escalation:"))
