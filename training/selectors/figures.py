"""What trainings came to: by office, and how they were liked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, F, Q

from obligations.models import Kind as Owing
from obligations.models import Obligation
from obligations.models import Status as Owed
from surveys import selectors as surveys
from surveys.models import SurveyAnswer, SurveyInvitation
from training import workflow
from training.models import Presence, Session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

TEMPLATE = "training"
"""The code of the survey that asks how a training was."""
ASKED_FOR = timedelta(days=30)
"""How long it may be answered."""


@dataclass(slots=True)
class Counted:
    """What one office did in a span: sessions and people, what was owed and done in time, the average mark it was given."""

    sessions: int = 0
    people: int = 0
    owed: int = 0
    in_time: int = 0
    mark: float | None = None

    @property
    def share(self) -> float | None:
        """Answer the share of what was owed that was done in time."""
        return self.in_time / self.owed if self.owed else None


def by_office(first: datetime, last: datetime, *, at: datetime, of: Mapping[str, int] | None = None) -> dict[int | None, Counted]:
    """Answer, for each office, the sessions that began from ``first`` up to ``last`` and what fell due in that time.

    Owed counts what was decided: done, or late by ``at``; waived is owed no more.
    """
    found: defaultdict[int | None, Counted] = defaultdict(Counted)
    held = Session.objects.filter(status__in=workflow.TAUGHT, starts_at__gte=first, starts_at__lt=last, **(of or {}))
    came = Count("attendees", filter=Q(attendees__presence=Presence.PRESENT), distinct=True)
    for row in held.order_by().values("office").annotate(sessions=Count("pk", distinct=True), people=came):
        found[row["office"]].sessions, found[row["office"]].people = row["sessions"], row["people"]
    due = Obligation.objects.filter(kind=Owing.TRAINING, due_at__gte=first, due_at__lt=last, **(of or {})).exclude(status=Owed.WAIVED)
    decided, in_time = Q(status=Owed.DONE) | Q(due_at__lt=at), Q(status=Owed.DONE, ended_at__lte=F("due_at"))
    for debt in due.order_by().values("office").annotate(owed=Count("pk", filter=decided), in_time=Count("pk", filter=in_time)):
        found[debt["office"]].owed, found[debt["office"]].in_time = debt["owed"], debt["in_time"]
    said = SurveyAnswer.objects.filter(version__template__code=TEMPLATE, answered_at__gte=first, answered_at__lt=last, **(of or {}))
    for office, mark in _marks(said).items():
        found[office].mark = mark
    return dict(found)


def _marks(said: QuerySet[SurveyAnswer]) -> dict[int | None, float]:
    """Answer each office's average; too few anonymous answers are left out, as everywhere."""
    named = Q(is_anonymous=False)
    rows = said.order_by().values("office").annotate(
        hidden=Count("pk", filter=~named), own=Avg("mean", filter=named), every=Avg("mean")
    )  # fmt: skip
    means = {row["office"]: row["own"] if row["hidden"] < surveys.MIN_GROUP else row["every"] for row in rows}
    return {office: mean for office, mean in means.items() if mean is not None}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a session was liked: how many were asked, how many answered, their average of 5, and their words."""

    asked: int
    answered: int
    mean: float | None
    words: tuple[str, ...]


def evaluation_of(session: Session) -> Evaluation:
    """Answer what those who were there said of a session; words without names.

    Anonymous answers lead to nobody: those of the customer and contract in the weeks after the session count, from five on.
    """
    asked = SurveyInvitation.objects.filter(trained__session=session)
    said, _few = surveys.without_few(_said_of(session))
    mean = said.aggregate(mean=Avg("mean"))["mean"]
    words = tuple(said.exclude(words="").order_by("pk").values_list("words", flat=True))
    return Evaluation(asked.count(), asked.filter(answered_at__isnull=False).count(), mean, words)


def _said_of(session: Session) -> QuerySet[SurveyAnswer]:
    named = Q(invitation__trained__session=session)
    if session.ended_at is None:
        return SurveyAnswer.objects.filter(named)
    since = session.ended_at - timedelta(days=31)  # an anonymous answer knows its month only, and is put on the month's first day
    weeks = Q(answered_at__gt=since, answered_at__lte=session.ended_at + ASKED_FOR)
    anonymous = Q(is_anonymous=True, organization=session.organization_id, contract=session.contract_id) & weeks
    return SurveyAnswer.objects.filter(named | anonymous, version__template__code=TEMPLATE)
