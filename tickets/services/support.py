"""Steps that some plans promise a time for: remote support, the emergency team, a stop-gap, a department's opinion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.time import epoch
from tickets.consent import EXPIRED, GIVEN, NONE, RUNNING, USED_UP, consent_state, remote_marks
from tickets.errors import MoveNotAllowed
from tickets.models import Event
from tickets.services import log
from tickets.services.moves import said, tell
from tickets.services.record import check, locked, move, save_derived

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket


REFUSED = {
    NONE: gettext_lazy("The customer has not agreed to remote support yet."),
    EXPIRED: gettext_lazy("The customer's consent to remote support has run out; ask for it again."),
    USED_UP: gettext_lazy("The customer's consent was for the session that has ended; ask for it again."),
    RUNNING: gettext_lazy("A remote session is under way; end it with what was done in it."),
}
CONSENT_LASTS = timedelta(hours=24)
"""How long a consent holds that says nothing of its end."""
LONGEST_CONSENT = timedelta(days=31)


@transaction.atomic
def agree_remote(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    name: str = "",
    purpose: str = "",
    until: datetime | None = None,
) -> Ticket:
    """The customer allows us in for one session: said by themselves, or read back on the phone and put down by us.

    ``name`` is who said it to us, ``purpose`` for what (else the ticket's subject), ``until`` how long it holds (else a day).
    """
    row = locked(ticket)
    if actor is not None and actor.is_customer:
        who = {"consenter": actor.name, "how": "portal"}
    else:
        spoken = said(name or text, "name" if name else "text", _("Write who agreed, and how."))
        who = {"consenter": spoken[:80], "how": "phone", "heard_by": actor.name if actor else ""}
    ends = _consent_end(until, at)
    facts = {**who, "purpose": purpose.strip() or row.subject, "until": epoch(ends)}
    return tell(*move(row, "agree-remote", actor=actor, at=at, text=text, facts=facts), actor, at)


def _consent_end(until: datetime | None, at: datetime) -> datetime:
    ends = until or at + CONSENT_LASTS
    if ends <= at:
        raise Invalid(_("This time is past; a consent holds for a while."), field="until", code="past")
    if ends > at + LONGEST_CONSENT:
        raise Invalid(_("A consent holds for a month at most; ask again then."), field="until", code="too_far")
    return ends


@transaction.atomic
def start_remote(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "") -> Ticket:
    """An engineer is logged in; only under the customer's consent, which holds for one session and ends with the close."""
    row = locked(ticket)
    state = consent_state(remote_marks(row), at)
    if state != GIVEN:
        raise MoveNotAllowed(REFUSED[state], code=state)
    return move(row, "start-remote", actor=actor, at=at, text=text)[0]


@transaction.atomic
def end_remote(ticket: Ticket, *, actor: User | None, at: datetime, text: str) -> Ticket:
    """The session is over: what was done in it, for the customer to read. Its consent is used up."""
    row = locked(ticket)
    words = said(text, "text", _("Write what was done in the session."))
    if consent_state(remote_marks(row), at) != RUNNING:
        raise MoveNotAllowed(_("There is no remote session to end."), code="no_session")
    return tell(*move(row, "end-remote", actor=actor, at=at, text=words), actor, at)


@transaction.atomic
def form_team(ticket: Ticket, *, actor: User | None, at: datetime, members: str) -> Ticket:
    """An emergency team takes it over; the customer is told who is in it."""
    words = said(members, "members", _("Write who is in the team."))
    return tell(*move(ticket, "form-team", actor=actor, at=at, text=words), actor, at)


@transaction.atomic
def stopgap(ticket: Ticket, *, actor: User | None, at: datetime, measure: str) -> Ticket:
    """The customer can work again for the time being; the fault is not solved yet."""
    words = said(measure, "measure", _("Write what keeps the customer working."))
    return tell(*move(ticket, "stopgap", actor=actor, at=at, text=words), actor, at)


@transaction.atomic
def ask_department(ticket: Ticket, *, actor: User | None, at: datetime, department: str, text: str = "", in_loop: bool = False) -> Ticket:
    """Send the tracking form (投诉跟踪单) to the department concerned; among us."""
    facts = {"department": said(department, "department", _("Write which department is asked."))}
    return move(ticket, "ask-department", actor=actor, at=at, text=text, facts=facts, public=False, in_loop=in_loop)[0]


@transaction.atomic
def give_opinion(
    ticket: Ticket, *, actor: User | None, at: datetime, department: str, text: str, in_loop: bool = False, is_last: bool = True
) -> Ticket:
    """Put down what the department intends; the customer is told in words of their own afterwards.

    While others are still to answer it is a note: the promise is kept by the last one (``is_last``).
    """
    facts = {"department": said(department, "department", _("Write which department answers."))}
    words = said(text, "text", _("Write what the department intends."))
    if not is_last:
        row = locked(ticket)
        check(row, "give-opinion", actor, in_loop=in_loop)
        log.append(row, Event.Type.NOTED, actor=actor, at=at, text=words, facts=facts, public=False)
        save_derived(row)
        return row
    return tell(*move(ticket, "give-opinion", actor=actor, at=at, text=words, facts=facts, public=False, in_loop=in_loop), actor, at)
