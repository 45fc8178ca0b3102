"""What people do with endpoints: make, change, pause, give a new secret, try, send again."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from integrations import addresses, kinds, payloads, selectors, targets
from integrations.errors import NotSending, StillWaiting
from integrations.models import AT_ONCE, WebhookDelivery, WebhookEndpoint
from integrations.services.waking import wake_after_commit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization

OVERLAP = timedelta(hours=24)
"""How long the secret before goes on signing unless said otherwise."""
LONGEST_OVERLAP_HOURS = 7 * 24
MOST = 50
"""Endpoints of one customer: who has more than that keeps others waiting, and can tell events apart by their types."""


def new_secret() -> str:
    """Make a secret of 256 random bits, in the form that libraries of Standard Webhooks read."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def create_endpoint(
    *, name: str, url: str, organization: Organization | None, types: Sequence[str], payload: str, actor: User, at: datetime
) -> WebhookEndpoint:
    """Make an endpoint; its secret is to be shown once. A supervisor makes one of their own organization, whatever was asked for."""
    _check_actor(actor)
    owner = organization if actor.manages else selectors.own_organization(actor)
    if owner is not None and selectors.endpoints_of(owner).count() >= MOST:
        raise Invalid(_("One customer has at most %(count)s endpoints; change one that is there.") % {"count": MOST})
    row = WebhookEndpoint(organization=owner, secret=new_secret(), created_by=actor, created_at=at)
    return _save(row, name=name, url=url, types=types, payload=payload, actor=actor, at=at)


@transaction.atomic
def change_endpoint(
    endpoint: WebhookEndpoint, *, name: str, url: str, types: Sequence[str], payload: str, actor: User, at: datetime
) -> WebhookEndpoint:
    """Change what it is called, where it is and what it is told; whose it is stays."""
    if endpoint.is_subscription:
        raise NotAllowed(_("The other system made this subscription; it ends it and makes another. Here it can be paused."))
    return _save(_locked(endpoint, actor), name=name, url=url, types=types, payload=payload, actor=actor, at=at)


def _save(row: WebhookEndpoint, *, name: str, url: str, types: Sequence[str], payload: str, actor: User, at: datetime) -> WebhookEndpoint:
    addresses.check(url.strip())
    known = {code for code, _label in kinds.choices(for_customer=row.organization_id is not None)}
    if not types or not known.issuperset(types):
        raise Invalid(_("Choose at least one event type, of those that are offered."), field="types")
    row.name, row.url, row.types, row.payload = name.strip(), url.strip(), sorted(set(types)), payload
    check(row)
    save_by(row, actor, at=at)
    targets.targets.forget()
    return row


@transaction.atomic
def pause(endpoint: WebhookEndpoint, *, actor: User, at: datetime) -> None:
    """Keep what happens until it goes on."""
    row = _locked(endpoint, actor)
    if not row.is_active:
        raise NotSending(_("“%(name)s” is not active.") % {"name": row.name})
    row.state = WebhookEndpoint.State.PAUSED
    save_by(row, actor, at=at, fields=["state"])


@transaction.atomic
def resume(endpoint: WebhookEndpoint, *, actor: User, at: datetime) -> None:
    """Send again; what was dropped while it was disabled is sent again only when somebody asks for it."""
    row = _locked(endpoint, actor)
    row.state, row.reason, row.failing_since, row.rests_until = WebhookEndpoint.State.ACTIVE, "", None, AT_ONCE
    save_by(row, actor, at=at, fields=["state", "reason", "failing_since", "rests_until"])
    targets.targets.forget()
    wake_after_commit()


@transaction.atomic
def rotate(endpoint: WebhookEndpoint, *, overlap_hours: int, actor: User, at: datetime) -> WebhookEndpoint:
    """Give it a new secret; until the overlap is over both sign, so the other side may change over in between."""
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Invalid(_("The secret before may go on for up to 168 hours."), field="overlap_hours")
    row = _locked(endpoint, actor)
    row.old_secret, row.secret = (row.secret if overlap_hours else ""), new_secret()
    row.old_secret_until = at + timedelta(hours=overlap_hours)
    save_by(row, actor, at=at, fields=["secret", "old_secret", "old_secret_until"])
    return row


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, actor: User, at: datetime) -> WebhookDelivery:
    """Have a message sent that speaks of no ticket."""
    row = _sending(endpoint, actor)
    body = payloads.written(kinds.TEST, at, {"endpoint": row.pk, "name": row.name})
    test = WebhookDelivery.objects.create(
        endpoint=row, message_id=f"evt_test_{secrets.token_hex(16)}", type=kinds.TEST, happened_at=at, body=body
    )
    wake_after_commit()
    return test


@transaction.atomic
def replay(delivery: WebhookDelivery, *, actor: User, at: datetime) -> None:
    """Send one again under the same id, whatever became of it before."""
    _sending(delivery.endpoint, actor)
    row = WebhookDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if row.state == WebhookDelivery.State.WAITING:
        raise StillWaiting(_("It is waiting to be sent already."))
    _again(WebhookDelivery.objects.filter(pk=row.pk), at)


@transaction.atomic
def replay_lost(endpoint: WebhookEndpoint, *, since: datetime, actor: User, at: datetime) -> int:
    """Send again all that was given up and happened since; answer how many."""
    return _again(selectors.lost_since(_sending(endpoint, actor), since).order_by(), at)


def _again(rows: QuerySet[WebhookDelivery], at: datetime) -> int:
    wake_after_commit()
    return rows.update(state=WebhookDelivery.State.WAITING, attempts=0, next_at=at)


def _sending(endpoint: WebhookEndpoint, actor: User) -> WebhookEndpoint:
    row = _locked(endpoint, actor)
    if not row.is_active:
        raise NotSending(_("Nothing is sent to “%(name)s” now. Let it go on first.") % {"name": row.name})
    return row


def _locked(endpoint: WebhookEndpoint, actor: User) -> WebhookEndpoint:
    _check_actor(actor)
    rows = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("organization", "created_by")
    return rows.get(pk=endpoint.pk)


def _check_actor(actor: User) -> None:
    if not selectors.may_manage(actor):
        raise NotAllowed(_("Webhooks are for managers, and for the supervisors of customers."))
