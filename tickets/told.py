"""The levels of a clock: when they come, when they came, who was told by which way, who took it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.time import FAR, epoch, instant
from notifications import selectors as outbox
from notifications.models import Channel, Message, State
from sla import words
from sla.engine.settle import reached
from sla.models import Escalation
from sla.why import joined, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sla.engine.explain import Explanation
    from sla.models import Clock

OUTLOOKS = {
    "ahead": gettext_noop("to come"),
    "still": gettext_noop("not while it is paused"),
    "ended": gettext_noop("not reached"),
    "elsewhere": gettext_noop("hangs on the stricter promise"),
}
SENT = {
    State.PENDING: gettext_noop("to be sent"),
    State.SENT: gettext_noop("sent"),
    State.FAILED: gettext_noop("given up"),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far one message got."""

    channel: str
    state: str
    sent_at: datetime | None
    read_at: datetime | None

    @property
    def words(self) -> str:
        """Say it: by which way, and whether it was sent and read."""
        state = _("read") if self.read_at else _(SENT[State(self.state)])
        return _("%(channel)s %(state)s") % {"channel": Channel(self.channel).label, "state": state}


@dataclass(frozen=True, slots=True)
class Told:
    """A person who was told."""

    name: str
    deliveries: list[Delivery]

    @property
    def words(self) -> str:
        """Say who, and how it reached them."""
        if not self.deliveries:
            return self.name
        return _("%(name)s (%(ways)s)") % {"name": self.name, "ways": words.listed(each.words for each in self.deliveries)}


@dataclass(frozen=True, slots=True)
class Firing:
    """A time at which the level was reached."""

    fired_at: datetime
    planned_at: datetime
    outcome: str
    told: list[Told]
    acknowledged_at: datetime | None
    acknowledged_by: str
    year: int
    """The year in which it is told."""

    @property
    def text(self) -> str:
        """Say when it came, who was told, and who acknowledged it."""
        reached = {"when": moment(self.fired_at, self.year)}
        if self.outcome == Escalation.Outcome.SKIPPED:
            return _("%(when)s: passed over, since a higher level was reached at once.") % reached
        return joined((_("%(when)s: reached.") % reached, self._told(), self._acknowledged()))

    def _told(self) -> str:
        if not self.told:
            return _("Nobody could be told.")
        return _("Told: %(people)s.") % {"people": words.listed(each.words for each in self.told)}

    def _acknowledged(self) -> str:
        if self.acknowledged_at is None:
            return _("Nobody has acknowledged it yet.")
        return _("%(name)s acknowledged it, %(when)s.") % {"name": self.acknowledged_by, "when": moment(self.acknowledged_at, self.year)}


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder, in the plan's words: its time as things stand, what is to be expected, what happened."""

    code: str
    when: str
    tell: str
    at: datetime | None
    outlook: str
    """ahead, still, ended or elsewhere; empty for a level that fired."""
    firings: list[Firing]
    year: int
    """The year in which it is told."""

    @property
    def text(self) -> str:
        """Say when it is reached, who is told then, and whether it is yet to come."""
        values = {"level": self.when[:1].upper() + self.when[1:], "people": self.tell}
        if not self.outlook:
            return _("%(level)s: %(people)s.") % values
        values["outlook"] = _(OUTLOOKS[self.outlook])
        if self.at is None or self.outlook != "ahead":
            return _("%(level)s: %(people)s; %(outlook)s.") % values
        return _("%(level)s: %(people)s; %(outlook)s, %(when)s.") % {**values, "when": moment(self.at, self.year)}

    @property
    def sentences(self) -> list[str]:
        """Answer all of it as sentences."""
        return [self.text, *(firing.text for firing in self.firings)]


def ladder(clock: Clock, told: Explanation, year: int) -> list[Rung]:
    """Answer the levels of a clock with all that is known of them, in four queries at most; ``year`` goes without saying."""
    rows = list(Escalation.objects.filter(clock=clock.pk).select_related("acknowledged_by").order_by("id"))
    firings = _firings(rows, year)
    fired = {row.level: epoch(row.fired_at) for row in rows}
    coming = {level.code for level in reached(told.clock, fired, epoch(FAR))[0]}
    times = {level.code: instant(level.at) for level in told.levels if level.at is not None}
    rungs = []
    for line in words.ladder(told.promise.levels):
        happened = firings.get(line.code, [])
        outlook = "ahead" if line.code in coming else "" if happened else _outlook(told)
        rungs.append(Rung(line.code, line.when, line.tell, times.get(line.code), outlook, happened, year))
    return rungs


def _outlook(told: Explanation) -> str:
    clock = told.clock
    if clock.stopped is not None or clock.state in ("met", "void"):
        return "ended"
    if not clock.strictest:
        return "elsewhere"
    return "still" if clock.state == "paused" else "ahead"


def _firings(rows: Sequence[Escalation], year: int) -> dict[str, list[Firing]]:
    """Answer what happened at each level; the people and their messages are read at once."""
    people = {person for row in rows for person in row.told}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    messages = outbox.sent_at("escalation", people, {row.fired_at for row in rows}) if people else []
    found: dict[str, list[Firing]] = {}
    for row in rows:
        told = [Told(names[person], _deliveries(row, person, messages)) for person in row.told if person in names]
        by = str(row.acknowledged_by) if row.acknowledged_by else ""
        firing = Firing(row.fired_at, row.planned_at, row.outcome, told, row.acknowledged_at, by, year)
        found.setdefault(row.level, []).append(firing)
    return found


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
