"""What managers do with mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from integrations import addresses
from mailroom.errors import BadServer
from mailroom.models import AT_ONCE, PASSWORDS, Mailbox

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

FIELDS = ("name", "address", "host", "port", "security", "username", "folder", "done_folder", "kind", "severity")
PLACE = ("host", "port", "username", "folder")
"""What makes it another folder: its numbers begin anew."""


@transaction.atomic
def create_mailbox(*, password: str, actor: User, at: datetime, **facts: Any) -> Mailbox:
    """Have a folder of a mail server read from now on; its password is kept encrypted and shown to nobody again."""
    _check_actor(actor)
    if not password:
        raise Invalid(_("Give the password; many providers want one made for programs."), field="password", code="required")
    return _save(Mailbox(created_by=actor, created_at=at), facts, password, actor, at)


@transaction.atomic
def change_mailbox(mailbox: Mailbox, *, password: str = "", actor: User, at: datetime, **facts: Any) -> Mailbox:
    """Change a mailbox; without a password the one that is kept stays, but not for another server."""
    row = _locked(mailbox, actor)
    if not password and any(name in facts and facts[name] != getattr(row, name) for name in ("host", "username")):
        sentence = _("Give the password again: it is shown to no other server, and to no other account.")
        raise Invalid(sentence, field="password", code="required")
    return _save(row, facts, password, actor, at)


def _save(row: Mailbox, facts: dict[str, Any], password: str, actor: User, at: datetime) -> Mailbox:
    before = [getattr(row, name) for name in PLACE]
    for name in FIELDS:
        if name in facts:
            setattr(row, name, facts[name].strip() if isinstance(facts[name], str) else facts[name])
    row.host, row.address = row.host.lower(), row.address.lower()
    _check_server(row)
    if password:
        row.secret = PASSWORDS.seal(password)
    if [getattr(row, name) for name in PLACE] != before:
        row.uid_validity, row.last_uid = None, 0
    row.next_at, row.last_error, row.failing_since = AT_ONCE, "", None
    row.left_words, row.left_at = "", None
    check(row)
    save_by(row, actor, at=at)
    return row


def _check_server(row: Mailbox) -> None:
    """Refuse what is wrong on its face; what the name leads to is seen at every connection."""
    if not row.host or not row.host.isprintable() or any(sign in row.host for sign in "/:@ ") or len(row.host) > 200:  # noqa: PLR2004
        raise BadServer(_("Write the name of the server alone, such as imap.example.com."), field="host")
    if not settings.MAILBOXES_ALLOW_PRIVATE:
        if addresses.is_inside(row.host):
            raise BadServer(_("Nothing is fetched from addresses inside a network unless the desk's settings allow it."), field="host")
        if row.security == Mailbox.Security.NONE:
            raise BadServer(_("Over the internet the line has to be made safe: choose TLS or STARTTLS."), field="security")


@transaction.atomic
def switch(mailbox: Mailbox, *, on: bool, actor: User, at: datetime) -> Mailbox:
    """Stop reading it, or go on where it was left."""
    row = _locked(mailbox, actor)
    if row.is_active != on:
        row.is_active, row.next_at, row.failing_since, row.last_error = on, AT_ONCE, None, ""
        save_by(row, actor, at=at, fields=["is_active", "next_at", "failing_since", "last_error"])
    return row


def _locked(mailbox: Mailbox, actor: User) -> Mailbox:
    _check_actor(actor)
    return Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)


def _check_actor(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("Mailboxes are for managers and administrators."))
