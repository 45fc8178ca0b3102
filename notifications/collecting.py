"""How many mails a person gets of what runs late: thousands of late tickets must not be thousands of mails.

So many mails go by themselves; what is more within the window waits for its end and goes as one. Of severity 1 everything
goes at once, but not more than one mail a minute. No database here: what is known goes in, what is to be done comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from notifications.models import Wait
from notifications.quiet import quiet_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notifications.models import Message

SPACE = timedelta(minutes=1)
"""Between two mails about severity 1."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many mails go by themselves in how long a time."""

    mails: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that a person got lately, or that is on its way."""

    at: datetime
    at_once: bool
    is_digest: bool


@dataclass(slots=True)
class Plan:
    """What becomes of the messages that are due for a person."""

    mails: list[list[Message]] = field(default_factory=list)
    """Each list goes as one mail, now."""
    held: list[tuple[Message, datetime, Wait]] = field(default_factory=list)

    def hold(self, messages: Sequence[Message], until: datetime, why: Wait) -> None:
        """Have messages wait; where it is quiet then, until the quiet hours end."""
        for message in messages:
            quiet = None if message.at_once else quiet_end(message.recipient, until)
            self.held.append((message, quiet or until, Wait.QUIET if quiet else why))


def plan(due: Sequence[Message], lately: Sequence[Mail], allowance: Allowance, at: datetime) -> Plan:
    """Say which of a person's messages that are due (oldest first) go now, which go together, and which wait until when."""
    made = Plan()
    severe, others = [row for row in due if row.at_once], [row for row in due if not row.at_once]
    if severe:
        _severe(made, severe, lately, at)
    if others:
        recent = [mail for mail in lately if mail.at > at - allowance.window]
        _others(made, others, [*recent, *(Mail(at, at_once=True, is_digest=False) for mails in made.mails if mails)], allowance, at)
    return made


def _severe(made: Plan, rows: list[Message], lately: Sequence[Mail], at: datetime) -> None:
    last = max((mail.at for mail in lately if mail.at_once), default=None)
    if last is not None and at < last + SPACE:
        made.hold(rows, last + SPACE, Wait.SPACED)
    else:
        made.mails.append(rows)


def _others(made: Plan, rows: list[Message], recent: Sequence[Mail], allowance: Allowance, at: datetime) -> None:
    """A window begins with the first mail, or with the mail that ended the last one."""
    digests = [mail.at for mail in recent if mail.is_digest]
    opened = max(digests) if digests else min((mail.at for mail in recent), default=at)
    free = max(0, allowance.mails - sum(mail.at >= opened for mail in recent))
    is_over = any(row.waits == Wait.COLLECTED for row in rows)  # they were to wait until now
    if is_over or (len(rows) > free and any(row.waits for row in rows)):
        made.mails.append(rows)
        return
    made.mails += [[row] for row in rows[:free]]
    made.hold(rows[free:], opened + allowance.window, Wait.COLLECTED)
