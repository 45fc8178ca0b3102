"""Waiting for somebody else: put on hold for a cause, the expected arrival moved, gone on, objected to (rule 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.time import epoch
from sla import selectors as promises
from sla.engine.plan import DEFAULT_CAUSES, Cause
from sla.words import spoken
from tickets.models import Ticket, WaitOwner
from tickets.services import files as uploads
from tickets.services.moves import said, tell
from tickets.services.record import check, locked, move
from tickets.services.waking import AWAKE, wake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

FARTHEST = timedelta(days=366)
"""How far ahead something may be expected: what is later is a slip of the pen."""


def causes_of(ticket: Ticket) -> tuple[Cause, ...]:
    """Answer what a ticket may have to wait for: the causes of its plan, else those of the product."""
    if ticket.commitment is None:
        return DEFAULT_CAUSES
    return promises.engine_plan(ticket.commitment.plan_version_id).causes


@transaction.atomic
def hold(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    code: str = "",
    owner: str = "",
    cause: str = "",
    evidence: str = "",
    expected_at: datetime | None = None,
    files: Sequence[UploadedFile] = (),
) -> Ticket:
    """Stop the pausable clocks while we wait for someone else; the customer sees it and may object (rule 6).

    ``code`` is a cause of the plan, which says in whose hands it is; without one ``owner`` and ``cause`` say it in words.
    """
    row = locked(ticket)
    wake(row, at=at)
    check(row, "hold", actor)
    known = _known(row, code, owner) if code else None
    facts = _facts(known, owner, cause.strip(), evidence.strip())
    if known is not None and known.needs_evidence and not (facts["evidence"] or files):
        sentence = _("“%(cause)s” has to be shown: write what shows it, or attach a file.")
        raise Invalid(sentence % {"cause": spoken(known.name)}, field="evidence", code="required")
    until = _expected(known, expected_at, at)
    if until is not None:
        facts |= {"until": epoch(until), "expected_at": until.isoformat()}
    uploads.check_all(files)
    waits = {"wait_owner": facts["owner"], "wait_cause": facts["cause"][:200], "wait_code": code, "wait_until": until}
    row, event = move(row, "hold", actor=actor, at=at, facts=facts, **waits)
    uploads.keep(row, files, event=event, actor=actor, at=at)
    return tell(row, event, actor, at)


def _known(ticket: Ticket, code: str, owner: str) -> Cause:
    """Answer the cause of that code; refuse one the plan does not know, and one in other hands than were said."""
    causes = causes_of(ticket)
    found = next((cause for cause in causes if cause.code == code), None)
    if found is None:
        choices = ", ".join(cause.code for cause in causes)
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": choices}, field="code", code="invalid_choice")
    if owner and owner != found.owner:
        sentence = _("“%(cause)s” is in the hands of: %(owner)s. Leave the owner out, or choose another cause.")
        raise Invalid(sentence % {"cause": spoken(found.name), "owner": WaitOwner(found.owner).label}, field="owner", code="other_owner")
    return found


def _facts(known: Cause | None, owner: str, cause: str, evidence: str) -> dict[str, Any]:
    if known is not None:
        return {"code": known.code, "name": dict(known.name), "owner": known.owner, "cause": cause, "evidence": evidence}
    words = said(cause, "cause", _("Write what we are waiting for."))
    if owner not in WaitOwner.values:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(WaitOwner.values)}, field="owner", code="invalid_choice")
    return {"owner": owner, "cause": words, "evidence": evidence}


def _expected(known: Cause | None, expected_at: datetime | None, at: datetime) -> datetime | None:
    """Answer when the wait ends by itself; a cause that does so needs it, any other has no use for it."""
    if known is not None and known.ends_by_itself:
        if expected_at is None:
            raise Invalid(_("Say when it is expected: the wait ends then by itself."), field="expected_at", code="required")
        return _ahead(expected_at, at)
    if expected_at is not None:
        raise Invalid(_("This wait does not end by itself; leave the expected time out."), field="expected_at", code="not_expected")
    return None


def _ahead(expected_at: datetime, at: datetime) -> datetime:
    if expected_at <= at:
        raise Invalid(_("This time is past. If it has come already, resume the work."), field="expected_at", code="past")
    if expected_at > at + FARTHEST:
        raise Invalid(_("This time is more than a year away."), field="expected_at", code="too_far")
    return expected_at.replace(microsecond=0)


@transaction.atomic
def move_arrival(ticket: Ticket, *, actor: User | None, at: datetime, expected_at: datetime, reason: str) -> Ticket:
    """It comes earlier or later than expected: the wait ends then, and the customer is told why."""
    words = said(reason, "reason", _("Write why it comes at another time."))
    row = locked(ticket)
    wake(row, at=at)
    check(row, "move-arrival", actor)
    if row.wait_until is None:
        raise Invalid(_("This wait does not end by itself; resume it when it is over."), field="expected_at", code="not_expected")
    until = _ahead(expected_at, at)
    if until == row.wait_until:
        raise Invalid(_("It is expected at that time already."), field="expected_at", code="unchanged")
    facts = {"from": epoch(row.wait_until), "until": epoch(until), "expected_at": until.isoformat()}
    return tell(*move(row, "move-arrival", actor=actor, at=at, text=words, facts=facts, wait_until=until), actor, at)


@transaction.atomic
def resume(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "") -> Ticket:
    """The wait is over: the clocks go on."""
    return move(ticket, "resume", actor=actor, at=at, text=text, **AWAKE)[0]
