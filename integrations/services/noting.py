"""That a thing was changed is written in the transaction that changes it; its number comes after the commit (``numbering``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accounts.models import User
from care.models import Call
from catalogue.models import Quotation
from core.bulk import insert_many
from customers.models import AgreedTarget, Downtime, Membership
from integrations import kinds
from integrations.models import Change
from integrations.resources import ACCESS, OURS, RESOURCES
from scoresheets.models import Line
from tickets.models import Event
from training.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from customers.models import ConfigurationChange
    from documents.models import Document
    from integrations.resources import Resource

HAPPENED = {"+": "created", "~": "changed", "-": "removed"}
REMOVED = "removed"
PARTS: dict[type[Any], tuple[tuple[str, str], ...]] = {
    AgreedTarget: (("contracts", "contract_id"), ("heightened-periods", "period_id")),
    Quotation: (("service-requests", "request_id"),),
    Attendee: (("training/sessions", "session_id"),),
    Line: (("scoresheets", "score_id"),),
}
"""What has a history of its own and is read as part of another thing: of which, and by which column."""
_by_model: dict[type[Any], Resource] = {row.model: row for row in RESOURCES.values() if row.name != "tickets"}


def note_lines(events: Sequence[Event]) -> None:
    """Note a change of its ticket for every line of a record; canaries stay in the house."""
    told = [event for event in events if not event.ticket.is_canary]
    rows = [
        Change(at=event.at, type=kinds.named(event.type), resource="tickets", thing=event.ticket_id, is_public=event.is_public)
        for event in told
    ]
    for event in told:
        if event.type == Event.Type.NOTED and event.facts.get("confidential"):
            rows += _hidden(event)
    insert_many(rows)


def note_history(sender: Any, instance: Any, history_instance: Any, **_given: Any) -> None:
    """Note that a row of an audited table was made, changed or removed; called for each line of its history."""
    resource = _by_model.get(type(instance))
    at, how = history_instance.history_date, history_instance.history_type
    rows = []
    if resource is not None:
        what = {"type": f"{resource.one}.{HAPPENED[how]}", "resource": resource.name, "deleted": how == "-"}
        rows = [Change(at=at, thing=instance.pk, is_public=resource.name not in OURS, **what)]
    for name, column in PARTS.get(type(instance), ()):
        if (thing := getattr(instance, column)) is not None:
            what = {"type": f"{RESOURCES[name].one}.changed", "resource": name}
            rows.append(Change(at=at, thing=thing, is_public=name not in OURS, **what))
    if isinstance(instance, Membership):
        rows.append(_access(instance.user_id, at))
    elif isinstance(instance, Downtime):
        rows = [Change(at=at, type="equipment.downtime", resource="equipment", thing=instance.equipment_id)]
    elif isinstance(instance, User) and how == "~":
        places = Membership.objects.filter(user=instance.pk).values_list("pk", flat=True)
        rows = [Change(at=at, type="person.changed", resource="people", thing=pk, is_public=False) for pk in places]
        rows += [_access(instance.pk, at)] if _has_other_role(instance, history_instance) else []
    if rows:
        insert_many(rows)


def note_configuration(instance: ConfigurationChange, created: bool, **_given: Any) -> None:  # noqa: FBT001 - as Django calls it
    """Note that a change of an equipment's configuration was put down; called for each that is saved."""
    if created:
        insert_many([Change(at=instance.at, type="equipment.configuration", resource="equipment", thing=instance.equipment_id)])


def note_document(document: Document, *, is_new: bool, at: datetime) -> None:
    """Note that a document was issued, corrected, signed or refused: it has no history, as what it says never changes."""
    how = HAPPENED["+" if is_new else "~"]
    insert_many([Change(at=at, type=f"document.{how}", resource="documents", thing=document.pk)])


def _access(person: int, at: datetime) -> Change:
    """Answer the line that tells a person to read everything anew."""
    return Change(at=at, type=f"{ACCESS}.changed", resource=ACCESS, thing=person, person=person)


def _has_other_role(person: User, line: Any) -> bool:
    before = type(line).objects.filter(id=person.pk, history_id__lt=line.history_id).order_by("-history_id").first()
    return before is not None and before.role != person.role


def _hidden(event: Event) -> list[Change]:
    """Answer for each whom a complaint is now hidden from that it is gone; not where nobody was told of it before."""
    ticket = event.ticket
    if not Change.objects.filter(resource="tickets", thing=ticket.pk, sequence__isnull=False).exists():
        return []
    people = ticket.concerned.values_list("person_id", flat=True)
    things = [("tickets", ticket.pk, ticket.number), *(("visits", pk, str(pk)) for pk in ticket.visits.values_list("pk", flat=True))]
    loop = getattr(ticket, "loop", None)
    things += [("loops", loop.pk, ticket.number)] if loop else []
    things += [("remedies", pk, str(pk)) for pk in ticket.remedies.values_list("pk", flat=True)]
    calls = Call.objects.filter(Q(ticket=ticket) | Q(loop__ticket=ticket) | Q(items__loop__ticket=ticket)).distinct()
    things += [("calls", pk, str(pk)) for pk in calls.values_list("pk", flat=True)]
    return [
        Change(at=event.at, type=f"{RESOURCES[name].one}.{REMOVED}", resource=name, thing=pk, key=key, person=person, deleted=True)
        for person in people
        for name, pk, key in things
    ]
