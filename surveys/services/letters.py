"""Letters (满意度调查函): sent on paper, and what came back entered by hand with who wrote it, when, and its scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from surveys.errors import AlreadyAnswered, Expired
from surveys.models import Channel, SurveyInvitation
from surveys.services.answering import Source, record
from surveys.services.inviting import fulfilled
from tickets.services.files import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from surveys.models import SurveyAnswer


@transaction.atomic
def send_letter(survey: SurveyInvitation, *, actor: User, at: datetime) -> SurveyInvitation:
    """Note that the letter went out; who was left out is asked by it after all, and the quarter's survey counts as sent."""
    _must_dispatch(actor)
    row = SurveyInvitation.objects.select_for_update(of=("self",)).select_related("version__template", "contract").get(pk=survey.pk)
    if row.answered_at is not None:
        raise AlreadyAnswered(_("This survey has been answered already."))
    if at >= row.expires_at:
        raise Expired(_("The time to answer this survey is over."))
    if row.letter_at is None:
        row.letter_at, row.sent_at = at, row.sent_at or at
        save_by(row, actor, at=at, fields=["letter_at", "sent_at"])
        fulfilled(row, at)
    return row


def _must_dispatch(actor: User) -> None:
    if not actor.dispatches:
        raise NotAllowed(_("Letters are sent and entered by dispatchers and managers."))


@transaction.atomic
def enter_letter(
    survey: SurveyInvitation,
    given: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
    wrote_name: str,
    wrote_on: date,
    scan: UploadedFile | None,
) -> SurveyAnswer | None:
    """Enter what a customer wrote: who and on which day, with the scan where it may be kept (not of an anonymous letter).

    A letter that came back after the time is entered all the same: it took the post. Answers the answer, None of an anonymous one.
    """
    _must_dispatch(actor)
    if wrote_on > timezone.localdate(at):
        raise Invalid(_("A letter is not written in the future."), field="wrote_on")
    kind = check(scan) if scan else ""
    row = SurveyInvitation.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not wrote_name.strip() and not row.version.is_anonymous:
        raise Invalid(_("Say who wrote it."), field="wrote_name")
    source = Source(
        channel=Channel.LETTER, entered_by=actor, wrote_name=wrote_name.strip()[:80], wrote_on=wrote_on, scan=scan, scan_type=kind
    )
    said = record(row, given, source, actor=None, at=at)
    return None if said.is_anonymous else said
