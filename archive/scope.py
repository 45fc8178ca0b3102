"""Of whom or what an archive is: an organization, one of its sites, or one equipment there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from customers.models import Equipment, Organization, Site

ORGANIZATION, SITE, EQUIPMENT = "organization", "site", "equipment"


@dataclass(frozen=True, slots=True)
class Scope:
    """An organization, narrowed to a site or an equipment where these are given."""

    organization: Organization
    site: Site | None = None
    equipment: Equipment | None = None

    @classmethod
    def of(cls, thing: Organization | Site | Equipment) -> Scope:
        """Answer the scope of a thing that was read with its site and organization."""
        name = thing._meta.model_name
        if name == EQUIPMENT:
            return cls(thing.site.organization, thing.site, thing)  # type: ignore[union-attr,arg-type]
        if name == SITE:
            return cls(thing.organization, thing)  # type: ignore[union-attr,arg-type]
        return cls(thing)  # type: ignore[arg-type]

    @property
    def kind(self) -> str:
        """Answer what it is the archive of."""
        if self.equipment is not None:
            return EQUIPMENT
        return SITE if self.site is not None else ORGANIZATION

    @property
    def thing(self) -> Organization | Site | Equipment:
        """Answer what it is the archive of, itself."""
        return self.equipment or self.site or self.organization

    @property
    def pk(self) -> int:
        """Answer the key of the thing."""
        return self.thing.pk

    @property
    def name(self) -> str:
        """Answer the whole name: customer, site, equipment."""
        names = [self.organization.name]
        names += [each.name for each in (self.site, self.equipment) if each is not None]
        return " · ".join(names)

    def get_absolute_url(self) -> str:
        """Answer the address of its archive."""
        return reverse("archive:timeline", args=[self.kind, self.pk])
