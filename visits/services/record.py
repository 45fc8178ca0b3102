"""Every step is one transaction: lock the visit, check, save, add a line to its record, chained by hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import sign
from visits import selectors, workflow
from visits.errors import NotYourVisit, StepNotAllowed
from visits.models import Status, Visit, VisitEvent
from visits.services import listeners, names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Sent:
    """How a step reached us: the key the phone made for it, and when it was pressed there by the phone's own time.

    A step with a key that the record holds already is not made again; it is answered as it was the first time.
    """

    key: UUID | None = None
    pressed_at: datetime | None = None

    def facts(self) -> dict[str, str]:
        """Answer what the record keeps of it, beside the server's own time."""
        return {"on_device_at": self.pressed_at.isoformat()} if self.pressed_at is not None else {}


HERE = Sent()
"""Pressed on a page of the server, as it came."""


def locked(visit: Visit) -> Visit:
    """Answer the visit as it is now, locked until the transaction ends."""
    rows = Visit.objects.select_for_update(of=("self",))
    return rows.select_related("ticket", "organization", "site", "office", "lead").get(pk=visit.pk)


def is_known(visit: Visit, sent: Sent) -> bool:
    """Whether this sending stands in the record already; ask under the lock."""
    return sent.key is not None and visit.events.filter(key=sent.key).exists()


def must_work(visit: Visit, actor: User | None) -> None:
    """Refuse a step to who does not travel and does not dispatch."""
    if actor is not None and not selectors.may_work_on(actor, visit):
        raise NotYourVisit(_("Only the engineers of this visit and the dispatchers can do this."))


def check(visit: Visit, name: str) -> workflow.Step:
    """Answer the step if the visit's state allows it; refuse it with a sentence."""
    step = workflow.STEPS[name]
    if visit.status not in step.sources:
        possible = ", ".join(str(names.STEPS[other]) for other in workflow.allowed(visit.status))
        raise StepNotAllowed(
            _("“%(step)s” is not possible while visit %(number)s is “%(state)s”. Possible now: %(possible)s.")
            % {
                "step": names.STEPS[name],
                "number": visit.number,
                "state": Status(visit.status).label,
                "possible": possible or _("nothing"),
            }
        )
    return step


def said(text: str, field: str, sentence: str) -> str:
    """Answer the text without its edges; refuse an empty one by the name of its field."""
    words = text.strip()
    if not words:
        raise Invalid(sentence, field=field, code="required")
    return words


def append(
    visit: Visit,
    type_: str,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    sent: Sent = HERE,
) -> VisitEvent:
    """Add a line to the record, chained to the one before; the caller holds the visit's lock."""
    visit.event_count += 1
    event = VisitEvent(
        visit=visit,
        seq=visit.event_count,
        type=type_,
        at=at,
        actor=actor,
        text=text.strip(),
        facts={**(facts or {}), **sent.facts()},
        key=sent.key,
    )
    visit.head_hash = event.seal(visit.head_hash)
    event.save(force_insert=True)
    Visit.objects.filter(pk=visit.pk).update(event_count=visit.event_count, head_hash=visit.head_hash)
    listeners.written(event)
    return event


def save(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """Save the visit with a line in its field history, by whom and when."""
    sign(visit, actor, at)
    visit.updated_at = at
    visit.save()


def take(
    visit: Visit,
    name: str,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    sent: Sent = HERE,
    **columns: Any,
) -> VisitEvent:
    """Take a step of the workflow with a visit that is locked: check it, save what changes, add the line."""
    step = check(visit, name)
    if step.target is not None:
        visit.status = step.target
        visit.sequence += 1
    for column, value in columns.items():
        setattr(visit, column, value)
    event = append(visit, step.event, actor=actor, at=at, text=text, facts=facts, sent=sent)
    save(visit, actor=actor, at=at)
    return event
