"""Who sees what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, DurationField, F, Q, QuerySet

from accounts.models import Role, User
from accounts.secrets import digest_of
from surveys.models import Channel, SurveyAnswer, SurveyInvitation, SurveyLink
from surveys.selectors.prefetching import values
from tickets import selectors as tickets

if TYPE_CHECKING:
    from datetime import datetime

MIN_GROUP = 5
"""Fewer anonymous answers than this are not shown: somebody could tell who gave them."""


def surveys_for(user: User) -> QuerySet[SurveyInvitation]:
    """Answer the surveys a person may see.

    Who watches sees all, an engineer those about their work, a supervisor the organization's, a customer their own. What was left out
    is no survey for a customer.
    """
    rows = SurveyInvitation.objects.all()
    if user.is_provider:  # what became a complaint that is confidential is not for whom it is about
        rows = rows.exclude(answer__follow_up__in=tickets.hidden_from(user).values("ticket"))
    if user.dispatches:
        return rows
    if user.is_provider:
        return rows.filter(engineer=user)
    rows = rows.filter(left_out="") | rows.filter(letter_at__isnull=False)
    if user.role == Role.SUPERVISOR:
        return rows.filter(organization__memberships__user=user)
    return rows.filter(Q(recipient=user) | Q(ticket__reporter=user, recipient=None))


def answers_for(user: User) -> QuerySet[SurveyAnswer]:
    """Answer what a person may read of what was said.

    Customers read what they or (supervisors) their organization said by name; an engineer what was said of their work, anonymous
    answers only from MIN_GROUP on.
    """
    if not user.is_provider:
        return SurveyAnswer.objects.filter(invitation__in=surveys_for(user))
    rows = SurveyAnswer.objects.exclude(follow_up__in=tickets.hidden_from(user).values("ticket"))
    if user.dispatches:
        return rows
    rows = rows.filter(engineer=user)
    return rows if rows.filter(is_anonymous=True).count() >= MIN_GROUP else rows.filter(is_anonymous=False)


def lows_for(user: User) -> tuple[QuerySet[SurveyAnswer], bool]:
    """Answer the low answers a person may read one by one, and whether anonymous ones were kept back."""
    rows, kept_back = one_by_one(answers_for(user))
    return with_values(rows.filter(is_low=True)), kept_back


def with_everything(rows: QuerySet[SurveyInvitation]) -> QuerySet[SurveyInvitation]:
    """Add what a line of a list shows."""
    related = rows.select_related(
        *("organization", "ticket", "contract", "office", "engineer", "recipient", "visit", "site", "version__template", "campaign"),
        *("answer__follow_up__loop", "answer__answered_by", "answer__entered_by"),
    )
    return related.prefetch_related(values("answer__values"))


def with_values(rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
    """Add what a line of a list of answers shows."""
    related = rows.select_related(
        *("organization", "ticket", "contract", "office", "engineer", "visit", "site", "version__template", "campaign"),
        *("follow_up__loop", "answered_by", "entered_by", "invitation"),
    )
    return related.prefetch_related(values("values"))


def pending(rows: QuerySet[SurveyInvitation], at: datetime) -> QuerySet[SurveyInvitation]:
    """Answer the surveys that still wait for an answer."""
    return rows.filter(answered_at=None, expires_at__gt=at)


def by_token(token: str) -> tuple[SurveyInvitation | None, str]:
    """Answer the survey a secret link leads to, and by which way the link went out."""
    digest = digest_of(token)
    rows = with_everything(SurveyInvitation.objects.all())
    if found := rows.filter(token_hash=digest).first():
        return found, Channel.MAIL
    link = SurveyLink.objects.filter(token_hash=digest).first()
    return (rows.get(pk=link.invitation_id), link.channel) if link else (None, "")


def may_answer(user: User, invitation: SurveyInvitation) -> bool:
    """Whether a person may answer when logged in: who was asked, or a supervisor of the customer.

    A survey sent to one person for an anonymous answer is theirs alone.
    """
    if not user.is_customer or not surveys_for(user).filter(pk=invitation.pk).exists():
        return False
    return not invitation.version.is_anonymous or invitation.recipient_id in {None, user.pk}


def waits_for(user: User, invitation: SurveyInvitation, at: datetime) -> bool:
    """Whether a survey about something the person sees waits for their answer; asks the database nothing."""
    if not user.is_customer or not invitation.is_pending(at) or (invitation.left_out and invitation.letter_at is None):
        return False
    asked = user.pk in {invitation.recipient_id, None if invitation.recipient_id else getattr(invitation.ticket, "reporter_id", None)}
    return (asked or user.role == Role.SUPERVISOR) and may_be_theirs(user, invitation)


def may_be_theirs(user: User, invitation: SurveyInvitation) -> bool:
    """Whether a survey of the person's list is theirs to answer: an anonymous one only if it was sent to them."""
    return not invitation.version.is_anonymous or invitation.recipient_id in {None, user.pk}


def without_few(rows: QuerySet[SurveyAnswer]) -> tuple[QuerySet[SurveyAnswer], bool]:
    """Leave out the anonymous answers of each template that has fewer than MIN_GROUP of them here; answer whether some were."""
    counted = rows.filter(is_anonymous=True).order_by().values_list("version__template").annotate(n=Count("pk"))
    few = [template for template, n in counted if n < MIN_GROUP]
    return (rows.exclude(is_anonymous=True, version__template__in=few) if few else rows), bool(few)


def one_by_one(rows: QuerySet[SurveyAnswer]) -> tuple[QuerySet[SurveyAnswer], bool]:
    """Answer what may be read answer by answer, beside the customer's name; and whether anonymous ones were kept back.

    An anonymous answer is read alone only if its customer gave MIN_GROUP of the template: who was asked there is no secret.
    """
    counted = rows.filter(is_anonymous=True).order_by().values("version__template", "organization").annotate(n=Count("pk"))
    groups = [(row["version__template"], row["organization"], row["n"]) for row in counted]
    if all(n >= MIN_GROUP for _template, _customer, n in groups):
        return rows, False
    shown = Q(is_anonymous=False)
    for template, customer, n in groups:
        if n >= MIN_GROUP:
            shown |= Q(version__template=template, organization=customer)
    return rows.filter(shown), True


def is_one_of_few(user: User, answer: SurveyAnswer) -> bool:
    """Whether an anonymous answer stands among too few of its template and customer to be read alone."""
    same = answers_for(user).filter(is_anonymous=True, version__template=answer.version.template_id, organization=answer.organization_id)
    return same.count() < MIN_GROUP


def asked_between(rows: QuerySet[SurveyAnswer], begin: datetime, end: datetime) -> QuerySet[SurveyAnswer]:
    """Answer the answers of surveys that were asked in a span; what answers no invitation counts by its own time."""
    asked = Q(invitation__created_at__gte=begin, invitation__created_at__lt=end)
    return rows.filter(asked | Q(invitation=None, answered_at__gte=begin, answered_at__lt=end))


def satisfied_again(rows: QuerySet[SurveyAnswer]) -> dict[str, Any]:
    """Answer how many low answers there are, how many of their customers are satisfied again, and after how long on average."""
    took = F("follow_up__loop__satisfied_at") - F("follow_up__loop__created_at")
    satisfied = Q(follow_up__loop__satisfied_at__isnull=False)
    lows = rows.filter(is_low=True).order_by()
    return lows.aggregate(low=Count("pk"), satisfied=Count("pk", filter=satisfied), took=Avg(took, output_field=DurationField()))
