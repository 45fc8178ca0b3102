"""Who could go, and what is planned for them: read in a constant number of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from accounts.models import Absence, Role, User
from customers.models import Duty
from tickets import selectors as tickets
from visits import engine
from visits.models import Status, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from visits.engine import Span

LONGEST = timedelta(days=14)
"""No visit is planned for longer; so far back one that still lasts is looked for."""
SHOWN = (Status.PLANNED, Status.DEPARTED, Status.ON_SITE, Status.DONE, Status.FAILED)


@dataclass(slots=True)
class Diary:
    """What a person does and where they are not, in some days."""

    visits: list[Visit] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def engineers(others: Q | None = None) -> QuerySet[User]:
    """Answer the engineers (and those ``others``), each with skills, office, its regions, and how many open tickets they have."""
    found = User.objects.filter(Q(role=Role.ENGINEER) | others if others is not None else Q(role=Role.ENGINEER), is_active=True)
    return found.select_related("office").prefetch_related("skills", "office__regions").annotate(load=tickets.open_tickets())


def known_as(pk: int) -> User:
    """Answer one of our own people with all that planning has to know."""
    return User.objects.select_related("office").prefetch_related("skills").get(pk=pk)


def span(visit: Visit, at: datetime) -> Span | None:
    """Answer from when until when somebody is taken by a visit: as planned, and as it was once it began."""
    start, end = visit.starts_at, visit.ends_at
    if visit.status == Status.ON_SITE and visit.arrived_at is not None:
        planned = end - start if start is not None and end is not None else timedelta()
        return visit.arrived_at, max(visit.arrived_at + planned, at, visit.arrived_at + engine.STEP)
    if visit.status in {Status.DONE, Status.FAILED} and visit.arrived_at is not None and visit.left_at is not None:
        return visit.arrived_at, max(visit.left_at, visit.arrived_at + engine.STEP)
    return None if start is None or end is None else (start, end)


def within(window: Span) -> QuerySet[Visit]:
    """Answer the visits that touch a stretch of time, and those somebody has not come back from."""
    start, end = window
    timed = Q(starts_at__lt=end, starts_at__gte=start - LONGEST) & (Q(ends_at__gt=start) | Q(left_at__gt=start))
    return Visit.objects.filter(timed | Q(status=Status.ON_SITE), status__in=SHOWN)


def diaries(people: Sequence[User], window: Span, at: datetime) -> dict[int, Diary]:
    """Answer what each of these people does in a stretch of time, in four queries."""
    ids = [person.pk for person in people]
    found: defaultdict[int, Diary] = defaultdict(Diary)
    theirs = Q(lead__in=ids) | Q(helpers__in=ids)
    rows = within(window).filter(theirs).distinct().select_related("ticket", "organization", "site", "lead").order_by("starts_at", "id")
    for visit in rows.prefetch_related(Prefetch("helpers", User.objects.only("pk", "name"))):
        taken = span(visit, at)
        if taken is not None and engine.meet(taken, window):
            going = {visit.lead_id, *(helper.pk for helper in visit.helpers.all())}
            for person in ids:
                if person in going:
                    found[person].visits.append(visit)
    absences = Absence.objects.filter(person__in=ids, starts_at__lt=window[1], ends_at__gt=window[0]).select_related("deputy")
    for absence in absences.order_by("starts_at", "id"):
        found[absence.person_id].absences.append(absence)
    return found


def persons(
    people: Iterable[User], known: dict[int, Diary], at: datetime, *, without: int | None = None, duties: dict[int, str] | None = None
) -> list[engine.Person]:
    """Answer the people as the engine knows them; ``without`` is the visit that is being planned, which is in nobody's way."""
    return [_person(person, known.get(person.pk, Diary()), at, without, (duties or {}).get(person.pk, "")) for person in people]


def _person(person: User, diary: Diary, at: datetime, without: int | None, duty: str) -> engine.Person:
    visits = [(visit, span(visit, at)) for visit in diary.visits if visit.pk != without and visit.status != Status.FAILED]
    return engine.Person(
        pk=person.pk,
        name=person.name,
        office=person.office_id,
        skills=frozenset(skill.pk for skill in person.skills.all()),
        taken=(
            *(_taken(visit, taken) for visit, taken in visits if taken is not None),
            *(
                engine.Taken(absence.starts_at, absence.ends_at, is_away=True, deputy=str(absence.deputy or ""))
                for absence in diary.absences
            ),
        ),
        open_tickets=getattr(person, "load", 0),
        duty=duty,
    )


def _taken(visit: Visit, taken: Span) -> engine.Taken:
    about = f"{visit.number} {visit.organization} · {visit.site}"
    return engine.Taken(*taken, about=about, site=visit.site_id, is_present=visit.status == Status.ON_SITE)


def duties_for(organization: int, at: datetime) -> dict[int, str]:
    """Answer who is on duty in a customer's heightened period now or later today, and what the period is called."""
    soon = at + timedelta(days=1)
    near = Duty.objects.filter(period__organizations=organization, period__announced_at__isnull=False, starts_at__lt=soon, ends_at__gt=at)
    return {duty.person_id: str(duty.period) for duty in near.select_related("period").order_by("-starts_at", "-id")}
