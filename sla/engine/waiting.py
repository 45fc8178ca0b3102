"""How a run waits: what begins, ends and takes back its pauses (rule 6). Pure: no database, no now()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sla.engine.pauses import cut, up_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sla.engine.clock import Event
    from sla.engine.pauses import Objections, Pauses
    from sla.engine.plan import Promise


class Waiting:
    """The part of a run that waits; the rest of it is ``sla.engine.run``."""

    promise: Promise
    calendar: str
    started: int | None
    stopped: int | None
    voided: int | None
    changed: int | None
    pauses: Pauses
    taken_back: bool
    """Whether a pause was withdrawn while it stood still as done: that counts once it goes on (rule 8)."""
    objections: Objections
    """What the whole log says, its later cycles too: for the figures, never for the state."""
    counting: list[list[Any]]
    running: list[list[Any]]

    def _heed(self, kind: str, event: Event) -> None:
        if kind == "hold":
            self._hold(event)
        elif kind == "resumed":
            self._resume(event)
        else:
            self._withdraw(event)

    def _hold(self, event: Event) -> None:
        if not self.promise.waits_for(event.facts):
            return
        self.pauses.begin(event)
        if self.counting and self.counting[-1][1] is None:
            self.counting[-1][1] = event.at

    def _resume(self, event: Event) -> None:
        if self.pauses.end(event) and self._is_live:
            self.counting.append([event.at, None, self.calendar])

    def _withdraw(self, event: Event) -> None:
        """Count as if a pause had not been, from now on; what has ended stays as it ended (rule 8)."""
        if self.pauses.withdraw(event):
            self.taken_back = True
            if self._is_live:
                self._count_anew(event.at)

    @property
    def _is_live(self) -> bool:
        return self.started is not None and self.stopped is None and self.voided is None

    def _count_anew(self, at: int) -> None:
        """Take the pauses that are left out of what ran; what is already past due is missed because of that (rule 9)."""
        before, self.taken_back = self.counting, False
        self.counting = cut(self.running, self.pauses.all)
        if before != self.counting:
            self.changed = at

    def _left_out(self, due: int | None, now: int, *, late: bool) -> dict[str, Any]:
        """Answer the open seconds that pauses left out, by whether both sides agree to them; a lasting one is not over yet.

        Beyond the due time nothing was left out (rule 7).
        """
        if not self.pauses.all and not self.taken_back:
            return {}
        lasts = bool(self.pauses.lasting) and self._is_live
        end = due if late else self.pauses.since if lasts else None
        left = self.pauses.after(self.objections).all
        agreed = [pause for pause in left if pause.seq not in self.objections.disputed]
        ran, as_agreed, without_disputes, counted = (
            self._counted(up_to(spans, end), now)
            for spans in (self.running, cut(self.running, agreed), cut(self.running, left), self.counting)
        )
        return {
            "waited": ran - as_agreed,
            "disputed": as_agreed - without_disputes,
            "withdrawn": without_disputes - counted,
            "contested": lasts and not any(pause.to is None for pause in agreed),
        }

    def _counted(self, spans: Iterable[Sequence[Any]], now: int) -> int:
        raise NotImplementedError
