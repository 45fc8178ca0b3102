"""Reading the feed of changes: what one person is told, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Role
from integrations.errors import ChangesForgotten
from integrations.models import Change, Feed
from integrations.resources import ACCESS, RESOURCES, SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """Some changes, where to go on, the newest number of all, and whether more is to be read at once."""

    changes: list[Change]
    last: int
    newest: int
    more: bool


def read(user: User, after: int | None, limit: int) -> Told:
    """Answer what a person is told of the changes after a number; with none, from the oldest that is kept. Constant queries.

    A page may be short or empty while more follows: what the person may not see is passed over.
    Raises ChangesForgotten for a number that is too old, or that was never given.
    """
    row = Feed.objects.filter(pk=Feed.ONLY).first() or Feed()
    start = row.forgotten if after is None else after
    if not row.forgotten <= start <= row.newest:
        raise _forgotten(start, row)
    asked = _addressed(user).filter(sequence__gt=start, sequence__lte=row.newest).order_by("sequence")
    found = list(asked[: limit + 1])
    if Feed.objects.filter(pk=Feed.ONLY, forgotten__gt=start).exists():  # while we were reading
        raise _forgotten(start, row)
    more, found = len(found) > limit, found[:limit]
    last = found[-1].sequence if more else row.newest
    return Told(list(_tellable(user, found)), last or start, row.newest, more)


def _forgotten(start: int, row: Feed) -> ChangesForgotten:
    words = _("Changes after %(after)s are not kept. Read the lists anew, then go on after %(newest)s.")
    return ChangesForgotten(words % {"after": start, "newest": row.newest}, field="after")


def _addressed(user: User) -> QuerySet[Change]:
    """Answer the lines that can be for a person at all: a customer's organization's public ones, and what is told them alone."""
    own = Q(person=user.pk)
    if user.is_provider:
        return Change.objects.filter(own | Q(person=None, has_moved=False))
    membership = getattr(user, "membership", None)
    theirs = Q(person=None, is_public=True, organization=membership.organization_id) if membership else Q(pk=None)
    return Change.objects.filter(own | theirs)


def _tellable(user: User, found: list[Change]) -> Iterable[Change]:
    """Yield what is told: of what is there, that which the person may see; of what is gone, that which they saw."""
    keys: dict[str, set[int]] = {}
    for change in found:
        keys.setdefault(change.resource, set()).add(change.thing)
    seen = {name: RESOURCES[name].seen(user, things) for name, things in keys.items() if name != ACCESS}
    saw = _Saw(user, seen)
    for change in found:
        if change.resource == ACCESS or (saw.once(change) if change.deleted else change.thing in seen[change.resource]):
            yield change


class _Saw:
    """Whether a person saw what is gone: it was of their organization, and of one of their sites."""

    def __init__(self, user: User, seen: Mapping[str, set[int]]) -> None:
        self.seen = seen
        self.is_everywhere = user.is_provider or user.role == Role.SUPERVISOR
        membership = None if self.is_everywhere else getattr(user, "membership", None)
        self.sites = set(membership.sites.values_list("pk", flat=True)) if membership else set()

    def once(self, change: Change) -> bool:
        """Tell it of a line that the person can be told (``_addressed``); who sees the thing still, or again, is not told."""
        if change.thing in self.seen[change.resource]:
            return False
        if change.resource in SUPERVISED and not self.is_everywhere:
            return False
        everywhere = change.person is not None or self.is_everywhere or not change.sites
        return everywhere or bool(self.sites.intersection(change.sites))
