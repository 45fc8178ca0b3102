"""Links, tags, watchers, saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from tickets.models import Event, SavedView, Tag, Ticket, TicketLink
from tickets.services import concerning, log
from tickets.services.record import locked, save_derived

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def link(source: Ticket, target: Ticket, kind: str, *, actor: User | None, at: datetime) -> TicketLink:
    """Say how one ticket stands to another; both records tell of it."""
    if source.pk == target.pk:
        raise Invalid(_("A ticket cannot be linked to itself."), field="target", code="itself")
    if kind not in TicketLink.Kind.values:
        raise Invalid(
            _("Choose one of: %(choices)s.") % {"choices": ", ".join(TicketLink.Kind.values)}, field="kind", code="invalid_choice"
        )
    first, second = sorted((source, target), key=lambda ticket: ticket.pk)
    rows = {row.pk: row for row in (locked(first), locked(second))}
    for row in rows.values():
        concerning.refuse(row, actor)
    made, created = TicketLink.objects.get_or_create(
        source=source, target=target, kind=kind, defaults={"created_at": at, "created_by": actor}
    )
    if created:
        for row, other in ((rows[source.pk], target), (rows[target.pk], source)):
            log.append(row, Event.Type.LINKED, actor=actor, at=at, facts={"kind": kind, "other": other.number}, public=False)
            save_derived(row)
    return made


@transaction.atomic
def tag(ticket: Ticket, names: Iterable[str], *, actor: User | None, at: datetime) -> list[Tag]:
    """Set the ticket's tags to exactly these words."""
    words = list(dict.fromkeys(name.strip()[:40] for name in names if name.strip()))
    row = locked(ticket)
    concerning.refuse(row, actor)
    tags = [Tag.objects.get_or_create(name=word)[0] for word in words]
    row.tags.set(tags)
    log.append(row, Event.Type.NOTED, actor=actor, at=at, facts={"tags": words}, public=False)
    save_derived(row)
    return tags


@transaction.atomic
def watch(ticket: Ticket, *, actor: User, at: datetime) -> None:
    """Be told of what happens to the ticket."""
    concerning.refuse(ticket, actor)
    ticket.watchers.add(actor)


@transaction.atomic
def unwatch(ticket: Ticket, *, actor: User, at: datetime) -> None:
    """Be told no longer."""
    ticket.watchers.remove(actor)


@transaction.atomic
def save_view(name: str, query: str, *, actor: User, at: datetime) -> SavedView:
    """Keep filters of the queue under a name; the same name again replaces them."""
    words = name.strip()[:60]
    if not words:
        raise Invalid(_("Give the view a name."), field="name", code="required")
    view, _created = SavedView.objects.update_or_create(user=actor, name=words, defaults={"query": query[:500], "created_at": at})
    return view


def forget_view(view: SavedView, *, actor: User, at: datetime) -> None:
    """Drop a saved view."""
    view.delete()
