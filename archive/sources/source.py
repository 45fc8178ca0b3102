"""What every source of the timeline is: whose rows, who may see them, when they happened, what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import DateTimeField, F, Func, Q

from archive.engine import Entry
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.utils.functional import Promise

    from accounts.models import User
    from archive.scope import Scope

WORDS = 8
"""So many words of a search are looked for."""
SHOWN = 600
"""Characters of a long text that the timeline shows; the thing's own page has it whole."""


class Midnight(Func):
    """The beginning of a date in UTC, as the database writes instants: what has a day only is ordered among what has a time."""

    output_field = DateTimeField()
    template = "((%(expressions)s)::timestamp AT TIME ZONE 'UTC')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        """Write it as SQLite keeps instants: as text."""
        return super().as_sql(compiler, connection, template="(%(expressions)s || ' 00:00:00')", **context)


class Source:
    """One kind of entries. A subclass says whose rows (`visible`), where they belong, when they happened and what they say.

    ``organization``, ``site`` and ``equipment`` are the paths from a row to where it belongs; an empty path: such rows do not
    belong to a site, or an equipment, and are left out there. ``ticket`` is the path to the ticket a row hangs on, if any:
    what hangs on a ticket is shown to those who may see the ticket, and to nobody else.
    """

    kind: ClassVar[str]
    label: ClassVar[Promise]
    icon: ClassVar[str] = "point"
    at: ClassVar[str | Combinable] = "created_at"
    organization: ClassVar[str] = "organization"
    site: ClassVar[str] = "site"
    equipment: ClassVar[str] = "equipment"
    ticket: ClassVar[str] = ""
    searched: ClassVar[tuple[str, ...]] = ()

    # --- to be said by each source ---

    def visible(self, user: User) -> QuerySet[Any]:
        """Answer the rows a person may see: the selector ``*_for(user)`` of the app they belong to."""
        raise NotImplementedError

    def entry(self, row: Any, user: User) -> Entry:
        """Answer what a row says; most use ``self.told``."""
        raise NotImplementedError

    def widened(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add what the entries of a page show, in a constant number of queries."""
        return rows

    # --- shared ---

    def within(self, user: User, scope: Scope) -> QuerySet[Any]:
        """Answer the rows of an organization, a site or an equipment that a person may see, each with ``happened_at``."""
        path, pk = self._path(scope)
        rows = self.visible(user)
        if not path:
            return rows.none()
        rows = rows.filter(**{path: pk})
        return self._of_seen_tickets(rows, user, scope)

    def _path(self, scope: Scope) -> tuple[str, int]:
        if scope.equipment is not None:
            return self.equipment, scope.equipment.pk
        if scope.site is not None:
            return self.site, scope.site.pk
        return self.organization, scope.organization.pk

    def _of_seen_tickets(self, rows: QuerySet[Any], user: User, scope: Scope) -> QuerySet[Any]:
        if not self.ticket:
            return rows
        seen = tickets.tickets_for(user).filter(organization=scope.organization)
        return rows.filter(Q(**{self.ticket: None}) | Q(**{f"{self.ticket}__in": seen.values("pk")}))

    def timed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add when each row happened."""
        return rows.annotate(happened_at=F(self.at) if isinstance(self.at, str) else self.at)

    def matching(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """Keep the rows in which every word occurs, Chinese or not."""
        for word in words.replace("\0", " ").split()[:WORDS]:
            found = Q()
            for name in self.searched:
                found |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(found) if found else rows.none()
        return rows

    def entries(self, keys: Iterable[int], user: User) -> list[Entry]:
        """Answer the entries of these rows; they were found among what the person may see."""
        rows = self.timed(self.widened(self.visible(user).filter(pk__in=list(keys))))
        return [self.entry(row, user) for row in rows]

    def told(self, row: Any, title: str, **more: Any) -> Entry:
        """Answer an entry of this kind; texts are cut to what a timeline has room for."""
        text = _cut(more.pop("text", ""))
        facts = tuple((str(label), _cut(str(value))) for label, value in more.pop("facts", ()) if value not in (None, ""))
        moments = tuple((str(label), at) for label, at in more.pop("moments", ()) if at)
        return Entry(
            kind=self.kind,
            pk=row.pk,
            at=row.happened_at,
            label=str(self.label),
            icon=self.icon,
            title=title,
            text=text,
            facts=facts,
            moments=moments,
            **{name: str(value or "") for name, value in more.items()},
        )


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"
