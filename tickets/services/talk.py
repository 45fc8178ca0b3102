"""What is said: the customer's words, internal notes, files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import PROVIDER_ROLES, User
from core.errors import Invalid
from tickets.errors import MoveNotAllowed
from tickets.models import Attachment, Event, Status, Ticket
from tickets.services import files as uploads
from tickets.services import log, moves, telling
from tickets.services.record import locked, save_derived

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

_MENTION = re.compile(r"@([^\s@,，。;；:：]{1,80})")


@transaction.atomic
def reply(ticket: Ticket, *, actor: User | None, at: datetime, text: str, files: Sequence[UploadedFile] = ()) -> Ticket:
    """The customer says something; a closed ticket takes it too and stays closed ("thanks" does not reopen)."""
    row, event = _say(ticket, Event.Type.REPLIED, actor=actor, at=at, text=text, files=files, public=True)
    telling.happened(row, event, actor=actor, at=at)
    return row


@transaction.atomic
def note(ticket: Ticket, *, actor: User | None, at: datetime, text: str, files: Sequence[UploadedFile] = ()) -> Ticket:
    """Write an internal note; people named with @ are told."""
    row, event = _say(ticket, Event.Type.NOTED, actor=actor, at=at, text=text, files=files, public=False)
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
) -> Ticket:
    """Say something as who one is: a customer replies, we contact the customer or write a note among us."""
    if actor.is_customer:
        return reply(ticket, actor=actor, at=at, text=text, files=files)
    if internal:
        return note(ticket, actor=actor, at=at, text=text, files=files)
    return moves.contact(ticket, actor=actor, at=at, text=text, via=via, files=files)


def mentions(text: str) -> list[User]:
    """Answer our people who are named with an @ (by name, or by the part of the address before the @)."""
    names = set(_MENTION.findall(text))
    if not names:
        return []
    people = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True)
    return [person for person in people if person.name in names or person.email.split("@")[0] in names]


@transaction.atomic
def attach(ticket: Ticket, *, actor: User | None, at: datetime, upload: UploadedFile, is_public: bool = True) -> Attachment:
    """Add one file to the record."""
    uploads.check(upload)
    row = _open_for_words(ticket)
    event = log.append(row, Event.Type.ATTACHED, actor=actor, at=at, facts={"name": upload.name}, public=is_public)
    save_derived(row)
    return uploads.keep(row, [upload], event=event, actor=actor, at=at)[0]


def _say(
    ticket: Ticket, type_: str, *, actor: User | None, at: datetime, text: str, files: Sequence[UploadedFile], public: bool
) -> tuple[Ticket, Event]:
    if not text.strip() and not files:
        raise Invalid(_("Write something first."), field="text", code="required")
    uploads.check_all(files)
    row = _open_for_words(ticket)
    event = log.append(row, type_, actor=actor, at=at, text=text, public=public)
    save_derived(row)
    uploads.keep(row, files, event=event, actor=actor, at=at)
    return row, event


def _open_for_words(ticket: Ticket) -> Ticket:
    row = locked(ticket)
    if row.status == Status.CANCELLED:
        raise MoveNotAllowed(_("Ticket %(number)s was cancelled; report a new one.") % {"number": row.number})
    return row
