"""Which rows of ours a file speaks of: by its own ids, else by what they are called; what is missing is made where that is allowed."""

from __future__ import annotations

import hashlib
import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Region, Team, User
from customers import services as customers
from customers.models import Contract, Equipment, Organization, Site
from tickets.models import Ticket
from transfer.engine.drafting import Problem
from transfer.engine.fields import CONTRACT, EQUIPMENT, ORGANIZATION, PERSON, SITE, TICKET
from transfer.models import Imported
from transfer.services.staging import Marks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from transfer.engine.drafting import Draft

KEPT = 20_000
"""So many rows are remembered; then it begins anew, so that memory does not grow with the file."""


class Refused(Exception):
    """A row cannot be placed."""

    def __init__(self, field: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(field, code, value[:200])


class Virtual:
    """Stands for a row that a dry run would make."""

    pk = 0

    def __init__(self, organization: Any = None) -> None:
        self.organization = organization


class Places:
    """Finds rows for one import; in a dry run nothing is made, and what would be made is remembered."""

    def __init__(self, source: str, options: Mapping[str, str], *, dry: bool, actor: User, at: datetime) -> None:
        self.source, self.options, self.dry, self.actor, self.at = source, options, dry, actor, at
        self.found: dict[tuple[Any, ...], Any] = {}
        self.would = Marks()
        """In a dry run, what the file's rows would be, by their ids and names."""
        self.made: list[tuple[str, str]] = []
        """What was made by its name alone, for the counts."""

    def forget(self) -> None:
        """Begin anew: what was remembered may have been rolled back."""
        self.found.clear()

    def learn(self, draft: Draft, row: Any) -> None:
        """Remember what a row of the file has become, or would become."""
        if not self.dry:
            self.found[draft.kind, draft.key] = row
            return
        names = (draft.said.get(name) for name in ("name", "code", "email", "number", "serial_number"))
        for name in (draft.key, *names):
            if name:
                self.would.add((draft.kind, str(name)))

    def _once(self, key: tuple[Any, ...], find: Any) -> Any:
        if key not in self.found:
            if len(self.found) > KEPT:
                self.found.clear()
            self.found[key] = find()
        return self.found[key]

    def _origin(self, kind: str, value: str, rows: QuerySet[Any]) -> Any:
        if self.dry and (kind, value) in self.would:
            return Virtual()
        thing = Imported.objects.filter(source=self.source, kind=kind, key=value[:200]).values_list("thing", flat=True).first()
        return rows.filter(pk=thing).first() if thing else None

    def region(self, value: str) -> Region:
        """Answer the region called so; else the import's, else the only one."""
        wanted = value or self.options["region"]

        def find() -> Region | None:
            rows = Region.objects.select_related("office")
            if wanted:
                return rows.filter(Q(code=wanted) | Q(name=wanted) | Q(name_en=wanted)).first()
            few = list(rows[:2])
            return few[0] if len(few) == 1 else None

        region = self._once(("region", wanted), find)
        if region is None:
            raise Refused("region", "unknown_region" if wanted else "no_region", wanted)
        return region

    def organization(self, value: str, *, make: bool = True) -> Any:
        """Answer an organization by the source's id, our code or its name; made where it is only named."""

        def find() -> Any:
            known = self._origin(ORGANIZATION, value, Organization.objects.all())
            named = Organization.objects.filter(Q(code=value) | Q(name=value) | Q(short_name=value)).order_by("pk")
            return known or named.first() or self._name_organization(value, make=make)

        row = self._once((ORGANIZATION, value), find)
        if row is None:
            raise Refused("organization", "unknown_organization", value)
        return row

    def _name_organization(self, value: str, *, make: bool) -> Any:
        if not make or self.options["missing"] != "create":
            return None
        self.made.append((ORGANIZATION, value))
        if self.dry:
            self.would.add((ORGANIZATION, value))
            return Virtual()
        return customers.create_organization(code=code_of(value), name=value[:120], actor=self.actor, at=self.at)

    def site(self, organization: Any, value: str) -> Any:
        """Answer a site of an organization; without a name its only one, or the one that the import's options name."""
        name = value or self.options["site"]
        if organization.pk == 0:
            named = self.would.add(("new site", f"{id(organization)} {name}")) and (SITE, name) not in self.would
            if named:
                self.made.append((SITE, name))
            return Virtual(organization)

        def find() -> Any:
            rows = Site.objects.select_related("organization", "region__office")
            mine = rows.filter(organization=organization)
            if value and (known := self._origin(SITE, value, mine)):
                return known
            if name:
                return mine.filter(name=name).first() or self._name_site(organization, name)
            few = list(mine.order_by("pk")[:2])
            return few[0] if len(few) == 1 else mine.filter(name=_("Main site")).first() or self._name_site(organization, _("Main site"))

        row = self._once((SITE, organization.pk, value), find)
        if row is None:
            raise Refused("site", "unknown_site", value)
        return row

    def _name_site(self, organization: Organization, name: str) -> Any:
        if self.options["missing"] != "create":
            return None
        region = self.region("")
        self.made.append((SITE, name))
        if self.dry:
            return Virtual(organization)
        made = customers.create_site(organization, name=name[:120], region=region, actor=self.actor, at=self.at)
        return Site.objects.select_related("organization", "region__office").get(pk=made.pk)

    def stand_in(self, organization: Any) -> Organization:
        """Answer the organization; in a dry run, for one that would be made, one that goes with the trial it is for."""
        if not isinstance(organization, Virtual):
            found: Organization = organization
            return found
        code = f"dry-run-{token_hex(8)}"
        return customers.create_organization(code=code, name=code, actor=self.actor, at=self.at)

    def stand_in_site(self, site: Any) -> Site:
        """Answer the site; in a dry run, for one that would be made, one that goes with the trial it is for."""
        if not isinstance(site, Virtual):
            found: Site = site
            return found
        region = Region.objects.order_by("pk").first()
        if region is None:
            raise Refused("region", "no_region")
        organization = self.stand_in(site.organization or Virtual())
        return customers.create_site(organization, name=f"dry-run-{token_hex(8)}", region=region, actor=self.actor, at=self.at)

    def site_of_source(self, value: str) -> Any:
        """Answer a site by the source's id alone."""
        rows = Site.objects.select_related("organization", "region__office")
        return self._once(("site_id", value), lambda: self._origin(SITE, value, rows)) if value else None

    def equipment(self, organization: Any, value: str) -> Any:
        """Answer an equipment of an organization by the source's id, its serial number or its name, if there is just one."""
        if not value or organization.pk == 0:
            return Virtual() if (EQUIPMENT, value) in self.would else None

        def find() -> Any:
            rows = Equipment.objects.select_related("site__region__office", "site__organization").filter(site__organization=organization)
            known = self._origin(EQUIPMENT, value, rows)
            few = [] if known else list(rows.filter(Q(serial_number=value) | Q(name=value))[:2])
            return known or (few[0] if len(few) == 1 else None)

        return self._once((EQUIPMENT, organization.pk, value), find)

    def contract(self, organization: Any, value: str) -> Any:
        """Answer a contract of an organization by the source's id or its number."""
        if not value or organization.pk == 0:
            return None

        def find() -> Any:
            rows = Contract.objects.filter(organization=organization)
            return self._origin(CONTRACT, value, rows) or rows.filter(number=value).first()

        return self._once((CONTRACT, organization.pk, value), find)

    def person(self, value: str) -> User | None:
        """Answer an account by the source's id or its address."""
        if not value:
            return None

        def find() -> Any:
            rows = User.objects.select_related("membership__organization")
            known = self._origin(PERSON, value, rows)
            return known or (rows.filter(email__iexact=value).first() if "@" in value else None)

        row = self._once((PERSON, value), find)
        return row if isinstance(row, User) else None

    def team(self, value: str) -> Team | None:
        """Answer a team by its code or name; of none called so nothing is said."""
        found: Team | None = self._once(
            ("team", value), lambda: Team.objects.filter(Q(code=value) | Q(name=value) | Q(name_en=value)).first() if value else None
        )
        return found

    def ticket(self, value: str) -> Any:
        """Answer a ticket that came from this source, by its id or its number there."""

        def find() -> Any:
            mine = Imported.objects.filter(source=self.source, kind=TICKET)
            known = self._origin(TICKET, value, Ticket.objects.all())
            return known or Ticket.objects.filter(pk__in=mine.values("thing"), external_id=value).first()

        return self._once((TICKET, value), find)


def code_of(name: str) -> str:
    """Answer a code for an organization that has none: its own letters where it has some, else a hash of its name."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30]
    return f"{plain or 'org'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
