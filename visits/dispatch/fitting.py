"""Who should go on a visit, and what speaks against somebody: the engine asked about people of the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from visits import engine
from visits.dispatch import crew, waiting
from visits.dispatch.days import times_from
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Skill, User
    from customers.models import Site
    from tickets.models import Ticket
    from visits.engine import Choice, Need, Reason, Span

USUAL = timedelta(hours=2)
"""How long a visit is planned for when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody has to go for: a visit, or a ticket that has none yet."""

    thing: Visit | Ticket

    @property
    def visit(self) -> Visit | None:
        """Answer the visit, if there is one."""
        return self.thing if isinstance(self.thing, Visit) else None

    @property
    def ticket(self) -> Ticket | None:
        """Answer the ticket; an inspection has none."""
        return self.thing.ticket if isinstance(self.thing, Visit) else self.thing

    @property
    def site(self) -> Site:
        """Answer where."""
        return self.thing.site

    @property
    def skill(self) -> Skill | None:
        """Answer what whoever goes has to be able to do."""
        if isinstance(self.thing, Visit):
            return self.thing.skill
        return self.thing.equipment.skill if self.thing.equipment is not None else None

    @property
    def length(self) -> timedelta:
        """Answer how long it is planned for."""
        visit = self.visit
        if visit is None or visit.starts_at is None or visit.ends_at is None:
            return USUAL
        return visit.ends_at - visit.starts_at

    def known_to(self, at: datetime) -> tuple[engine.Times, list[engine.Person]]:
        """Answer the coming days, and everybody who could go with what they do in them; a constant number of queries."""
        times = times_from(at)
        people = list(crew.engineers())
        known = crew.diaries(people, (at, times.until), at)
        duties = crew.duties_for(self.thing.organization_id, at)
        return times, crew.persons(people, known, at, without=self.visit.pk if self.visit else None, duties=duties)

    def need(self, at: datetime, due: datetime | None) -> Need:
        """Answer the job as the engine knows it."""
        skill = self.skill.pk if self.skill is not None else None
        return engine.Need(at, self.length, self.thing.office_id, self.thing.site_id, skill, due)


def suggestions(job: Job, at: datetime, limit: int = 5) -> list[Choice]:
    """Answer who should go and when, with the reasons, in a constant number of queries."""
    times, persons = job.known_to(at)
    return engine.suggest(job.need(at, waiting.due_on_site(job.ticket)), persons, times, limit)


def openings(job: Job, windows: Sequence[Span], at: datetime, limit: int = 50) -> list[tuple[Choice, datetime]]:
    """Answer who could come when within these windows, earliest first, each with its end; in a constant number of queries.

    Looked for in the coming days that are planned (`days.AHEAD`). Where no window holds a visit of the usual length, the longest says
    how long it is.
    """
    times, persons = job.known_to(at)
    longest = max((end - start for start, end in windows), default=job.length)
    need = replace(job.need(at, waiting.due_on_site(job.ticket)), length=min(job.length, longest))
    return [(choice, choice.start + need.length) for choice in engine.openings(need, persons, times, windows, limit)]


def against(job: Job, lead: User, span: Span, at: datetime) -> list[Reason]:
    """Answer what speaks against sending somebody at a time."""
    person = crew.known_as(lead.pk)
    known = crew.diaries([person], span, at)
    (found,) = crew.persons([person], known, at, without=job.visit.pk if job.visit else None)
    return engine.conflicts(found, span, job.need(at, waiting.due_on_site(job.ticket)), times_from(span[0]).hours)
