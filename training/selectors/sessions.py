"""Courses, sessions, material and certificates as far as a person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from customers import selectors as customers
from training import workflow
from training.models import Attendee, Certificate, Course, Material, Presence, Session, Status

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from customers.models import Organization


def courses_for(user: User) -> QuerySet[Course]:
    """Answer the courses: ours see all, customers those that are offered and those they were taught."""
    if user.is_provider:
        return Course.objects.all()
    return Course.objects.filter(Q(is_active=True) | Q(pk__in=sessions_for(user).values("course")))


def course_page(user: User) -> QuerySet[Course]:
    """Answer courses with what their own page shows."""
    return courses_for(user).prefetch_related("skills")


def sessions_for(user: User) -> QuerySet[Session]:
    """Answer the sessions: ours see all; a customer's people those that were announced, of their organization or their sites."""
    if user.is_provider:
        return Session.objects.all()
    announced = Session.objects.filter(announced_at__isnull=False, organization__memberships__user=user)
    if user.role == Role.SUPERVISOR:
        return announced
    mine = Attendee.objects.filter(session=OuterRef("pk"), user=user)
    return announced.filter(Q(site=None) | Q(site__in=customers.sites_for(user).values("pk")) | Exists(mine))


def with_places(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Add what a line of a list shows, in a constant number of queries."""
    people = Attendee.objects.filter(session=OuterRef("pk"))
    counted = rows.annotate(seats_taken=_count(people), came=_count(people.filter(presence=Presence.PRESENT)))
    return counted.select_related("course", "organization", "site", "office", "contract").prefetch_related("trainers")


def _count(people: QuerySet[Attendee]) -> Coalesce:
    """Count for each session by itself, so that a page counts for its own rows only."""
    return Coalesce(Subquery(people.order_by().values("session").annotate(n=Count("pk")).values("n")), 0)


def searched(
    rows: QuerySet[Session], at: datetime, *, show: str = "coming", kind: str = "", office: int | None = None, find: str = ""
) -> QuerySet[Session]:
    """Narrow sessions down: to come, to be finished, past, called off or all; by kind, office, and words of course or customer."""
    if show == "coming":
        rows = rows.filter(status__in=workflow.COMING)
    elif show == "past":
        rows = rows.filter(status__in=workflow.TAUGHT)
    elif show == "unfinished":
        rows = rows.filter(Q(status=Status.HELD) | Q(status__in=workflow.COMING, ends_at__lt=at))
    elif show == "cancelled":
        rows = rows.filter(status=Status.CANCELLED)
    if kind:
        rows = rows.filter(course__kind=kind)
    if office:
        rows = rows.filter(office=office)
    if words := find.strip():
        named = Q(course__name__icontains=words) | Q(course__name_en__icontains=words) | Q(organization__name__icontains=words)
        rows = rows.filter(named | Q(organization__short_name__icontains=words) | Q(contract__number__icontains=words))
    return rows


def may_teach(user: User, session: Session) -> bool:
    """Whether somebody notes attendance and closes: the trainers, and whoever plans the work of others."""
    return user.dispatches or (user.is_provider and session.trainers.filter(pk=user.pk).exists())


def may_sign_up(user: User, session: Session, at: datetime) -> bool:
    """Whether somebody may put people on the list now."""
    if not workflow.may("invite", session.status):
        return False
    return may_teach(user, session) if user.is_provider else not session.has_begun(at)


def attendees_for(user: User) -> QuerySet[Attendee]:
    """Answer the people on the lists of the sessions somebody may see."""
    if user.is_provider:
        return Attendee.objects.all()
    return Attendee.objects.filter(session__in=sessions_for(user).values("pk"))


def colleagues_of(organization: Organization, session: Session | None = None) -> QuerySet[User]:
    """Answer the customer's people with an account who are not on the list yet."""
    found = User.objects.filter(membership__organization=organization, is_active=True).order_by("name", "pk")
    return found.exclude(pk__in=Attendee.objects.filter(session=session, user__isnull=False).values("user")) if session else found


def colleagues_for(user: User) -> QuerySet[User]:
    """Answer the customers' people whom somebody may put on a list: ours all, a customer those of their own organization."""
    found = User.objects.filter(membership__isnull=False, is_active=True)
    return found if user.is_provider else found.filter(membership__organization__memberships__user=user)


def materials_for(user: User) -> QuerySet[Material]:
    """Answer the files: ours see all; customers those of courses that are, or were, held for them."""
    if user.is_provider:
        return Material.objects.all()
    held = sessions_for(user).exclude(status=Status.CANCELLED)
    return Material.objects.filter(course__in=held.values("course"))


def newest_material(rows: QuerySet[Material]) -> QuerySet[Material]:
    """Keep the newest version of each file."""
    newer = Material.objects.filter(course=OuterRef("course"), title=OuterRef("title"), version__gt=OuterRef("version"))
    return rows.filter(~Exists(newer)).order_by("title")


def certificates_for(user: User) -> QuerySet[Certificate]:
    """Answer the certificates: ours see all, a supervisor their organization's, everybody their own."""
    if user.is_provider:
        return Certificate.objects.all()
    if user.role == Role.SUPERVISOR:
        return Certificate.objects.filter(organization__memberships__user=user)
    return Certificate.objects.filter(attendee__user=user)
