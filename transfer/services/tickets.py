"""Tickets of another system with all that was said about them: placed, then written a batch at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email

from core.errors import DomainError
from integrations.services.noting import note_lines
from tickets import services as tickets
from tickets.models import Ticket
from tickets.services import files as kept_files
from transfer.engine.drafting import Problem
from transfer.engine.fields import COMMENT, TICKET
from transfer.models import Imported
from transfer.services.placing import Refused, Virtual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from accounts.models import User
    from tickets.models import Event
    from tickets.services import Past, Said
    from transfer.engine.drafting import Draft
    from transfer.engine.reading import Source
    from transfer.models import DataImport
    from transfer.services.placing import Places


@dataclass(slots=True)
class Item:
    """A ticket of the file on its way: what it says, where it belongs, what was said about it."""

    draft: Draft
    line: int
    data: dict[str, Any]
    table: str
    known: Imported | None = None
    past: Past | None = None
    says: tuple[tuple[Draft, Said], ...] = ()


def placed(draft: Draft, places: Places, origin: dict[str, Any]) -> Past | Virtual:
    """Answer a ticket as the record takes it; in a dry run nothing that is not there yet. Raises Refused."""
    said = draft.said
    author = places.person(said.get("author", ""))
    organization, site = _where(said, author, places)
    if said.get("closed_at") and said["closed_at"] < said["created_at"]:
        raise Refused("closed_at", "ends_too_early", said["closed_at"].isoformat())
    if said.get("resolved_at") and said["resolved_at"] < said["created_at"]:
        raise Refused("resolved_at", "ends_too_early", said["resolved_at"].isoformat())
    if said["created_at"] > places.at:
        raise Refused("created_at", "in_the_future", said["created_at"].isoformat())
    if isinstance(site, Virtual):
        return site
    equipment = places.equipment(organization, said.get("equipment", ""))
    if isinstance(equipment, Virtual):
        return equipment
    assignee = places.person(said.get("assignee", ""))
    number = said.get("number") or draft.key
    return tickets.Past(
        kind=said.get("kind", "fault"),
        severity=said.get("severity", 3),
        subject=said["subject"],
        description=said.get("description", ""),
        channel=said.get("channel", "portal"),
        status=_status(said.get("status", "new")),
        site=site if equipment is None or equipment.site_id == site.pk else equipment.site,
        equipment=equipment,
        contract=places.contract(organization, said.get("contract", "")),
        reporter=author,
        author=said.get("author_name") or said.get("author", ""),
        assignee=assignee if assignee is not None and assignee.is_provider else None,
        team=places.team(said.get("team", "")),
        contact_name=said.get("contact_name") or said.get("author_name", "")[:80],
        contact_phone=said.get("contact_phone", ""),
        contact_email=_address(said.get("contact_email") or said.get("author", "")),
        created_at=said["created_at"],
        resolved_at=said.get("resolved_at"),
        closed_at=said.get("closed_at"),
        resolution=said.get("resolution", ""),
        external_id=number[:120],
        origin={**origin, "id": draft.key, "number": number},
    )


def _status(word: str) -> str:
    """Waiting has a cause and an owner here, which nobody named; what was solved is closed, and can be opened again."""
    return {"waiting": "in_progress", "resolved": "closed", "reopened": "in_progress"}.get(word, word)


def _where(said: dict[str, Any], author: User | None, places: Places) -> tuple[Any, Any]:
    """Answer the organization and the site: as the row says, else the author's, else as the import's options say."""
    if not said.get("organization") and (site := places.site_of_source(said.get("site", ""))):
        return getattr(site, "organization", None) or Virtual(), site
    membership = getattr(author, "membership", None) if author is not None else None
    if said.get("organization"):
        organization = places.organization(said["organization"])
    elif membership is not None:
        organization = membership.organization
    elif places.options["organization"]:
        organization = places.organization(places.options["organization"])
    elif places.dry and ("person", said.get("author", "")) in places.would:
        return Virtual(), Virtual()
    else:
        raise Refused("organization", "no_organization", said.get("author", ""))
    return organization, places.site(organization, said.get("site", ""))


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def said_of(draft: Draft, places: Places) -> Said:
    """Answer a message or note as the record takes it: whose side it is on follows from its author where the row does not say."""
    said, author = draft.said, places.person(draft.said.get("author", ""))
    if said["at"] > places.at:
        raise Refused("at", "in_the_future", said["at"].isoformat())
    side = said.get("side") or ("customer" if author is not None and author.is_customer else "provider")
    return tickets.Said(
        at=said["at"],
        text=said["text"],
        side=side,
        public=said.get("public", True) and not said.get("internal", False),
        actor=author,
        author=said.get("author_name") or said.get("author", ""),
        external_id=draft.key[:80],
    )


class Writer:
    """Writes tickets and messages of one import."""

    def __init__(self, row: DataImport, source: Source, places: Places) -> None:
        self.row, self.source, self.places = row, source, places
        self.why = f"import {row.pk}: {row.source}"
        self.troubles: list[tuple[Draft, Problem]] = []
        """Files that could not be kept."""

    @property
    def origin(self) -> dict[str, Any]:
        """Answer where things of this import come from."""
        return {"source": self.row.source, "import": self.row.pk}

    def write(self, items: Sequence[Item]) -> None:
        """Write new tickets with what was said about them; all or nothing. Nobody is told, the feed of changes sees each once."""
        pasts = [item.past for item in items if item.past is not None]
        self._name_once(pasts)
        for item in items:
            assert item.past is not None
            item.past.says = [said for _draft, said in item.says]
        rows = tickets.bring_in(pasts, clocks=self.places.options["clocks"], actor=self.row.asked_by, at=self.places.at, why=self.why)
        origins: list[Imported] = []
        for item, ticket in zip(items, rows, strict=True):
            assert item.past is not None
            origins.append(self._origin(item.draft, ticket.pk, ticket.event_count))
            origins += [self._origin(draft, said.event.pk) for draft, said in item.says if said.event is not None]
            self._keep_files(ticket, item.draft, item.past.told)
            for draft, said in item.says:
                self._keep_files(ticket, draft, said.event)
        Imported.objects.bulk_create(origins, batch_size=1000)
        note_lines([past.told for past in pasts if past.told is not None])

    def _name_once(self, pasts: Iterable[Past]) -> None:
        """Let no two tickets of one organization have the same external id: the one that comes later names its source as well."""
        named = list(pasts)
        ids = {past.external_id for past in named}
        taken = set(Ticket.objects.filter(external_id__in=ids).values_list("organization_id", "external_id"))
        for past in named:
            if (past.site.organization_id, past.external_id) in taken:
                past.external_id = f"{self.row.source}:{past.origin['id']}"[:120]
            taken.add((past.site.organization_id, past.external_id))

    def _origin(self, draft: Draft, thing: int, events: int = 0) -> Imported:
        return Imported(
            source=self.row.source, kind=draft.kind, key=draft.key[:200], thing=thing, digest=draft.digest, events=events, run=self.row,
            at=self.places.at,
        )  # fmt: skip

    def follow(self, item: Item, ticket: Ticket) -> None:
        """Bring a ticket to where a newer file says it stands; what cannot follow is asked for again by the next file."""
        assert item.past is not None
        assert item.known is not None
        _found, fixed = tickets.changes_of(ticket, item.past)
        lines = tickets.follow_past(ticket, item.past, actor=self.row.asked_by, at=self.places.at, why=self.why)
        self._after(item.known, ticket)
        if not fixed:
            item.known.digest = item.draft.digest
        item.known.save()
        ticket.refresh_from_db()
        note_lines(lines)

    def add(self, ticket: Ticket, says: Sequence[tuple[Draft, Said]], origin: Imported | None) -> None:
        """Add messages that a ticket does not have yet."""
        untouched = origin is not None and origin.events == ticket.event_count
        given = {**self.origin, "number": ticket.external_id}
        lines = tickets.add_said(ticket, [said for _draft, said in says], origin=given, at=self.places.at)
        Imported.objects.bulk_create([self._origin(draft, said.event.pk) for draft, said in says if said.event is not None])
        for draft, said in says:
            self._keep_files(ticket, draft, said.event)
        if origin is not None and untouched:
            self._after(origin, ticket)
            origin.save()
        note_lines(lines[:1])

    def _after(self, origin: Imported, ticket: Ticket) -> None:
        origin.events = Ticket.objects.values_list("event_count", flat=True).get(pk=ticket.pk)
        origin.run, origin.at = self.row, self.places.at

    def _keep_files(self, ticket: Ticket, draft: Draft, event: Event | None) -> None:
        """Keep the files that a row names and the ZIP holds, by the same rules as every upload."""
        if event is None:
            return
        for named in draft.said.get("files", ()):
            trouble = self._trouble(named, lambda upload: kept_files.keep(ticket, [upload], event=event, actor=event.actor, at=event.at))
            if trouble is not None:
                self.troubles.append((draft, trouble))

    def check_files(self, draft: Draft) -> list[Problem]:
        """Answer which files of a row will not be kept: each is unpacked and looked at as it will be then."""
        return [trouble for named in draft.said.get("files", ()) if (trouble := self._trouble(named, kept_files.check)) is not None]

    def _trouble(self, named: dict[str, Any], use: Callable[[Any], object]) -> Problem | None:
        try:
            use(self._upload(named))
        except Refused as refused:
            return refused.problem
        except DomainError as error:
            return Problem("files", "file_refused", f"{named['path']}: {error}"[:200])
        return None

    def _upload(self, named: dict[str, Any]) -> Any:
        path = named["path"]
        if not self.source.has(path):
            raise Refused("files", "no_such_file", path)
        if self.source.size(path) > MOST_OF_A_FILE:
            raise Refused("files", "file_too_large", path)
        try:
            return ContentFile(self.source.content(path, MOST_OF_A_FILE), name=named["name"] or path)
        except (BadZipFile, RuntimeError, EOFError, zlib.error) as error:  # broken, or packed with a password
            raise Refused("files", "file_unreadable", path) from error


MOST_OF_A_FILE = 256 * 1024 * 1024
"""Bytes of a file that are unpacked to be looked at; what may be kept is in the settings."""
KINDS = (TICKET, COMMENT)
