"""One batch of one table: what its rows are, what they become, what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction

from core.errors import DomainError
from tickets.models import Ticket
from tickets.services import changes_of
from transfer.engine import drafting
from transfer.engine.drafting import Problem
from transfer.engine.fields import COMMENT, TICKET
from transfer.engine.rows import Broken
from transfer.engine.values import words
from transfer.models import Imported, ImportProblem
from transfer.services import tickets as ticketing
from transfer.services.placing import Refused, Virtual
from transfer.services.tickets import Item
from transfer.services.writing import MODELS, PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transfer.engine.drafting import Draft
    from transfer.engine.mapping import Step
    from transfer.engine.rows import Row
    from transfer.models import DataImport
    from transfer.services.taking import Taking

SAMPLE = 10
"""Rows of each kind that a dry run shows as they would be."""
KEPT = 5000
"""Problems that are kept one by one; all are counted."""
LONGEST_ROW = 4000
CREATED, UPDATED, UNCHANGED, LEFT, REFUSED = "created", "updated", "unchanged", "left", "refused"


class Batch:
    """One batch of one table."""

    def __init__(self, taking: Taking, run: DataImport, step: Step) -> None:
        self.taking, self.run, self.step, self.places = taking, run, step, taking.places
        self.problems: list[ImportProblem] = []

    def count(self, kind: str, what: str, more: int = 1) -> None:
        """Count rows of a kind by what became of them."""
        counts = self.run.counts.setdefault(kind, {})
        counts[what] = counts.get(what, 0) + more

    def items(self, rows: Sequence[Row | Broken]) -> Iterator[Item]:
        """Yield the rows that can be something of ours; note the others."""
        drafted = []
        for row in rows:
            if isinstance(row, Broken):
                self.refuse(None, row.line, {"text": row.text}, [Problem("", row.code, row.text[:200])])
            elif drafting.meant(self.step, row.data):
                drafted.append((row, drafting.draft_of(self.taking.mapping, self.step, row.data, self.taking.look)))
        keys = [draft.key[:200] for _row, draft in drafted]
        found = Imported.objects.filter(source=self.run.source, kind=self.step.kind, key__in=keys)
        known = {origin.key: origin for origin in found}
        for row, draft in drafted:
            self.show(draft)
            if draft.problems:
                self.refuse(draft, row.line, row.data, draft.problems)
                continue
            if not self.taking.seen.add((self.step.kind, draft.key)):
                self.refuse(draft, row.line, row.data, [Problem("id", "twice_in_file", draft.key[:200])])
                continue
            yield Item(draft, row.line, row.data, self.step.table, known.get(draft.key[:200]))

    def show(self, draft: Draft) -> None:
        """Keep one of the first rows of each kind, as it would be."""
        if self.taking.dry and sum(one["kind"] == draft.kind for one in self.run.sample) < SAMPLE:
            said = {name: value if isinstance(value, str | int | bool | list) else str(value) for name, value in draft.said.items()}
            shown = {name: f"{value[:200]}…" if isinstance(value, str) and len(value) > 200 else value for name, value in said.items()}  # noqa: PLR2004
            self.run.sample.append({"kind": draft.kind, "key": draft.key[:200], "said": shown, "refused": bool(draft.problems)})

    def refuse(self, draft: Draft | None, line: int, data: dict[str, Any], problems: Sequence[Problem], *, whole: bool = True) -> None:
        """Note what is wrong with a row, or with a part of it."""
        if whole:
            self.count(self.step.kind, REFUSED)
            self.run.refused += 1
        for problem in problems:
            self.problems.append(
                ImportProblem(
                    data_import=self.run, table=self.step.table[:100], line=line, kind=self.step.kind, key=draft.key[:200] if draft else "",
                    field=problem.field, code=problem.code, value=words(problem.value)[:200], is_refused=whole, data=_cut(data),
                )
            )  # fmt: skip

    def keep_problems(self) -> None:
        """Write what was noted, as far as so much is kept."""
        for draft, problem in self.taking.writer.troubles:
            self.refuse(draft, 0, {}, [problem], whole=False)
        self.taking.writer.troubles.clear()
        room = KEPT - ImportProblem.objects.filter(data_import=self.run).count() if self.problems else 0
        ImportProblem.objects.bulk_create(self.problems[: max(0, room)], batch_size=200)

    def _refused(self, item: Item, error: Exception) -> None:
        if isinstance(error, Refused):
            problem = error.problem
        elif isinstance(error, DomainError):
            problem = Problem(error.field, "not_taken", str(error)[:200])
        else:
            problem = Problem("", "not_stored", type(error).__name__)
        self.refuse(item.draft, item.line, item.data, [problem])

    # --- Customers ----------------------------------------------------------------------------

    def things(self, items: Sequence[Item]) -> None:
        """Take rows of customers, each by itself: one that is refused takes no other with it."""
        for item in items:
            try:
                with transaction.atomic():
                    self._thing(item)
            except (Refused, DomainError, DatabaseError) as error:
                self.places.forget()
                self._refused(item, error)

    def _thing(self, item: Item) -> None:
        draft, kind = item.draft, self.step.kind
        placed = PLACE[kind](draft, self.places)
        row = MODELS[kind]._default_manager.filter(pk=item.known.thing).first() if item.known else None
        if item.known is None and placed.known is not None:
            self._remember(item, placed.known, is_made=False)
            self.count(kind, UNCHANGED)
        elif item.known is None or row is None:
            self._remember(item, self._done(placed.make))
            self.count(kind, CREATED)
        elif item.known.digest == draft.digest or not item.known.is_made:
            self.count(kind, UNCHANGED)
        elif self.taking.mapping.options["changed"] == "leave":
            self.count(kind, LEFT)
        else:
            self._done(lambda: placed.change(row))
            if not self.taking.dry:
                self._remember(item, row)
            self.count(kind, UPDATED)

    def _done(self, act: Callable[[], Any]) -> Any:
        """Make or change a thing; in a dry run it is taken back at once, so that what a service refuses is known before."""
        if not self.taking.dry:
            return act()
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
        return Virtual()

    def _check_files(self, item: Item, draft: Draft) -> None:
        if self.taking.dry and (troubles := self.taking.writer.check_files(draft)):
            self.refuse(draft, item.line, item.data, troubles, whole=False)

    def _remember(self, item: Item, row: Any, *, is_made: bool = True) -> None:
        self.places.learn(item.draft, row)
        if self.taking.dry:
            return
        given = {"thing": row.pk, "digest": item.draft.digest, "run": self.run, "at": self.places.at}
        Imported.objects.update_or_create(
            source=self.run.source,
            kind=self.step.kind,
            key=item.draft.key[:200],
            defaults=given,
            create_defaults={**given, "is_made": is_made},
        )

    # --- Tickets ------------------------------------------------------------------------------

    def tickets(self, items: Sequence[Item]) -> None:
        """Take tickets: new ones are written together, known ones follow their file."""
        new: list[Item] = []
        for item in items:
            try:
                item.past = self._placed(item)
            except Refused as error:
                self._refused(item, error)
                continue
            if self.taking.dry:
                self.places.learn(item.draft, Virtual())
            if item.known is None:
                new.append(item)
            else:
                self._known(item)
        if self.taking.dry and new:
            self.count(TICKET, CREATED, len(new))
            self._count_inside(new)
        elif new:
            self._collect(new)
            self._write(new)

    def _placed(self, item: Item) -> Any:
        with transaction.atomic():
            past = ticketing.placed(item.draft, self.places, self.taking.writer.origin)
        return None if isinstance(past, Virtual) else past

    def _count_inside(self, items: Sequence[Item]) -> None:
        for item in items:
            self._check_files(item, item.draft)
            for draft in item.draft.says:
                if draft.problems:
                    self.refuse(draft, item.line, item.data, draft.problems, whole=False)
                else:
                    self._check_files(item, draft)
                    self.count(COMMENT, CREATED)

    def _write(self, items: Sequence[Item]) -> None:
        """Write all in a few statements; where the database refuses one, each by itself, so that the others are not lost with it."""
        try:
            with transaction.atomic():
                self.taking.writer.write(items)
        except (DomainError, DatabaseError) as error:
            self.places.forget()
            if len(items) == 1:
                self._refused(items[0], error)
                return
            for item in items:
                self._write([item])
            return
        self.count(TICKET, CREATED, len(items))
        self.count(COMMENT, CREATED, sum(len(item.says) for item in items))

    def _collect(self, items: Sequence[Item]) -> None:
        """Bring together what was said about each ticket, inside of its row and in a table of its own."""
        says: dict[str, dict[str, Draft]] = defaultdict(dict)
        names = {name: item.draft.key for item in items for name in (str(item.draft.said.get("number", "")), item.draft.key) if name}
        if self.taking.stage is not None:
            for name, draft in self.taking.stage.of(names):
                says[names[name]][draft.key] = draft
        for item in items:
            for draft in item.draft.says:
                if draft.problems:
                    self.refuse(draft, item.line, item.data, draft.problems, whole=False)
                else:
                    says[item.draft.key].setdefault(draft.key, draft)
        there = self._there([draft.key for drafts in says.values() for draft in drafts.values()])
        for item in items:
            pairs = []
            for draft in says[item.draft.key].values():
                if draft.key not in there:
                    with suppress(Refused):  # told of when its own row is read
                        pairs.append((draft, ticketing.said_of(draft, self.places)))
            item.says = tuple(pairs)

    def _there(self, keys: Sequence[str]) -> set[str]:
        rows = Imported.objects.filter(source=self.run.source, kind=COMMENT, key__in=keys)
        return set(rows.values_list("key", flat=True))

    def _known(self, item: Item) -> None:
        """Look at a ticket that is here already: it follows its file as long as nobody here has worked on it."""
        assert item.known is not None
        ticket = Ticket.objects.filter(pk=item.known.thing).first()
        if ticket is None:
            self.refuse(item.draft, item.line, item.data, [Problem("id", "gone", item.draft.key[:200])])
            return
        if item.known.digest == item.draft.digest:
            self.count(TICKET, UNCHANGED)
        elif self.taking.mapping.options["changed"] == "leave" or item.known.events != ticket.event_count:
            self.count(TICKET, LEFT)
        else:
            self._follow(item, ticket)
        if item.draft.says:
            self._collect([item])
            if item.says and not self.taking.dry:
                ticket.refresh_from_db()
                self.taking.writer.add(ticket, item.says, item.known)
            for draft, _said in item.says:
                self._check_files(item, draft)
            self.count(COMMENT, CREATED, len(item.says))

    def _follow(self, item: Item, ticket: Ticket) -> None:
        """Have a ticket follow its file, and tell of every field that cannot: counted as updated is only what was."""
        if item.past is None:
            self.count(TICKET, UPDATED)
            return
        found, fixed = changes_of(ticket, item.past)
        if fixed:
            said = item.draft.said
            problems = [Problem(name, "not_followed", words(said.get(name, ""))[:200]) for name in fixed]
            self.refuse(item.draft, item.line, item.data, problems, whole=False)
        if not self.taking.dry:
            self.taking.writer.follow(item, ticket)
        self.count(TICKET, UPDATED if found else LEFT if fixed else UNCHANGED)

    # --- Messages -----------------------------------------------------------------------------

    def messages(self, items: Sequence[Item]) -> None:
        """Take messages that were not written with their tickets."""
        says: dict[int, list[tuple[Draft, Any]]] = defaultdict(list)
        found: dict[int, Ticket] = {}
        for item in items:
            if item.known is not None:
                if item.known.run_id != self.run.pk:  # else it was counted when its ticket was written
                    self.count(COMMENT, UNCHANGED)
                continue
            try:
                ticket = self.places.ticket(item.draft.said["ticket"])
                if ticket is None:
                    raise Refused("ticket", "unknown_ticket", item.draft.said["ticket"])
                said = ticketing.said_of(item.draft, self.places)
            except Refused as error:
                self._refused(item, error)
                continue
            self.count(COMMENT, CREATED)
            self._check_files(item, item.draft)
            if not self.taking.dry:
                found[ticket.pk] = ticket
                says[ticket.pk].append((item.draft, said))
        origins = {row.thing: row for row in Imported.objects.filter(source=self.run.source, kind=TICKET, thing__in=found)}
        for pk, pairs in says.items():
            found[pk].refresh_from_db()
            self.taking.writer.add(found[pk], pairs, origins.get(pk))


def _cut(data: dict[str, Any]) -> dict[str, Any]:
    """Answer a row to be shown with its problem; of a very long one what fits."""
    kept, room = {}, LONGEST_ROW
    for name, value in data.items():
        text = words(value)[:room]
        room -= len(text)
        kept[words(name)[:100]] = text
        if room <= 0:
            break
    return kept
