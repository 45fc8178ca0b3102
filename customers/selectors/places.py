"""Finding the place of a report: equipment and sites by a few words, grouped by site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from customers.models import Equipment, Site
from customers.selectors.visibility import equipment_for, sites_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import User

    Place = Equipment | Site

EQUIPMENT_SHOWN, SITES_SHOWN = 40, 15
OF_SITE = ("name", "address", "organization__name", "organization__short_name")
OF_EQUIPMENT = ("name", "maker", "model", "serial_number", "qr_id")


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """A site, and what was found there."""

    site: Site
    equipment: list[Equipment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """What was found, by site; ``more``: there is more than is shown."""

    groups: list[SiteGroup]
    more: bool = False

    @property
    def only(self) -> str | None:
        """Answer the code of the place where there is nothing to choose: one site with at most one equipment."""
        if len(self.groups) != 1 or len(self.groups[0].equipment) > 1:
            return None
        group = self.groups[0]
        return f"e{group.equipment[0].pk}" if group.equipment else f"s{group.site.pk}"


def place_of(user: User, code: str) -> Place | None:
    """Answer the equipment (``e12``) or site (``s3``) a form names, if the person may see it and it is served."""
    kind, number = code[:1], code[1:]
    if not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 - fits a database key
        return None
    if kind == "e":
        return _equipment(user).filter(pk=int(number)).first()
    return _sites(user).filter(pk=int(number)).first() if kind == "s" else None


def find_places(user: User, text: str, *, keep: Place | None = None) -> Places:
    """Answer what contains every word, in two queries; the place that was chosen before stays among it.

    Without words a customer is shown what is theirs; staff would be shown everybody's, so they have to say something.
    """
    words = text.replace("\0", " ").split()[:8]
    if not words and user.is_provider:
        return Places(_grouped((), (), keep))
    equipment = list(_having(_equipment(user), words, (*OF_EQUIPMENT, *(f"site__{name}" for name in OF_SITE)))[: EQUIPMENT_SHOWN + 1])
    sites = list(_having(_sites(user), words, OF_SITE)[: SITES_SHOWN + 1])
    more = len(equipment) > EQUIPMENT_SHOWN or len(sites) > SITES_SHOWN
    return Places(_grouped(equipment[:EQUIPMENT_SHOWN], sites[:SITES_SHOWN], keep), more)


def _equipment(user: User) -> Any:
    rows = equipment_for(user).filter(is_active=True, site__organization__is_active=True)
    return rows.select_related("site__organization", "site__region").order_by("site__organization__name", "site__name", "name", "pk")


def _sites(user: User) -> Any:
    rows = sites_for(user).filter(organization__is_active=True).select_related("organization", "region")
    return rows.order_by("organization__name", "name", "pk")


def _having(rows: Any, words: Sequence[str], fields: Iterable[str]) -> Any:
    names = list(fields)
    for word in words:
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def _grouped(equipment: Iterable[Equipment], sites: Iterable[Site], keep: Place | None) -> list[SiteGroup]:
    groups: dict[int, SiteGroup] = {}
    if keep is not None:
        site = keep.site if isinstance(keep, Equipment) else keep
        groups[site.pk] = SiteGroup(site, [keep] if isinstance(keep, Equipment) else [])
    for each in equipment:
        group = groups.setdefault(each.site_id, SiteGroup(each.site))
        if each not in group.equipment:
            group.equipment.append(each)
    for site in sites:
        groups.setdefault(site.pk, SiteGroup(site))
    return list(groups.values())
