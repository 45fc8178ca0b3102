"""A level of a ladder in words: when it comes or came, who was told and how it reached them, what was done, who took it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.models import Channel, State
from sla import words
from sla.models import Escalation
from sla.why import joined, moment

if TYPE_CHECKING:
    from datetime import datetime

    from tickets.selectors import ClockView

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
class Deed:
    """Something a level did, or found nothing to do for."""

    do: str
    done: bool
    text: str
    deliveries: list[Delivery]
    """Of the message that it sent to the customer."""

    @property
    def words(self) -> str:
        """Say it, and how the message reached the customer."""
        if not self.deliveries:
            return self.text
        return _("%(name)s (%(ways)s)") % {"name": self.text, "ways": words.listed(each.words for each in self.deliveries)}


@dataclass(frozen=True, slots=True)
class Firing:
    """A time at which the level was reached."""

    id: int
    fired_at: datetime
    planned_at: datetime
    outcome: str
    unanswered: str
    """What the level below is called that nobody acknowledged; empty where this one was reached by its own time."""
    told: list[Told]
    done: list[Deed]
    acknowledged_at: datetime | None
    acknowledged_by: str
    answer_by: datetime | None
    """Until when it waits to be acknowledged before the next level is reached; None where it does not."""
    year: int
    """The year in which it is told."""

    @property
    def is_open(self) -> bool:
        """Whether it waits for a name."""
        return self.outcome == Escalation.Outcome.FIRED and self.acknowledged_at is None

    @property
    def text(self) -> str:
        """Say when it came, who was told, what was done, and who acknowledged it."""
        return joined(self.lines)

    @property
    def lines(self) -> list[str]:
        """Say the same sentence by sentence."""
        when = {"when": moment(self.fired_at, self.year), "level": self.unanswered}
        if self.outcome == Escalation.Outcome.SKIPPED:
            return [_("%(when)s: passed over, since a higher level was reached at once.") % when]
        if self.unanswered:
            first = _("%(when)s: reached, since nobody had acknowledged the level before it (%(level)s).") % when
        else:
            first = _("%(when)s: reached.") % when
        return [line for line in (first, self._told(), self._done(), self._acknowledged()) if line]

    def _told(self) -> str:
        if not self.told:
            return "" if any(deed.do == "contact" and deed.done for deed in self.done) else _("Nobody could be told.")
        return _("Told: %(people)s.") % {"people": words.listed(each.words for each in self.told)}

    def _done(self) -> str:
        return _("Done: %(deeds)s.") % {"deeds": words.listed(each.words for each in self.done)} if self.done else ""

    def _acknowledged(self) -> str:
        if self.acknowledged_at is not None:
            return _("%(name)s acknowledged it, %(when)s.") % {
                "name": self.acknowledged_by,
                "when": moment(self.acknowledged_at, self.year),
            }
        if self.answer_by is not None:
            until = {"when": moment(self.answer_by, self.year)}
            return _("Nobody has acknowledged it yet; if nobody does until %(when)s, the next level is reached.") % until
        return _("Nobody has acknowledged it yet.")


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder, in the plan's words: its time as things stand, what is to be expected, what happened."""

    code: str
    when: str
    tell: str
    more: tuple[str, ...]
    at: datetime | None
    outlook: str
    """ahead, still, ended or elsewhere; empty for a level that fired."""
    firings: list[Firing]
    year: int
    """The year in which it is told."""

    @property
    def text(self) -> str:
        """Say when it is reached, who is told and what is done then, and whether it is yet to come."""
        values = {"level": self.heading, "people": words.listed([self.tell, *self.more])}
        if not self.outlook:
            return _("%(level)s: %(people)s.") % values
        values["outlook"] = self.expected
        if self.at is None or self.outlook != "ahead":
            return _("%(level)s: %(people)s; %(outlook)s.") % values
        return _("%(level)s: %(people)s; %(outlook)s, %(when)s.") % {**values, "when": moment(self.at, self.year)}

    @property
    def heading(self) -> str:
        """Say when it is reached."""
        return self.when[:1].upper() + self.when[1:]

    @property
    def expected(self) -> str:
        """Say what is to be expected of it; nothing of one that fired."""
        return _(OUTLOOKS[self.outlook]) if self.outlook else ""

    @property
    def sentences(self) -> list[str]:
        """Answer all of it as sentences."""
        return [self.text, *(firing.text for firing in self.firings)]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of one clock of a ticket."""

    clock: ClockView
    levels: list[Rung]

    @property
    def is_reached(self) -> bool:
        """Whether any of its levels was."""
        return any(level.firings for level in self.levels)
