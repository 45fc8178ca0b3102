"""Taking rows of a file: what they would be, what is wrong with them, and, unless it is a dry run, what they become."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from transfer.engine import drafting
from transfer.engine import mapping as mappings
from transfer.engine.fields import COMMENT, CONTRACT, EQUIPMENT, ORGANIZATION, PERSON, SITE, TICKET
from transfer.engine.reading import opened
from transfer.engine.rows import Broken
from transfer.engine.values import words
from transfer.errors import BadMapping
from transfer.models import DataImport
from transfer.services.batches import CREATED, Batch
from transfer.services.placing import Places
from transfer.services.staging import Marks, Stage
from transfer.services.tickets import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from transfer.engine.drafting import Draft
    from transfer.engine.mapping import Hop, Step
    from transfer.engine.rows import Row

BATCH = {ORGANIZATION: 100, SITE: 100, PERSON: 50, EQUIPMENT: 100, CONTRACT: 50, TICKET: 100, COMMENT: 300}
"""Rows of a transaction: so many that a statement serves many, and so few that a worker never holds a lock for long."""
MOST_LOOKED_UP = 500_000


class Taking:
    """One worker's hold on an import: its file, its mapping, and what it has found so far."""

    def __init__(self, row: DataImport, at: datetime) -> None:
        self.dry = row.state == DataImport.State.CHECKING
        self.mapping = mappings.read(row.mapping)
        self.source = opened(row.file.open("rb").file, row.name, encoding=row.encoding, delimiter=row.delimiter)
        self._check_tables()
        self.places = Places(row.source, self.mapping.options, dry=self.dry, actor=row.asked_by, at=at)
        self.writer = Writer(row, self.source, self.places)
        self.looked = {hop: self._table_of(hop) for hop in self.mapping.hops}
        self.streams: dict[int, Iterator[Row | Broken]] = {}
        self.seen = Marks()
        self.stage: Stage | None = None
        kinds = [step.kind for step in self.mapping.steps]
        if not self.dry and TICKET in kinds and COMMENT in kinds:
            self.stage = Stage()
            self.stage.fill(self._messages())
        if not self.dry:
            self._mark_done(row)

    def close(self) -> None:
        """Let go of what was opened."""
        self.streams.clear()
        self.seen.close()
        self.places.would.close()
        if self.stage is not None:
            self.stage.close()
        self.source.file.close()

    def _check_tables(self) -> None:
        for step in self.mapping.steps:
            if self.source.table(step.table) is None:
                known = ", ".join(table.name for table in self.source.tables)
                raise BadMapping(mappings.no_table(step.table, known), field="mapping")

    def _rows(self, step: Step) -> Iterator[Row | Broken]:
        table = self.source.table(step.table)
        return self.source.rows(table) if table is not None else iter(())

    def _table_of(self, hop: Hop) -> dict[str, Any]:
        """Read what is looked up in another table of the file: two columns of it."""
        table = self.source.table(hop.table)
        if table is None:
            raise BadMapping(mappings.no_table(hop.table, ", ".join(one.name for one in self.source.tables)), field="mapping")
        found: dict[str, Any] = {}
        for row in islice(self.source.rows(table), MOST_LOOKED_UP):
            if not isinstance(row, Broken) and all(words(drafting.at_path(row.data, path)) == value for path, value in hop.where):
                key = words(drafting.at_path(row.data, hop.key))
                found.setdefault(key, drafting.at_path(row.data, hop.take))
        return found

    def look(self, hop: Hop, key: str) -> Any:
        """Answer what another table says of a key."""
        return self.looked[hop].get(key)

    def _messages(self) -> Iterator[Draft]:
        for step in self.mapping.steps:
            if step.kind == COMMENT:
                for row in self._rows(step):
                    if not isinstance(row, Broken) and drafting.meant(step, row.data):
                        yield drafting.draft_of(self.mapping, step, row.data, self.look)

    def _mark_done(self, row: DataImport) -> None:
        """See the rows again that earlier tasks took: an id that comes twice is refused whichever task reads the second one."""
        to_come = {step.kind for step in self.mapping.steps[row.step :]}
        for place, step in enumerate(self.mapping.steps[: row.step + 1]):
            if step.kind not in to_come:
                continue
            for found in islice(self._rows(step), row.row if place == row.step else None):
                if not isinstance(found, Broken) and drafting.meant(step, found.data):
                    draft = drafting.draft_of(self.mapping, step, found.data, self.look)
                    if not draft.problems:
                        self.seen.add((step.kind, draft.key))

    def next_rows(self, row: DataImport, limit: int) -> list[Row | Broken]:
        """Answer the rows that follow where the import is."""
        if row.step not in self.streams:
            stream = self._rows(self.mapping.steps[row.step])
            self.streams[row.step] = islice(stream, row.row, None)
        return list(islice(self.streams[row.step], limit))

    # --- A batch ------------------------------------------------------------------------------

    def take(self, run: DataImport, rows: Sequence[Row | Broken], at: datetime) -> None:
        """Take a batch of rows of the table the import is at."""
        self.places.at, step = at, self.mapping.steps[run.step]
        batch = Batch(self, run, step)
        items = list(batch.items(rows))
        if step.kind == TICKET:
            batch.tickets(items)
        elif step.kind == COMMENT:
            batch.messages(items)
        else:
            batch.things(items)
        for kind, _name in self.places.made:
            batch.count(kind, CREATED)
        self.places.made.clear()
        batch.keep_problems()
