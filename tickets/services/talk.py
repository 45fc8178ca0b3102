"""What is said: the customer's words, internal notes, files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import PROVIDER_ROLES, User
from core.errors import Invalid
from tickets.errors import MoveNotAllowed
from tickets.models import Attachment, Event, Status, Ticket
from tickets.services import concerning, log, moves, origins, telling
from tickets.services import files as uploads
from tickets.services.origins import NOWHERE
from tickets.services.record import locked, save_derived

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from tickets.services.origins import Origin

_MENTION = re.compile(r"@([^\s@,，。;；:：]{1,80})")


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    text: str,
    files: Sequence[UploadedFile] = (),
    facts: Mapping[str, Any] | None = None,
    origin: Origin = NOWHERE,
) -> Ticket:
    """The customer says something; a closed ticket takes it too and stays closed ("thanks" does not reopen).

    ``facts`` tell how it was said, such as by which mail.
    """
    row, event = _say(ticket, Event.Type.REPLIED, actor=actor, at=at, text=text, files=files, public=True, facts=facts, origin=origin)
    if event is not None:
        telling.happened(row, event, actor=actor, at=at)
    return row


@transaction.atomic
def note(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    text: str,
    files: Sequence[UploadedFile] = (),
    facts: Mapping[str, Any] | None = None,
    origin: Origin = NOWHERE,
) -> Ticket:
    """Write an internal note; people named with @ are told."""
    row, event = _say(ticket, Event.Type.NOTED, actor=actor, at=at, text=text, files=files, public=False, facts=facts, origin=origin)
    if event is not None:
        telling.mentioned(row, event, mentions(text), actor=actor, at=at)
    return row


def comment(
    ticket: Ticket,
    *,
    actor: User,
    at: datetime,
    text: str,
    files: Sequence[UploadedFile] = (),
    internal: bool = False,
    via: str = "message",
    origin: Origin = NOWHERE,
) -> Ticket:
    """Say something as who one is: a customer replies, we contact the customer or write a note among us.

    What comes from another system under an id (``origin``) is said once: the same again changes nothing.
    """
    if actor.is_customer:
        return reply(ticket, actor=actor, at=at, text=text, files=files, origin=origin)
    if internal:
        return note(ticket, actor=actor, at=at, text=text, files=files, origin=origin)
    return moves.contact(ticket, actor=actor, at=at, text=text, via=via, files=files, origin=origin)


def mentions(text: str) -> list[User]:
    """Answer our people who are named with an @ (by name, or by the part of the address before the @)."""
    names = set(_MENTION.findall(text))
    if not names:
        return []
    people = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True)
    return [person for person in people if person.name in names or person.email.split("@")[0] in names]


@transaction.atomic
def attach(
    ticket: Ticket, *, actor: User | None, at: datetime, upload: UploadedFile, is_public: bool = True, origin: Origin = NOWHERE
) -> Attachment:
    """Add one file to the record; one that another system sent before under the same id is answered."""
    uploads.check(upload)
    row = _open_for_words(ticket)
    concerning.refuse(row, actor)
    before = origins.known(row, origin, actor)
    if before is not None and (kept := before.attachments.first()):
        return kept
    event = log.append(row, Event.Type.ATTACHED, actor=actor, at=at, facts={"name": upload.name, **origin.facts()}, public=is_public)
    save_derived(row)
    return uploads.keep(row, [upload], event=event, actor=actor, at=at)[0]


def _say(
    ticket: Ticket,
    type_: str,
    *,
    actor: User | None,
    at: datetime,
    text: str,
    files: Sequence[UploadedFile],
    public: bool,
    facts: Mapping[str, Any] | None = None,
    origin: Origin,
) -> tuple[Ticket, Event | None]:
    """Add words to the record; answer the ticket and the new line, none where the words were there already."""
    if not text.strip() and not files:
        raise Invalid(_("Write something first."), field="text", code="required")
    uploads.check_all(files)
    row = _open_for_words(ticket)
    if origins.known(row, origin, actor) is not None:
        return row, None
    event = log.append(row, type_, actor=actor, at=at, text=text, facts={**(facts or {}), **origin.facts()}, public=public)
    save_derived(row)
    uploads.keep(row, files, event=event, actor=actor, at=at)
    return row, event


def _open_for_words(ticket: Ticket) -> Ticket:
    row = locked(ticket)
    if row.status == Status.CANCELLED:
        raise MoveNotAllowed(_("Ticket %(number)s was cancelled; report a new one.") % {"number": row.number})
    return row
