"""Subscriptions: another system says where it wants to be told and what; webhooks deliver it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.record import save_by, sign
from integrations import addresses, targets
from integrations.errors import BadAddress
from integrations.models import EVENT_PATH, WebhookEndpoint
from integrations.services.endpoints import new_secret
from tmf.errors import BadDocument, BadQuery, Taken
from tmf.models import Hub, Standard
from tmf.queries import BadWords, subscription

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

MOST = 50
"""Subscriptions of one account."""
LONGEST_QUERY, NAME = 1000, 80


@transaction.atomic
def subscribe(*, callback: str, query: str, version: str, actor: User, at: datetime, standard: str = Standard.TROUBLE_TICKET) -> Hub:
    """Make a subscription; its secret stands at its endpoint. Raises BadDocument, BadQuery, BadAddress, Taken."""
    callback, query = callback.strip(), query.strip()
    try:
        addresses.check(callback.replace(EVENT_PATH, "event"))
    except BadAddress as refusal:
        raise BadAddress(refusal.sentence, field="callback") from refusal
    if len(query) > LONGEST_QUERY or "\0" in query or not query.isprintable():
        raise BadDocument(_("A query has at most %(limit)s characters.") % {"limit": LONGEST_QUERY}, field="query")
    try:
        subscription(query)
    except BadWords as error:
        raise BadQuery(str(error), field="query") from error
    own = Hub.objects.filter(account=actor)
    for known in own.filter(standard=standard, version=version, callback=callback, query=query).select_related("endpoint"):
        if known.endpoint.state != WebhookEndpoint.State.DISABLED:
            raise Taken(_("This subscription is there already, with the id %(id)s.") % {"id": known.pk}, field="callback")
        unsubscribe(known, actor=actor, at=at)  # it had been given up; who subscribes again wants to be told again
    if own.count() >= MOST:
        raise Taken(_("An account has at most %(limit)s subscriptions; end one first.") % {"limit": MOST})
    membership = None if actor.is_provider else getattr(actor, "membership", None)
    endpoint = WebhookEndpoint(
        name=f"{Standard(standard).label} {version} · {urlsplit(callback).hostname or ''}"[:NAME],
        url=callback,
        organization=membership.organization if membership else None,
        types=[],
        payload=WebhookEndpoint.Payload.FULL,
        secret=new_secret(),
        created_by=actor,
        created_at=at,
    )
    save_by(endpoint, actor, at=at)
    targets.targets.forget()
    names = {"standard": standard, "version": version, "callback": callback, "query": query}
    hub = Hub(endpoint=endpoint, account=actor, created_at=at, **names)
    try:
        hub.save(force_insert=True)
    except IntegrityError as error:  # two at once: the other one was first
        raise Taken(_("This subscription is there already."), field="callback") from error
    return hub


@transaction.atomic
def unsubscribe(hub: Hub, *, actor: User, at: datetime) -> None:
    """End a subscription; what was not sent yet is not sent."""
    endpoint = hub.endpoint
    sign(endpoint, actor, at)
    endpoint.delete()
    targets.targets.forget()
