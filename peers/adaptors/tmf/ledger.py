"""The order of what stands in their tickets, kept by us, since TMF621 numbers nothing; and what of it is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from peers.adaptors.tmf.reading import Item, has_history, values
from peers.models import Piece
from tmf.shapes import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from peers.models import Connection

SORT = Piece.Sort
REPORTED = "reported"
TRIES = 5
_RANKS = {SORT.NOTE: 0, SORT.FILE: 1, SORT.SEVERITY: 2, SORT.KIND: 2, SORT.STATUS: 3}
"""What comes first of one second: words before the state that may leave no room for them."""
SETTLED = (SORT.SEVERITY, SORT.KIND, SORT.STATUS)


class Ledger:
    """The pieces of one connection's tickets."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def _rows(self, key: str) -> list[Piece]:
        return list(Piece.objects.filter(connection=self.connection, key=key).order_by("seq", "id"))

    # --- What is on its way ----------------------------------------------------------------------

    def begin(self, key: str, sort: str, external_id: str, mark: str) -> bool:
        """Write down what we are about to write there; answer whether it was begun before."""
        facts = {"sort": sort, "external_id": external_id, "print": mark}
        with transaction.atomic():
            if sort in SETTLED:
                self.drop(key, sort)
            row, is_new = Piece.objects.get_or_create(
                connection=self.connection, key=key, name=f"begun:{sort}:{external_id}", defaults={**facts, "is_ours": True}
            )
            if not is_new and row.print != mark:
                Piece.objects.filter(pk=row.pk).update(print=mark)
        return not is_new

    def drop(self, key: str, sort: str) -> None:
        """Forget what was begun of a sort and was not done, or is known to be done."""
        Piece.objects.filter(connection=self.connection, key=key, sort=sort, seq=None).delete()

    def has(self, key: str, external_id: str) -> bool:
        """Whether something under an id of ours is known to stand there."""
        return Piece.objects.filter(connection=self.connection, key=key, external_id=external_id, seq__isnull=False).exists()

    # --- What stands there -----------------------------------------------------------------------

    def number(self, key: str, raw: Mapping[str, Any], items: Sequence[Item], prefix: str) -> list[tuple[Piece, Item]]:
        """Answer what stands in a ticket with its numbers, in their order; what is new gets the next ones.

        ``prefix`` begins the ids that are ours in this ticket. Two workers that read at once give the same numbers: the second looks again.
        """
        for _each in range(TRIES):
            rows = self._rows(key)
            by_name = {row.name: row for row in rows if row.seq is not None}
            new = [item for item in (*_first(by_name), *items, *_values(raw, rows)) if item.name not in by_name]
            try:
                with transaction.atomic():
                    self._add(key, rows, sorted(enumerate(new), key=_order), prefix)
            except IntegrityError:
                continue
            told = {row.name: row for row in (self._rows(key) if new else rows) if row.seq is not None}
            known = {item.name: item for item in (*items, *new)}
            kept = [row for name, row in told.items() if name in known or row.sort in (SORT.REPORTED, *SETTLED)]
            found = [(row, known.get(row.name) or Item(row.sort, row.name, value=row.print)) for row in kept]
            return sorted(found, key=lambda pair: pair[0].seq or 0)
        raise RuntimeError("others number the pieces of this ticket again and again")

    def _add(self, key: str, rows: Sequence[Piece], new: Sequence[tuple[int, Item]], prefix: str) -> None:
        waiting = [row for row in rows if row.seq is None]
        last = max((row.seq for row in rows if row.seq is not None), default=0)
        for seq, (_place, item) in enumerate(new, last + 1):
            marked = item.mark if prefix and item.mark.startswith((f"{prefix}#", f"{prefix}/")) else ""
            begun = _begun(waiting, item, marked)
            if begun is not None:
                waiting.remove(begun)
                begun.delete()
            Piece.objects.create(
                connection=self.connection, key=key, name=item.name, seq=seq, sort=item.sort, print=item.value[:200],
                is_ours=begun is not None or bool(marked), external_id=begun.external_id if begun else marked,
            )  # fmt: skip


def _begun(waiting: Sequence[Piece], item: Item, marked: str) -> Piece | None:
    """Answer what we began that this is: by our id, else by its content, for not everybody keeps ids."""
    alike = [row for row in waiting if row.sort == item.sort]
    return next((row for row in alike if (row.external_id == marked if marked else row.print == item.print)), None)


def _first(by_name: Mapping[str, Piece]) -> Iterator[Item]:
    if REPORTED not in by_name:
        yield Item(SORT.REPORTED, REPORTED)


def _values(raw: Mapping[str, Any], rows: Sequence[Piece]) -> Iterator[Item]:
    """Yield a change for each value that is another than it was last: TMF621 tells the history of states at most, and not always."""
    said = values(raw)
    for sort, name in ((SORT.SEVERITY, "severity"), (SORT.KIND, "kind"), (SORT.STATUS, "status")):
        if sort == SORT.STATUS and has_history(raw):
            continue
        seen = [row for row in rows if row.sort == sort and row.seq is not None]
        value = said[name]
        if not seen or seen[-1].print != value[:200]:
            yield Item(sort, f"{sort}:{value[:150]}@{len(seen)}", _changed_at(raw, sort), value=value, print=value)


def _changed_at(raw: Mapping[str, Any], sort: str) -> datetime | None:
    return (moment_of(raw.get("statusChangeDate")) if sort == SORT.STATUS else None) or moment_of(raw.get("lastUpdate"))


def _order(numbered: tuple[int, Item]) -> tuple[int, float, int, int]:
    """Sort by time, then words before states, then as they stand there; the report comes first, a state without a time last."""
    place, item = numbered
    if item.sort == SORT.REPORTED:
        return 0, 0.0, 0, place
    at = item.at.timestamp() if item.at else float("inf" if item.sort in SETTLED else 0)
    return 1, at, _RANKS[SORT(item.sort)], place
