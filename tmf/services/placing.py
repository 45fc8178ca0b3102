"""Where the trouble is: from what a document names, else from what is known of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from customers import selectors as customers
from tmf.documents import read
from tmf.errors import PlaceUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Equipment, Site
    from tmf.models import Profile

_THINGS = frozenset({"equipment", "asset", "device", "resource", "product", "logicalresource", "physicalresource"})
_PLACES = frozenset({"site", "place", "location", "geographicsite"})
_OWNERS = frozenset({"organization", "customer", "account"})
_LONGEST_ID = 15
"""Digits that an id of ours may have."""


def place_of(document: Mapping[str, Any], profile: Profile | None, actor: User) -> tuple[Site, Equipment | None]:
    """Answer the site, and the equipment if it is named. Raises PlaceUnknown.

    ``relatedEntity`` names equipment by its serial number or a site by its name, either by our id; ``relatedParty`` a customer by its
    code. Else the account's profile says it, else it is the customer's own first site.
    """
    named = read(document)
    for item in named.entities:
        kind, key = item["type"].casefold(), item["id"]
        if kind in _THINGS and (thing := _equipment(actor, kind, key)):
            return thing.site, thing
        if kind in _PLACES and (site := _found(_sites(actor), "name", key, by_id=kind == "site")):
            return site, None
    for item in named.parties:
        kind = item["type"].casefold()
        if kind in _OWNERS and (site := _sites(actor).filter(organization__code=item["id"]).order_by("pk").first()):
            return site, None
    if profile is not None and profile.site is not None and _sites(actor).filter(pk=profile.site.pk).exists():
        return profile.site, None
    own = list(_sites(actor).order_by("pk")[:2])
    if own and (actor.is_customer or len(own) == 1):
        return own[0], None
    raise PlaceUnknown(
        _("Name equipment or site in relatedEntity, or the customer in relatedParty, or have a manager set a site for this account."),
        field="relatedEntity",
    )


def _sites(actor: User) -> QuerySet[Site]:
    rows = customers.sites_for(actor).filter(organization__is_active=True)
    return rows.select_related("organization", "region__office")


def _equipment(actor: User, kind: str, key: str) -> Equipment | None:
    rows = customers.equipment_for(actor).filter(is_active=True, site__organization__is_active=True)
    return _found(rows.select_related("site__organization", "site__region__office"), "serial_number", key, by_id=kind == "equipment")


def _found(rows: QuerySet[Any], column: str, key: str, *, by_id: bool) -> Any:
    key = key.replace("\0", "")
    if not key:
        return None
    found = rows.filter(**{column: key}).order_by("pk").first()
    if found is None and by_id and key.isascii() and key.isdecimal() and len(key) <= _LONGEST_ID:
        found = rows.filter(pk=int(key)).first()
    return found
