"""QR codes: on the engineer's phone after a visit, and on a poster at a site."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.secrets import digest_of
from core.errors import NotAllowed, NotNow
from core.record import save_by
from surveys import selectors
from surveys.errors import AlreadyAnswered, Expired, NothingToAsk
from surveys.models import Cause, Channel, SurveyInvitation, SurveyLink, SurveyPoster, SurveyRule
from surveys.services.asking import Asked, invite
from surveys.services.inviting import about_visit
from visits.models import Status

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site
    from surveys.models import SurveyTemplate
    from visits.models import Visit


@transaction.atomic
def new_link(survey: SurveyInvitation, channel: str, *, at: datetime) -> str:
    """Make a further secret link to a survey and answer its secret, which is stored as a hash only."""
    if survey.answered_at is not None:
        raise AlreadyAnswered(_("This survey has been answered already. Thank you!"))
    if at >= survey.expires_at:
        raise Expired(_("The time to answer this survey is over."))
    token = secrets.token_urlsafe(32)
    SurveyLink.objects.create(invitation=survey, token_hash=digest_of(token), channel=channel, made_at=at)
    return token


@transaction.atomic
def visit_survey(visit: Visit, *, actor: User, at: datetime) -> tuple[SurveyInvitation, str]:
    """Answer the survey about a finished visit and a link for the QR code; it is made, and sent to nobody, where there is none yet.

    Whoever stands before the engineer may be asked, so neither the share nor the cap leaves anybody out.
    """
    if not actor.is_provider:
        raise NotAllowed(_("The code is shown by whoever was there."))
    row = type(visit).objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if row.status != Status.DONE:
        raise NotNow(_("Finish the visit first; then ask how it was."))
    survey = SurveyInvitation.objects.filter(cause=Cause.VISIT, visit=row).first() or _made(row, at)
    if survey.left_out:
        survey.left_out, survey.sent_at = "", at
        save_by(survey, actor, at=at, fields=["left_out", "sent_at"])
    return survey, new_link(survey, Channel.QR, at=at)


def _made(visit: Visit, at: datetime) -> SurveyInvitation:
    rule = selectors.rule_for(Cause.VISIT)
    version = selectors.published(rule.template) if rule else None
    if rule is None or version is None:
        raise NothingToAsk(_("There is no published survey for visits."))
    asking = about_visit(visit, version)
    quiet = SurveyRule(cause=Cause.VISIT, share=100, cap_days=0, remind_times=0, valid_days=rule.valid_days)
    return invite(replace(asking, asked=Asked()), quiet, at)


@transaction.atomic
def put_up(template: SurveyTemplate, site: Site, *, actor: User, at: datetime) -> SurveyPoster:
    """Make a poster for a site; the one that hangs there already is answered again."""
    if not actor.dispatches:
        raise NotAllowed(_("Posters are made by dispatchers and managers."))
    if selectors.published(template) is None:
        raise NothingToAsk(_("Publish a version of this template first."), field="template")
    if hangs := SurveyPoster.objects.filter(template=template, site=site, ended_at=None).first():
        return hangs
    poster = SurveyPoster(template=template, site=site, token=secrets.token_urlsafe(18), made_at=at, made_by=actor)
    save_by(poster, actor, at=at)
    poster.is_new = True
    return poster


@transaction.atomic
def take_down(poster: SurveyPoster, *, actor: User, at: datetime) -> SurveyPoster:
    """Let a poster be answered no more."""
    if not actor.dispatches:
        raise NotAllowed(_("Posters are made by dispatchers and managers."))
    row = SurveyPoster.objects.select_for_update(of=("self",)).get(pk=poster.pk)
    if row.ended_at is None:
        row.ended_at = at
        save_by(row, actor, at=at, fields=["ended_at"])
    return row
