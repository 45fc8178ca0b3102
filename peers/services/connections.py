"""What people do with connections: make, change, map, pause, go on; and with what waits: send again, leave out, send a ticket there."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from accounts.models import Role
from core.errors import Invalid, NotAllowed
from core.record import check, save_by, sign
from integrations import addresses
from integrations.errors import BadAddress
from peers import adaptors, known, sealing, selectors
from peers.errors import BadNudge, NotConnected
from peers.models import AT_ONCE, Connection, Link, Mapping, Outgoing
from peers.services import subscribing
from peers.services.hearing import WORDS, stir
from peers.services.waking import wake_after_commit

if TYPE_CHECKING:
    from collections.abc import Mapping as Headers
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

SETTABLE = (
    "name", "adaptor", "url", "allow_private", "auth", "username", "account", "organization", "direction", "sends", "kinds", "takes_new",
    "shares_notes", "status_rule", "severity_rule", "kind_rule", "every_seconds", "token_url", "listens", "adds", "sends_addresses",
    "file_hosts",
)  # fmt: skip


@transaction.atomic
def create_connection(*, secret: str, actor: User, at: datetime, **given: Any) -> Connection:
    """Make a connection with the usual mappings; nothing that was before it is exchanged."""
    _check_actor(actor)
    if not secret:
        raise Invalid(_("Enter the secret that the other side gave you."), field="secret", code="required")
    row = Connection(created_by=actor, created_at=at, secret=sealing.seal(secret))
    _save(row, given, actor, at)
    for what, way, ours, theirs in adaptors.usual(row.adaptor):
        save_by(Mapping(connection=row, what=what, way=way, ours=ours, theirs=theirs), actor, at=at)
    return row


@transaction.atomic
def change_connection(connection: Connection, *, secret: str = "", actor: User, at: datetime, **given: Any) -> Connection:
    """Change a connection; without a secret the one before stays, but not for another address: who has that would be shown it."""
    row = _locked(connection, actor)
    elsewhere = given["url"].strip() != row.url or given.get("token_url", row.token_url).strip() != row.token_url
    if elsewhere and not secret:
        raise Invalid(_("Enter the secret again for another address."), field="secret", code="required")
    if secret:
        row.secret = sealing.seal(secret)
    row.rests_until, row.pull_at = AT_ONCE, AT_ONCE
    _save(row, given, actor, at)
    wake_after_commit()
    return row


def _save(row: Connection, given: dict[str, Any], actor: User, at: datetime) -> None:
    (was_allowed, before), spoken = (row.allow_private, row.url) if row.pk else (False, ""), row.adaptor
    for name in SETTABLE:
        if name in given:
            setattr(row, name, given[name])
    row.name, row.url, row.token_url = row.name.strip(), row.url.strip().rstrip("/"), row.token_url.strip()
    if row.allow_private and actor.role != Role.ADMIN and not (was_allowed and row.url == before):
        raise NotAllowed(_("An administrator allows addresses inside our network."), field="allow_private")
    if row.account.role == Role.ADMIN:
        raise Invalid(_("What comes from there may not act as an administrator."), field="account")
    if row.pk and row.adaptor != spoken:
        raise Invalid(_("A connection speaks one language all its life. Make another one."), field="adaptor")
    if row.speaks_tmf and row.shares_notes:
        raise Invalid(_("TMF621 knows no internal notes: whatever is sent there may be read by customers."), field="shares_notes")
    addresses.check(row.url, allow_private=row.allow_private or None)
    _check_token_url(row)
    check(row)
    save_by(row, actor, at=at)
    subscribing.look_again(row)
    known.listening.forget()


def _check_token_url(row: Connection) -> None:
    """Have the secret be shown to no address that requests may not go to."""
    if not row.token_url:
        return
    try:
        addresses.check(row.token_url, allow_private=row.allow_private or None)
    except BadAddress as refusal:
        raise BadAddress(refusal.sentence, field="token_url") from refusal


@transaction.atomic
def pause(connection: Connection, *, actor: User, at: datetime) -> None:
    """Exchange nothing until it goes on; what happens here meanwhile is kept."""
    row = _locked(connection, actor)
    row.state = Connection.State.PAUSED
    save_by(row, actor, at=at, fields=["state"])
    subscribing.look_again(row)
    wake_after_commit()


@transaction.atomic
def resume(connection: Connection, *, actor: User, at: datetime) -> None:
    """Go on at once, however long it was left alone."""
    row = _locked(connection, actor)
    row.state, row.rests_until, row.pull_at = Connection.State.ACTIVE, AT_ONCE, AT_ONCE
    save_by(row, actor, at=at, fields=["state", "rests_until", "pull_at"])
    subscribing.look_again(row)
    wake_after_commit()


@transaction.atomic
def new_hook_secret(connection: Connection, *, actor: User, at: datetime) -> str:
    """Make the secret with which the other side signs its webhooks, and answer it this once; the one before ends."""
    row, secret = _locked(connection, actor), "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    row.hook_secret = sealing.seal(secret)
    save_by(row, actor, at=at, fields=["hook_secret"])
    return secret


@transaction.atomic
def map_values(connection: Connection, *, what: str, way: str, pairs: Sequence[tuple[str, str]], actor: User, at: datetime) -> None:
    """Have these values stand for each other in one direction and no others; what was left alone for want of them is looked at again."""
    row = _locked(connection, actor)
    if what not in Mapping.What.values or way not in Mapping.Way.values:
        raise Invalid(_("Choose what is mapped."), field="what")
    given = [(ours.strip(), theirs.strip()) for ours, theirs in pairs if ours.strip() or theirs.strip()]
    if any(not ours or not theirs for ours, theirs in given):
        raise Invalid(_("Each row has both values, or none."), field="pairs")
    keys = [ours if way == Mapping.Way.OUT else theirs for ours, theirs in given]
    if len(set(keys)) != len(keys):
        raise Invalid(_("A value stands for one other only."), field="pairs")
    kept = {(each.ours, each.theirs): each for each in row.mappings.filter(what=what, way=way)}
    for pair, each in kept.items():
        if pair not in given:
            sign(each, actor, at)
            each.delete()
    for ours, theirs in given:
        if (ours, theirs) not in kept:
            one = Mapping(connection=row, what=what, way=way, ours=ours, theirs=theirs)
            check(one)
            save_by(one, actor, at=at)
    row.links.filter(ticket=None).update(is_outside=False)
    stir(row.links.filter(ticket=None).values_list("pk", flat=True), afresh=True)
    wake_after_commit()


@transaction.atomic
def retry(link: Link, *, actor: User, at: datetime) -> None:
    """Serve a linked ticket now, and send again what was refused."""
    row = _locked_link(link, actor)
    row.outgoing.filter(state=Outgoing.State.REFUSED).update(state=Outgoing.State.WAITING, error="")
    Link.objects.filter(pk=row.pk).update(next_at=AT_ONCE, attempts=0)
    stir([row.pk], afresh=True)
    wake_after_commit()


@transaction.atomic
def skip(link: Link, *, actor: User, at: datetime) -> None:
    """Leave out what was refused, so that what is behind it goes on. What makes the ticket over there cannot be left out."""
    row = _locked_link(link, actor)
    refused = row.outgoing.filter(state=Outgoing.State.REFUSED)
    if refused.filter(is_creation=True).exists():
        raise NotConnected(_("Without the ticket over there nothing can follow. Mend the mapping and try again."))
    refused.update(state=Outgoing.State.SKIPPED)
    Link.objects.filter(pk=row.pk).update(next_at=AT_ONCE, attempts=0, problem="")
    stir([row.pk], afresh=True)
    wake_after_commit()


@transaction.atomic
def send_ticket(ticket: Ticket, connection: Connection, *, actor: User, at: datetime) -> Link:
    """Send a ticket there by hand, with what was said about it so far; from then on it is exchanged."""
    if connection.pk not in {row.pk for row in selectors.sendable(actor, ticket)}:
        raise NotConnected(_("Ticket %(number)s cannot be sent there.") % {"number": ticket.number})
    locked = type(ticket).objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    link, is_new = Link.objects.get_or_create(connection=connection, ticket=locked, defaults={"created_at": at})
    if not is_new:
        return link
    events = locked.events.filter(is_public=True) if not connection.shares_notes else locked.events.all()
    first, *rest = events.order_by("seq")
    Outgoing.objects.create(link=link, event=first, is_creation=True, made_at=at)
    for event in rest:
        if event.type in WORDS and event.actor_id != connection.account_id:
            Outgoing.objects.create(link=link, event=event, made_at=at)
    Outgoing.objects.create(link=link, values={"status": locked.status}, made_at=at)
    wake_after_commit()
    return link


@transaction.atomic
def nudged(connection: Connection, body: str, headers: Headers[str, str], *, at: datetime) -> None:
    """A webhook says that something changed over there: ask now. What it says is not read, only who sent it (Standard Webhooks)."""
    if not connection.hook_secret:
        raise BadNudge(_("The signature of this webhook is not ours."))
    try:
        Webhook(sealing.opened(connection.hook_secret)).verify(body, dict(headers))
    except Exception as error:
        raise BadNudge(_("The signature of this webhook is not ours.")) from error
    Connection.objects.filter(pk=connection.pk, pull_at__gt=at).update(pull_at=at)
    Connection.objects.filter(pk=connection.pk, rests_until__gt=at).update(rests_until=at)  # who calls is there
    wake_after_commit()


def _locked(connection: Connection, actor: User) -> Connection:
    _check_actor(actor)
    # Not its key: whoever serves a ticket holds the ticket's link and then writes lines that name the connection.
    return Connection.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=connection.pk)


def _locked_link(link: Link, actor: User) -> Link:
    _check_actor(actor)
    return Link.objects.select_for_update(of=("self",)).get(pk=link.pk)


def _check_actor(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("Connections to peer helpdesks are for managers."))
