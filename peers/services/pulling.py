"""What changed over there: the numbers of tickets, written down in one transaction with how far that was read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.bulk import insert_missing, update_many
from peers.errors import Forgotten
from peers.models import Connection, Link
from peers.services.hearing import stir

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from peers.adaptors.peer import News, Peer
    from peers.services.fencing import Lease

OVERLAP = timedelta(hours=1)
"""How far before the last asking the lists are read again when the feed was lost."""
PAGES = 20
"""Pages of the feed that are read in one turn."""


def pull(lease: Lease, peer: Peer, at: datetime) -> None:
    """Read the feed to its end, or a good part of it; a connection that begins knows nothing of what was before."""
    connection = lease.connection
    if connection.cursor is None:
        _keep(lease, [], peer.newest(), at, more=False)
        return
    try:
        for _page in range(PAGES):
            news = peer.news(connection.cursor)
            _keep(lease, news.keys, news.last, at, more=news.more, news=news)
            if not news.more:
                return
    except Forgotten:
        _begin_again(lease, peer, at)


def _begin_again(lease: Lease, peer: Peer, at: datetime) -> None:
    """The feed does not reach back that far: note where it is now, then look at whatever was changed since we last asked."""
    newest = peer.newest()
    since = (lease.connection.pulled_at or lease.connection.created_at) - OVERLAP
    keys = peer.since(since)
    linked = Link.objects.filter(connection=lease.connection, is_outside=False).exclude(key="").values_list("key", flat=True)
    _keep(lease, list(dict.fromkeys([*keys, *linked])), newest, at, more=False)


def _keep(lease: Lease, keys: Sequence[str], cursor: int, at: datetime, *, more: bool, news: News | None = None) -> None:
    connection = lease.connection
    with lease.writing():
        keys = _unheard(connection, keys, news) if news is not None and news.marks else keys
        known = dict(Link.objects.filter(connection=connection, key__in=keys).values_list("key", "pk"))
        outside = set(Link.objects.filter(pk__in=known.values(), is_outside=True).values_list("pk", flat=True))
        stir(pk for pk in known.values() if pk not in outside)
        if connection.takes_new:
            insert_missing([Link(connection=connection, key=key, created_at=at) for key in sorted(keys) if key not in known])
        wait = timedelta(seconds=0 if more else connection.every_seconds)
        Connection.objects.filter(pk=connection.pk).update(cursor=cursor, pulled_at=at, pull_at=at + wait)
    connection.cursor, connection.pulled_at = cursor, at


def _unheard(connection: Connection, keys: Sequence[str], news: News) -> list[str]:
    """Leave out what a list says as it said it last, and what is not linked and was last changed before the connection was made."""
    links = {link.key: link for link in Link.objects.filter(connection=connection, key__in=keys).only("key", "heard")}
    changed = [link for key, link in links.items() if news.marks[key] != link.heard]
    for link in changed:
        link.heard = news.marks[link.key]
    update_many(changed, ["heard"])
    same = {key for key, link in links.items() if link.heard and link not in changed}
    return [key for key in keys if key not in same and (key in links or key not in news.old)]
