"""Which connections there are, how they stand, and what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery

from peers.engine.maps import Maps, Row
from peers.models import Conflict, Connection, Difference, Entry, Link, Mapping, Outgoing
from tickets import selectors as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket

if TYPE_CHECKING:
    Connections = QuerySet[Connection]
OPEN = (Outgoing.State.WAITING, Outgoing.State.REFUSED)
COMPARED_EVERY = timedelta(hours=24)


def connections_for(user: User) -> QuerySet[Connection]:
    """Answer the connections a person looks after: managers all."""
    rows = Connection.objects.select_related("account", "organization", "created_by")
    return rows if user.manages else rows.none()


def listed(user: User) -> QuerySet[Connection]:
    """Answer them with how much waits, since when, and what went wrong."""
    waiting = Outgoing.objects.filter(link__connection=OuterRef("pk"), state=Outgoing.State.WAITING).order_by()
    refused = Outgoing.objects.filter(link__connection=OuterRef("pk"), state=Outgoing.State.REFUSED).order_by()
    return connections_for(user).annotate(
        waiting=Subquery(waiting.values("link__connection").annotate(n=Count("pk")).values("n")),
        waiting_since=Subquery(waiting.values("link__connection").annotate(n=Min("made_at")).values("n")),
        refused=Subquery(refused.values("link__connection").annotate(n=Count("pk")).values("n")),
        linked=Subquery(_count(Link.objects.exclude(ticket=None))),
        problems=Subquery(_count(Link.objects.exclude(problem=""))),
        differing=Subquery(_count(Difference.objects.all())),
    )


def _count(rows: QuerySet[Link] | QuerySet[Difference]) -> QuerySet[Link] | QuerySet[Difference]:
    return rows.filter(connection=OuterRef("pk")).order_by().values("connection").annotate(n=Count("pk")).values("n")  # type: ignore[return-value]


def maps_of(connection: Connection) -> Maps:
    """Answer what stands for what."""
    rows = Mapping.objects.filter(connection=connection).order_by("id").values_list("what", "way", "ours", "theirs")
    return Maps([Row(*row) for row in rows])


def _awake(at: datetime) -> QuerySet[Connection]:
    """Answer the connections that are neither paused nor left alone after a failure, the longest waiting first."""
    return Connection.objects.filter(state=Connection.State.ACTIVE, rests_until__lte=at).order_by("rests_until", "id")


def _free(at: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=at)


def to_ask(at: datetime) -> Connections:
    """Answer the connections whose other side is to be asked what is new, and that nobody asks."""
    return _awake(at).filter(_free(at), pull_at__lte=at).exclude(direction=Connection.Direction.SEND)


def to_be_compared(at: datetime) -> Connections:
    """Answer the connections that are being compared, and that nobody compares now."""
    return _awake(at).filter(_free(at), compare_since__isnull=False)


def with_due(at: datetime) -> Connections:
    """Answer the connections of which a linked ticket waits to be served."""
    due = Link.objects.filter(_free(at), connection=OuterRef("pk"), is_due=True, next_at__lte=at)
    return _awake(at).filter(Exists(due))


def due_links(connection: Connection, at: datetime) -> QuerySet[Link]:
    """Answer the linked tickets of a connection that wait to be served and that nobody serves, the longest waiting first."""
    return connection.links.filter(_free(at), is_due=True, next_at__lte=at).order_by("next_at", "id")


def open_of(link: Link) -> QuerySet[Outgoing]:
    """Answer the messages of a ticket that are not at their end, in order."""
    return link.outgoing.filter(state__in=OPEN).select_related("event__actor", "event__ticket").order_by("id")


def to_compare(connection: Connection) -> QuerySet[Link]:
    """Answer what the comparison that is under way has not looked at yet."""
    rows = connection.links.exclude(ticket=None).exclude(key="")
    return rows.filter(compared_at__lt=F("connection__compare_since")).order_by("compared_at", "id")


def seen(user: User, name: str) -> Q:
    """Answer the condition that leaves out what a person may not read: confidential complaints about them."""
    return ~Q(**{f"{name}__in": tickets.hidden_from(user).values("ticket")})


def links_of(user: User, connection: Connection, *, only_problems: bool = False) -> QuerySet[Link]:
    """Answer the linked tickets of a connection, the newest first."""
    rows = connection.links.select_related("ticket").filter(is_outside=False).filter(seen(user, "ticket") | Q(ticket=None))
    return rows.exclude(problem="") if only_problems else rows


def log_of(user: User, connection: Connection) -> QuerySet[Entry]:
    """Answer what was exchanged."""
    rows = connection.entries.select_related("link__ticket")
    return rows.filter(seen(user, "link__ticket") | Q(link__ticket=None))


def conflicts_of(user: User, connection: Connection) -> QuerySet[Conflict]:
    """Answer where both sides had changed the same."""
    return connection.conflicts.select_related("link__ticket").filter(seen(user, "link__ticket"))


def differences_of(user: User, connection: Connection) -> QuerySet[Difference]:
    """Answer how linked tickets differ."""
    return connection.differences.select_related("link__ticket").filter(seen(user, "link__ticket"))


def of_ticket(ticket: Ticket) -> QuerySet[Link]:
    """Answer where a ticket is linked, with what waits and how often both sides disagreed."""
    waiting = Count("outgoing", filter=Q(outgoing__state=Outgoing.State.WAITING), distinct=True)
    rows = ticket.peer_links.select_related("connection").annotate(waiting=waiting)
    return rows.annotate(disagreed=Count("conflicts", distinct=True)).order_by("id")


def sendable(user: User, ticket: Ticket) -> list[Connection]:
    """Answer where a person may send a ticket by hand: where it fits and is not linked yet."""
    if not user.is_provider or ticket.is_confidential or ticket.is_canary:
        return []
    rows = Connection.objects.filter(state=Connection.State.ACTIVE).exclude(direction=Connection.Direction.RECEIVE)
    rows = rows.filter(Q(organization=None) | Q(organization=ticket.organization_id)).exclude(links__ticket=ticket).order_by("name")
    return [row for row in rows if ticket.kind in row.kinds]
