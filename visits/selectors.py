"""Finding visits, and who may see and work on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Role, User
from customers import selectors as customers
from documents import selectors as documents
from tickets import selectors as tickets
from visits.dispatch import fitting, wording
from visits.models import OPEN, Status, Visit, VisitEvent, VisitPhoto

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from documents.models import Document
    from tickets.models import Ticket
    from visits.engine import Span


@dataclass(frozen=True, slots=True)
class Opening:
    """When somebody could come, who, why they, and the codes of what speaks against it and is said in the reasons."""

    starts_at: datetime
    ends_at: datetime
    lead: int
    name: str
    reasons: list[str]
    agreed: list[str]


PLAN_EVENTS = (
    VisitEvent.Type.PLAN_PROPOSED,
    VisitEvent.Type.PLAN_APPROVED,
    VisitEvent.Type.PLAN_REJECTED,
)


def visits_for(user: User) -> QuerySet[Visit]:
    """Answer the visits a person may know of: ours see all, a customer those of their tickets and inspections of their sites."""
    if user.is_provider:
        return Visit.objects.exclude(ticket__in=tickets.hidden_from(user).values("ticket"))
    inspected = Q(ticket=None, site__in=customers.sites_for(user).values("pk"))
    return Visit.objects.filter(Q(ticket__in=tickets.tickets_for(user).values("pk")) | inspected)


def with_people_and_places(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Add what a line of a list shows, in a constant number of queries."""
    return visits.select_related("ticket", "organization", "site", "office", "lead", "skill").prefetch_related("helpers")


def with_record(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Add everything that a visit's own page shows."""
    events = VisitEvent.objects.select_related("actor").prefetch_related("photos").order_by("seq")
    rows = with_people_and_places(visits).select_related("ticket__reporter", "site__region", "created_by")
    return rows.prefetch_related(Prefetch("events", events))


def of_ticket(user: User, ticket: Ticket) -> QuerySet[Visit]:
    """Answer the visits of a ticket, the newest first, as far as a person may know of them."""
    return with_people_and_places(visits_for(user)).filter(ticket=ticket).order_by("-id")


def mine(user: User) -> QuerySet[Visit]:
    """Answer the visits a person makes or comes along to."""
    return Visit.objects.filter(Q(lead=user) | Q(pk__in=user.assisted_visits.values("pk")))


def photos_for(user: User) -> QuerySet[VisitPhoto]:
    """Answer the pictures of the visits a person may know of."""
    return VisitPhoto.objects.filter(visit__in=visits_for(user).values("pk"))


def papers_of(visits: Iterable[Visit]) -> list[Document]:
    """Answer the papers of visits, the newest first, in one query (two with their files)."""
    subjects = [f"visit/{visit.pk}" for visit in visits]
    return list(documents.documents_about(*subjects)) if subjects else []


def in_order(visits: QuerySet[Visit], at: datetime, *, day_ends: datetime) -> dict[str, list[Visit]]:
    """Answer what is still to be done, as somebody who travels looks at it: under way, late, today, later, without a time."""
    found: dict[str, list[Visit]] = {"now": [], "late": [], "today": [], "later": [], "open": []}
    for visit in with_people_and_places(still_open(visits)).order_by("starts_at", "id"):
        found[_when(visit, at, day_ends)].append(visit)
    return found


def _when(visit: Visit, at: datetime, day_ends: datetime) -> str:
    if visit.status != Status.PLANNED:
        return "now"
    if visit.starts_at is None:
        return "open"
    if visit.starts_at < at:
        return "late"
    return "today" if visit.starts_at < day_ends else "later"


def still_open(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Answer the visits that are still to be made or finished."""
    return visits.filter(status__in=OPEN)


def may_work_on(user: User, visit: Visit) -> bool:
    """Whether a person may carry out a visit: those who travel, and those who dispatch."""
    if not user.is_provider:
        return False
    return user.dispatches or visit.lead_id == user.pk or visit.helpers.filter(pk=user.pk).exists()


def crew(visit: Visit) -> list[User]:
    """Answer who travels, the lead first."""
    people = [visit.lead, *visit.helpers.all()] if visit.lead is not None else list(visit.helpers.all())
    return list({person.pk: person for person in people if person is not None}.values())


def customers_at(visit: Visit) -> list[User]:
    """Answer the customer's people an inspection concerns: supervisors, and who belongs to the site."""
    theirs = User.objects.filter(is_active=True, membership__organization=visit.organization_id)
    concerned = Q(role=Role.SUPERVISOR) | Q(membership__in=visit.site.memberships.all(), role=Role.CUSTOMER)
    return list(theirs.filter(concerned).order_by("pk"))


def plan_of_work(visit: Visit) -> tuple[VisitEvent | None, VisitEvent | None]:
    """Answer the plan of work that was proposed last, and what the customer said to it (None: nothing yet)."""
    proposed, answered = None, None
    for event in visit.events.filter(type__in=PLAN_EVENTS).select_related("actor").order_by("seq"):
        if event.type == VisitEvent.Type.PLAN_PROPOSED:
            proposed, answered = event, None
        else:
            answered = event
    return proposed, answered


def may_begin(visit: Visit) -> bool:
    """Whether work may be done on site: the newest plan is approved, or it was put down why there was no time for that."""
    if visit.events.filter(type=VisitEvent.Type.PLAN_OVERRIDDEN).exists():
        return True
    answered = plan_of_work(visit)[1]
    return answered is not None and answered.type == VisitEvent.Type.PLAN_APPROVED


def openings(thing: Visit | Ticket, windows: Sequence[Span], at: datetime) -> list[Opening]:
    """Answer when somebody could come within these windows, earliest first: as the dispatch board proposes."""
    job = fitting.Job(thing)
    return [
        Opening(
            choice.start,
            ends_at,
            choice.person.pk,
            choice.person.name,
            [str(words) for words, _tone in wording.why(choice, job.skill)],
            [code for code in wording.agreed(choice).split(",") if code],
        )
        for choice, ends_at in fitting.openings(job, windows, at)
    ]
