"""The customer's word in a campaign: agreed, perhaps with a day, or declined; and at the end whether the new version runs well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import selectors
from catalogue.errors import NotYours
from catalogue.models import CampaignItem, State
from catalogue.services import telling
from catalogue.services.stepping import chosen, saved
from core.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User

ANSWERED = (State.TOLD, State.AGREED, State.DECLINED)


@transaction.atomic
def accept(
    items: Iterable[CampaignItem], *, actor: User, at: datetime, wanted_on: date | None = None, text: str = ""
) -> list[CampaignItem]:
    """The customer agrees for chosen equipment, perhaps for a day; one of us may enter what was said on the phone."""
    if wanted_on is not None and wanted_on < timezone.localdate(at):
        raise Invalid(_("Choose a day that has not passed."), field="wanted_on")
    return _answer(items, State.AGREED, text, wanted_on, actor=actor, at=at)


@transaction.atomic
def decline(items: Iterable[CampaignItem], *, actor: User, at: datetime, text: str) -> list[CampaignItem]:
    """The customer declines for chosen equipment, and why; they may still change their mind while the campaign runs."""
    if not text.strip():
        raise Invalid(_("Write why it is declined."), field="text", code="required")
    return _answer(items, State.DECLINED, text, None, actor=actor, at=at)


def _answer(
    items: Iterable[CampaignItem], state: str, text: str, wanted_on: date | None, *, actor: User, at: datetime
) -> list[CampaignItem]:
    rows = _theirs(chosen(items, *ANSWERED), actor)
    for row in rows:
        row.state, row.answer_text, row.wanted_on = state, text.strip()[:300], wanted_on
        row.answered_at, row.answered_by, row.attend_at = at, actor, None
    saved(rows, actor, at)
    telling.campaign_answered(rows[0].campaign, rows, actor=actor, at=at)
    return rows


def _theirs(rows: list[CampaignItem], actor: User) -> list[CampaignItem]:
    seen = selectors.items_for(actor).filter(pk__in=[row.pk for row in rows]).count()
    if seen != len(rows):
        raise NotYours(_("You can answer for equipment at your own sites only."))
    return rows


@transaction.atomic
def verify(items: Iterable[CampaignItem], *, works: bool, actor: User, at: datetime, text: str = "") -> list[CampaignItem]:
    """Say whether the new version runs well: then it is over, else it is scheduled anew."""
    if not works and not text.strip():
        raise Invalid(_("Write what does not work."), field="text", code="required")
    rows = _theirs(chosen(items, State.DONE), actor)
    for row in rows:
        row.state = State.VERIFIED if works else State.AGREED
        row.verified_at = at if works else None
        row.answer_text = text.strip()[:300] or row.answer_text
        if not works:
            row.ticket = None
    return saved(rows, actor, at)
