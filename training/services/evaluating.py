"""Everybody who was there is asked how it was."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from core.errors import DomainError
from core.record import save_by
from surveys import services as surveys
from training.selectors.figures import ASKED_FOR, TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from training.models import Attendee, Session

logger = logging.getLogger(__name__)


def ask(session: Session, people: Iterable[Attendee], *, at: datetime) -> int:
    """Ask each person once, by account or e-mail; answer how many were asked. Who has neither is not."""
    facts: dict[str, Any] = {
        "organization": session.organization, "contract": session.contract, "office": session.office, "about": session.course.name,
        "engineer": session.trainers.order_by("pk").first(), "at": at,
    }  # fmt: skip
    # In the order of their ids, as everybody is asked: two who ask the same people at once do not wait for each other.
    reached = sorted((who for who in people if who.user is not None or who.email), key=lambda who: (who.user_id is None, who.user_id or 0))
    try:
        return sum(_ask(who, facts) for who in reached)
    except DomainError:  # no published questions: that stops no certificate
        logger.warning("Nobody is asked how training %s was: the survey template is not ready", session.pk)
        return 0


def _ask(who: Attendee, facts: dict[str, Any]) -> bool:
    address = "" if who.user else who.email
    who.evaluation = surveys.ask(
        TEMPLATE, recipient=who.user, address=address, key=f"training:attendee:{who.pk}", days=ASKED_FOR.days, **facts
    )
    if who.evaluation is not None:
        save_by(who, None, at=facts["at"], fields=["evaluation"])
    return who.evaluation is not None
