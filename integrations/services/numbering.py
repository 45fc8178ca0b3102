"""Changes get their numbers one step at a time, after they were committed: whoever has read up to a number has missed nothing before it.

A transaction that began early and ends late is numbered when it has ended, behind what ended before. The step holds the one row of the
feed until its own commit, so that numbers appear in their order too.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from core.bulk import insert_many, update_many
from integrations.models import Change, Feed, Known
from integrations.resources import HANGING, RESOURCES, Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    Thing = tuple[str, int]

BATCH = 500
FORGOTTEN = 1000
"""How many are removed at a time."""
NUMBERED = ["sequence", "numbered_at", "key", "organization", "sites", "deleted"]


def feed() -> Feed:
    """Answer the feed's row, locked until the transaction ends."""
    Feed.objects.get_or_create(pk=Feed.ONLY)
    return Feed.objects.select_for_update().get(pk=Feed.ONLY)


def number_next_changes(at: datetime) -> int:
    """Give numbers to a batch of changes that were committed; answer how many there were."""
    return _number(at) if Change.objects.filter(sequence=None).exists() else 0


@transaction.atomic
def _number(at: datetime) -> int:
    row = feed()
    found = list(Change.objects.filter(sequence=None).order_by("id")[:BATCH])
    if not found:
        return 0
    told = list(_once(found))
    places = _Places(told)
    left: list[Change] = []
    for change in told:
        gone = places.settle(change)
        for numbered in (gone, change):
            if numbered is not None:
                row.newest += 1
                numbered.sequence, numbered.numbered_at = row.newest, at
        left += [gone, *_hanging(gone)] if gone else []
    insert_many(left)
    update_many(told, NUMBERED)
    Change.objects.filter(pk__in={change.pk for change in found} - {change.pk for change in told}).delete()
    places.keep()
    row.save(update_fields=["newest"])
    return len(found)


def _once(found: Iterable[Change]) -> Iterable[Change]:
    """Leave out what says the same again: a row that was saved twice in one step. Each line of a ticket's record stays."""
    said = set()
    for change in found:
        what = (change.resource, change.thing, change.type, change.at, change.person)
        if change.resource == "tickets" or what not in said:
            said.add(what)
            yield change


class _Places:
    """Where the things of a batch were when they were last told of, and where they are now."""

    def __init__(self, changes: list[Change]) -> None:
        things: dict[str, set[int]] = {}
        for change in changes:
            if change.resource in RESOURCES and change.person is None:
                things.setdefault(change.resource, set()).add(change.thing)
        self.now: dict[Thing, Place] = {}
        self.rows: dict[Thing, Known] = {}
        for name, keys in things.items():
            found = RESOURCES[name].places(keys)
            rows = {row.thing: row for row in Known.objects.filter(resource=name, thing__in=keys)}
            strange = {pk: place for pk, place in found.items() if pk not in rows}
            for pk, place in (RESOURCES[name].before(strange) if strange else {}).items():
                assert place.organization is not None  # what moves is somebody's
                rows[pk] = Known(resource=name, thing=pk, key=place.key, organization=place.organization, sites=list(place.sites))
            self.now |= {(name, pk): place for pk, place in found.items()}
            self.rows |= {(name, pk): row for pk, row in rows.items()}
        self.changed: set[Thing] = set()

    def settle(self, change: Change) -> Change | None:
        """Write whose the thing is; answer what those are told whom it has left, if it has moved."""
        if change.resource not in RESOURCES or change.person is not None:
            return None
        thing = (change.resource, change.thing)
        place, before = self.now.get(thing), self.rows.get(thing)
        if place is None:
            change.deleted = True
            if before is not None:
                change.key, change.organization, change.sites = before.key, before.organization, before.sites
            return None
        change.key, change.organization = place.key, place.organization
        if place.organization is None:
            return None
        if before is not None and (before.organization, tuple(before.sites)) == (place.organization, place.sites):
            return None
        row = before or Known(resource=change.resource, thing=change.thing)
        gone = _left(change, before) if before else None
        row.key, row.organization, row.sites = place.key, place.organization, list(place.sites)
        self.rows[thing] = row
        self.changed.add(thing)
        return gone

    def keep(self) -> None:
        """Remember where the things are now."""
        rows = [self.rows[thing] for thing in self.changed]
        insert_many([row for row in rows if row.pk is None])
        update_many([row for row in rows if row.pk is not None], ["key", "organization", "sites"])


def _left(change: Change, before: Known) -> Change:
    """Answer the line for those whose the thing was; who sees it still is not told (``feed.told``)."""
    return Change(
        at=change.at,
        type=f"{RESOURCES[change.resource].one}.removed",
        resource=change.resource,
        thing=change.thing,
        key=before.key,
        deleted=True,
        has_moved=True,
        organization=before.organization,
        sites=before.sites,
    )


def _hanging(gone: Change) -> list[Change]:
    """Answer lines, numbered with the next batch, for what was seen because of a thing that has moved."""
    lines = []
    for name, by in HANGING.get(gone.resource, ()):
        found = RESOURCES[name]
        keys = found.model._default_manager.filter(**{by: gone.thing}).values_list("pk", flat=True)
        lines += [Change(at=gone.at, type=f"{found.one}.changed", resource=name, thing=pk) for pk in keys]
    return lines


@transaction.atomic
def forget_next_changes(at: datetime) -> int:
    """Remove a batch of changes of long ago, the oldest first; who has not read them is told so (410)."""
    row = feed()
    until = at - timedelta(days=settings.CHANGES_KEPT_DAYS)
    oldest = Change.objects.filter(sequence__isnull=False).order_by("sequence")[:FORGOTTEN]
    old = list(takewhile(lambda change: change.numbered_at is not None and change.numbered_at < until, oldest))
    if old:
        row.forgotten = old[-1].sequence or row.forgotten
        Change.objects.filter(sequence__lte=row.forgotten).delete()
        row.save(update_fields=["forgotten"])
    return len(old)
