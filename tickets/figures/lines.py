"""What the lists behind figures say: headings, and their lines for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import words
from tickets.figures import names
from tickets.figures.behind import (
    DISPUTED,
    LONGEST_EXPORT,
    MET,
    MISSED,
    PROMISES,
    REPORTED,
    RESOLVED,
    WAYS,
    decided,
    rows,
    shown,
)
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.models import User
    from sla.models import Clock
    from tickets.figures.behind import Wanted
    from tickets.models import Ticket

TITLES = {
    (PROMISES, ""): gettext_lazy("Promises kept and missed"),
    (PROMISES, MET): gettext_lazy("Promises kept"),
    (PROMISES, MISSED): gettext_lazy("Promises missed"),
    (PROMISES, DISPUTED): gettext_lazy("Promises kept, disputed"),
    (RESOLVED, ""): gettext_lazy("Tickets solved"),
    (RESOLVED, "remote"): gettext_lazy("Faults solved remotely"),
    (RESOLVED, "onsite"): gettext_lazy("Faults solved on site"),
    (REPORTED, ""): gettext_lazy("Tickets reported"),
}
WAY_WORDS = {"remote": gettext_lazy("remotely"), "onsite": gettext_lazy("on site")}
STATES = {MET: gettext_lazy("kept"), MISSED: gettext_lazy("missed")}
CHUNK = 1000


def title_of(wanted: Wanted) -> str:
    """Answer what is listed."""
    return str(TITLES.get((wanted.figure, wanted.outcome or wanted.way), TITLES[wanted.figure, ""]))


def note_of(wanted: Wanted) -> str:
    """Answer what narrows the list, such as "Response · severity 1 · East China office"."""
    facts = dict(wanted.facts)
    said = [names.promise_names().get(wanted.promise, wanted.promise)] if wanted.promise else []
    if "severity" in facts:
        said.append(_("severity %(level)s") % {"level": names.severity_names()[str(facts["severity"])]})
    if "kind" in facts:
        said.append(str(Kind(facts["kind"]).label))
    said += [str(facts[name]) for name in ("office", "organization", "assignee") if name in facts]
    return " · ".join(said)


def heads_of(wanted: Wanted) -> list[str]:
    """Answer the columns of the list."""
    first = [_("Ticket"), _("Subject"), _("Customer"), _("Severity")]
    people = [_("Assignee"), _("Office")]
    if wanted.figure == PROMISES:
        return [*first, _("Promise"), _("Outcome"), _("Due"), _("Done"), _("Minutes late"), *people]
    return [*first, _("Kind"), _("State"), _("Reported"), _("Solved at"), _("Hours to the solution"), _("Solved how"), *people]


def lines_of(wanted: Wanted, at: datetime, user: User | None = None) -> Iterator[list[Any]]:
    """Yield a line for each row, at most so many; the last line says so where there are more."""
    found = shown(rows(wanted, user)).order_by(f"-{wanted.by}", "-pk")
    line: Any = _promise_line if wanted.figure == PROMISES else _ticket_line
    for place, each in enumerate(found[: LONGEST_EXPORT + 1].iterator(chunk_size=CHUNK)):
        if place == LONGEST_EXPORT:
            yield [cut_words()]
            return
        yield line(each, at)


def cut_words() -> str:
    """Say that a list is longer than its export."""
    return _("There are more rows; only the newest %(count)s are here.") % {"count": LONGEST_EXPORT}


def _promise_line(clock: Clock, at: datetime) -> list[Any]:
    row = decided(clock, at)
    late = int(((clock.stopped_at or at) - clock.due_at).total_seconds() / 60) if clock.due_at and row.late else 0
    return [*_first(row.ticket), row.name, str(STATES[clock.state]), clock.due_at, clock.stopped_at, late, *_people(row.ticket)]


def _ticket_line(ticket: Ticket, _at: datetime) -> list[Any]:
    hours = round((ticket.resolved_at - ticket.created_at).total_seconds() / 3600, 2) if ticket.resolved_at else None
    ways = {remote: str(WAY_WORDS[way]) for way, remote in WAYS.items()}
    way = "" if ticket.solved_remotely is None else ways[ticket.solved_remotely]
    moments = [ticket.created_at, ticket.resolved_at, hours, way]
    return [*_first(ticket), str(ticket.get_kind_display()), str(ticket.get_status_display()), *moments, *_people(ticket)]


def _first(ticket: Ticket) -> list[Any]:
    return [ticket.number, ticket.subject, str(ticket.organization), words.severity_name(ticket)]


def _people(ticket: Ticket) -> list[Any]:
    return [str(ticket.assignee or ""), str(ticket.office)]
