"""Which clients there are for whom, and what was done with them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import get_access_token_model

from accounts.models import Role, User
from clients.models import ApiClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet
    from django.utils.functional import Promise

SHOWN = 50
"""Lines of a client's record."""


def people_for(user: User) -> QuerySet[User]:
    """Answer as whom a client of this person's making may act: only an administrator hands out what administrators may."""
    people = User.objects.filter(is_active=True)
    if not user.manages:
        return people.none()
    return people if user.role == Role.ADMIN else people.exclude(role=Role.ADMIN)


def clients_for(user: User) -> QuerySet[ApiClient]:
    """Answer the clients a person looks after: an administrator all, a manager those that act as no administrator."""
    rows = ApiClient.objects.select_related("user__office", "user__membership__organization", "created_by")
    if not user.manages:
        return rows.none()
    return rows if user.role == Role.ADMIN else rows.exclude(user__role=Role.ADMIN)


def living_tokens(client: ApiClient, at: datetime) -> int:
    """Answer how many tokens of a client have not expired."""
    return get_access_token_model().objects.filter(application=client, expires__gt=at).count()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a client's record: when, who, and what."""

    at: datetime
    who: User | None
    deeds: list[Promise]


CHANGES: tuple[tuple[Callable[[Any, Any], bool], Promise], ...] = (
    (lambda new, old: new.revoked_at is not None and old.revoked_at is None, _("revoked")),
    (lambda new, old: old.is_enabled and not new.is_enabled, _("switched off")),
    (lambda new, old: new.is_enabled and not old.is_enabled, _("switched on")),
    (lambda new, old: new.start != old.start, _("given a new secret")),
    (lambda new, old: new.name != old.name, _("renamed")),
    (lambda new, old: new.scopes != old.scopes, _("given other scopes")),
    (lambda new, old: new.rate != old.rate, _("given another rate")),
)


def record(client: ApiClient) -> Iterator[Line]:
    """Yield what was done with a client, the newest first."""
    rows = list(client.history.select_related("history_user").order_by("-history_date", "-history_id")[: SHOWN + 1])
    for new, old in pairwise(rows):
        yield Line(new.history_date, new.history_user, [words for changed, words in CHANGES if changed(new, old)] or [_("changed")])
    if rows and len(rows) <= SHOWN:
        yield Line(rows[-1].history_date, rows[-1].history_user, [_("was made")])
