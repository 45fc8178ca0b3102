"""How a sender shows who it is: its secret, in one of the headers that such programs can send."""

from __future__ import annotations

import base64
import binascii
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.throttling import BaseThrottle

from accounts.secrets import digest_of
from inbound.errors import NotOpened
from inbound.models import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest

ABOVE, OSTICKET = "/api/inbound/", "/api/tickets."
"""How the addresses begin that sources send to."""


def shown(headers: Mapping[str, str]) -> str:
    """Answer the secret of a request: X-API-Key, a bearer token, or the password of basic authentication; empty for none."""
    if key := headers.get("X-API-Key", ""):
        return key.strip()
    scheme, _space, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return ""
    return ""


def opened(headers: Mapping[str, str], sender: str, at: datetime, *, key: str = "") -> Source:
    """Answer the source that a request is of: that of the address, or (without one) the osTicket source of the secret.

    Raises NotOpened where the secret is none of its own, or where it does not send from there.
    """
    secret = shown(headers)
    if not secret:
        raise NotOpened(_("Send the source's secret, for example as “Authorization: Bearer …” or in X-API-Key."))
    digest = digest_of(secret)
    rows = Source.objects.select_related("account__membership__organization", "organization", "site__organization")
    if key:
        found = rows.filter(key=key).exclude(kind=Source.Kind.OSTICKET).first()
    else:
        of_theirs = rows.filter(kind=Source.Kind.OSTICKET)
        found = of_theirs.filter(digest=digest).first() or of_theirs.filter(old_digest=digest).first()
    if found is None or not found.is_opened_by(digest, at) or not found.account.is_active:
        raise NotOpened(_("This secret is unknown or expired, or its account is switched off."))
    if not comes_from(found.addresses, sender):
        raise NotOpened(_("This source does not send from your address."), code="wrong_address")
    return found


def comes_from(allowed: list[str], sender: str) -> bool:
    """Whether an address is one of those, or in one of those networks; with none given every address is."""
    if not allowed:
        return True
    try:
        address = ip_address(sender)
        return any(address in ip_network(each, strict=False) for each in allowed)
    except ValueError:
        return False


def sender_of(request: HttpRequest) -> str:
    """Answer the address that a request comes from, as throttles count it."""
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]


def of(request: HttpRequest, at: datetime) -> Source:
    """Answer the source that a request is of; looked up once, however many ask. Raises NotOpened."""
    if not hasattr(request, "_source"):
        key = request.path_info.removeprefix(ABOVE).strip("/") if request.path_info.startswith(ABOVE) else ""
        try:
            request._source = opened(request.headers, sender_of(request), at, key=key)  # type: ignore[attr-defined]  # noqa: SLF001
        except NotOpened as refusal:
            request._source = refusal  # type: ignore[attr-defined]  # noqa: SLF001
    found = request._source  # type: ignore[attr-defined]  # noqa: SLF001
    if isinstance(found, NotOpened):
        raise found
    return found


def known(request: HttpRequest, at: datetime) -> Source | None:
    """Answer the source whose messages a request is counted with, if it is one of a source."""
    if not request.path_info.startswith((ABOVE, OSTICKET)):
        return None
    try:
        return of(request, at)
    except NotOpened:
        return None
