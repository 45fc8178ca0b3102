"""What managers do with sources: make, change, pause, give a new secret."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.secrets import digest_of, new_secret
from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from inbound import selectors
from inbound.engine import mapping as mappings
from inbound.engine.signals import ACTIONS
from inbound.models import Source
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from accounts.models import User

LONGEST_OVERLAP_HOURS = 7 * 24
CHANGEABLE = (
    "name", "addresses", "rate", "organization", "site", "ticket_kind", "severity", "severities", "grouping", "when_over", "flap_minutes",
    "labels", "mapping", "heartbeat", "heartbeat_minutes",
)  # fmt: skip


@transaction.atomic
def create_source(*, kind: str, name: str, account: User, actor: User, at: datetime, **facts: Any) -> tuple[Source, str]:
    """Make a source; its secret is answered this once and kept nowhere."""
    _check_actor(actor)
    if not selectors.people_for(actor).filter(pk=account.pk).exists():
        raise Invalid(_("A source that you make cannot act as this account."), field="account")
    secret = new_secret()
    row = Source(kind=kind, account=account, created_by=actor, created_at=at, start=secret[:9], digest=digest_of(secret))
    return _save(row, {"name": name, **facts}, actor, at), secret


@transaction.atomic
def change_source(source: Source, *, actor: User, at: datetime, **facts: Any) -> Source:
    """Change what becomes of what it sends; what it is and as whom it acts stay."""
    return _save(_locked(source, actor), facts, actor, at)


def _save(row: Source, facts: Mapping[str, Any], actor: User, at: datetime) -> Source:
    if unknown := facts.keys() - set(CHANGEABLE):
        raise TypeError(f"A source has no {', '.join(sorted(unknown))}.")
    for name, value in facts.items():
        setattr(row, name, value)
    row.name = row.name.strip()
    if row.account.is_customer:
        row.organization = selectors.organization_of(row)
    _check(row)
    check(row)
    save_by(row, actor, at=at)
    return row


def _check(row: Source) -> None:
    for each in row.addresses:
        try:
            ip_network(each, strict=False)
        except ValueError as error:
            raise Invalid(_("“%(address)s” is no IP address and no network.") % {"address": each}, field="addresses") from error
    if row.site is not None and not selectors.sites_of(row).filter(pk=row.site.pk).exists():
        raise Invalid(_("This site is not one that the source can speak of."), field="site")
    if any(value not in (1, 2, 3, 4) for value in row.severities.values()):
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severities")
    if row.kind == Source.Kind.OSTICKET:
        if row.site is None:
            raise Invalid(_("Choose the site of tickets whose sender is not known."), field="site")
        if any(value not in Kind.values for value in row.mapping.get("kinds", {}).values()):
            raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)}, field="kinds")
    if row.kind == Source.Kind.WEBHOOK:
        _check_mapping(row.mapping)


def _check_mapping(mapping: Mapping[str, Any]) -> None:
    """Refuse a mapping by the name of the field that cannot be read."""
    templates = mapping.get("templates", {})
    if not templates.get("title"):
        raise Invalid(_("Say where the title is."), field="at_title")
    for name, template in templates.items():
        with _said_at(f"at_{name}"):
            mappings.check(template)
    with _said_at("each"):
        mappings.path_of(mapping.get("each", ""))
    if any(value not in ACTIONS for value in mapping.get("actions", {}).values()):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(ACTIONS)}, field="actions")


@contextmanager
def _said_at(field: str) -> Iterator[None]:
    """Have a refusal name the field that it is about."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(refusal.sentence, field=field) from refusal


@transaction.atomic
def rotate(source: Source, *, overlap_hours: int, actor: User, at: datetime) -> tuple[Source, str]:
    """Give it a new secret, answered this once; the one before opens for some hours more, or ends now."""
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Invalid(_("The secret before may go on for up to 168 hours."), field="overlap_hours")
    row, secret = _locked(source, actor), new_secret()
    row.old_digest, row.old_until = (row.digest, at + timedelta(hours=overlap_hours)) if overlap_hours else ("", None)
    row.start, row.digest = secret[:9], digest_of(secret)
    save_by(row, actor, at=at, fields=["start", "digest", "old_digest", "old_until"])
    return row, secret


@transaction.atomic
def pause(source: Source, *, actor: User, at: datetime) -> Source:
    """Take nothing for a while: its sender is asked to come again."""
    return _set_paused(source, on=True, actor=actor, at=at)


@transaction.atomic
def resume(source: Source, *, actor: User, at: datetime) -> Source:
    """Take what it sends again; it has not been silent while nobody listened."""
    return _set_paused(source, on=False, actor=actor, at=at)


def _set_paused(source: Source, *, on: bool, actor: User, at: datetime) -> Source:
    row = _locked(source, actor)
    if row.is_paused != on:
        row.is_paused, row.silent_since = on, None
        row.beat_at = at if row.beat_at else None
        save_by(row, actor, at=at, fields=["is_paused", "silent_since", "beat_at"])
    return row


def _locked(source: Source, actor: User) -> Source:
    _check_actor(actor)
    row = selectors.sources_for(actor).select_for_update(of=("self",)).filter(pk=source.pk).first()
    if row is None:
        raise NotAllowed(_("A source that acts as an administrator is for administrators."))
    return row


def _check_actor(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("Sources are for managers and administrators."))
