"""Which addresses of the network may be called: none inside the house, unless the desk's owner allows it."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid

PORTS = {"http": 80, "https": 443}
NAT64 = IPv6Network("64:ff9b::/96")
LONGEST = 500


class BadAddress(Invalid):
    """Nothing is sent to such an address."""

    code = "bad_address"


class Place(NamedTuple):
    """An address taken apart."""

    is_tls: bool
    host: str
    port: int
    path: str


def taken_apart(url: str, *, allow_private: bool | None = None) -> Place:
    """Answer the parts of an address; refuse in a sentence what nothing will be sent to.

    ``allow_private``: whether addresses inside the network and ``http`` are allowed; left out, as the desk's settings say.
    """
    if len(url) > LONGEST or not url.isprintable() or " " in url:
        raise BadAddress(_("Write an address of at most 500 characters, without spaces."), field="url")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise BadAddress(_("This is no address of the web."), field="url") from error
    inside = settings.WEBHOOKS_ALLOW_PRIVATE if allow_private is None else allow_private
    allowed = ("https", "http") if inside else ("https",)
    if parts.scheme not in allowed or not host:
        raise BadAddress(_("The address begins with https:// and names a host."), field="url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress(_("Leave name, password and # out of the address: what is sent is signed."), field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise BadAddress(_("Write other letters in the path as percent codes."), field="url")
    return Place(parts.scheme == "https", host, PORTS[parts.scheme] if port is None else port, path)


def check(url: str, *, allow_private: bool | None = None) -> None:
    """Refuse an address that is wrong on its face; what its name leads to is seen when it is called."""
    place = taken_apart(url, allow_private=allow_private)
    may = settings.WEBHOOKS_ALLOW_PRIVATE if allow_private is None else allow_private
    if is_inside(place.host) and not may:
        raise BadAddress(_("Nothing is sent to addresses inside a network; give one that the internet knows."), field="url")


def is_inside(host: str) -> bool:
    """Whether a host is inside a network by its name or number alone."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet; an address that carries another is judged by that."""
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback or address.is_link_local
    return address.is_global and not odd


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def resolved(host: str, port: int, *, allow_private: bool) -> list[tuple[int, tuple[str, int]]]:
    """Look a name up once and answer the family and address to connect to, each as numbers; all must be allowed.

    Raises OSError when the name is not known or any of its addresses is inside a network. Whoever connects uses these and looks
    nothing up again, so a name cannot lead elsewhere in between.
    """
    found = dict.fromkeys((family, (str(to[0]), port)) for family, *_rest, to in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    for _family, (address, _port) in found:
        if not allow_private and not is_public(ip_address(address.partition("%")[0])):
            raise OSError(f"{host} leads to {address}, an address inside a network")
    if not found:
        raise OSError(f"{host} has no address")
    return list(found)
