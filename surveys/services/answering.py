"""An answer counts once; one that is not content opens a loop in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.record import save_by
from surveys import selectors
from surveys.errors import AlreadyAnswered, BadScore, Expired, NothingToAsk, NotYourSurvey, TooMany, Unanswered
from surveys.models import Cause, Channel, QuestionKind, SurveyAnswer, SurveyInvitation, SurveyPoster, SurveyValue
from surveys.services import following
from tickets import services as tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from surveys.models import SurveyQuestion

LONGEST = 2000
A_DAY = 50
"""A poster is answered so often a day at most; more is nobody's opinion."""
SMALL = 32767


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the customer says to the three common questions: scores from 1 to 5, and words."""

    speed: int
    quality: int
    manner: int
    words: str = ""

    def given(self) -> dict[str, Any]:
        """Answer it by the codes of the questions."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """By which way an answer came, and who entered it for whom."""

    channel: str = Channel.LINK
    entered_by: User | None = None
    wrote_name: str = ""
    wrote_on: date | None = None
    scan: UploadedFile | None = None
    scan_type: str = ""


@transaction.atomic
def answer(
    invitation: SurveyInvitation, given: Mapping[str, Any] | Scores, *, actor: User | None, at: datetime, channel: str = ""
) -> SurveyAnswer:
    """Take the answer, the first and only one; a low one opens a loop and tells the manager.

    ``given`` holds a value for each question's code: a number, a list of numbers of several choices, or words. ``actor`` is None for
    who came by the one-time link.
    """
    row = SurveyInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if actor is not None and not selectors.may_answer(actor, row):
        raise NotYourSurvey(_("This survey is answered by the customer who was asked."))
    if row.answered_at is None and at >= row.expires_at:
        raise Expired(_("The time to answer this survey is over."))
    by_code = given.given() if isinstance(given, Scores) else given
    return record(row, by_code, Source(channel=channel or (Channel.PORTAL if actor else Channel.LINK)), actor=actor, at=at)


def record(row: SurveyInvitation, given: Mapping[str, Any], source: Source, *, actor: User | None, at: datetime) -> SurveyAnswer:
    """Save an answer to a survey that is locked; an anonymous one apart from it, with nothing that leads from one to the other."""
    if row.answered_at is not None:
        raise AlreadyAnswered(_("This survey has been answered already. Thank you!"))
    facts = row.facts()
    if row.version.is_anonymous:
        said = _save(facts | {"ticket": None, "visit": None}, given, Source(channel=source.channel), None, at, is_anonymous=True)
        # No line of the history, which would keep the order of the answers: only that it was answered, with the time it was sent.
        SurveyInvitation.objects.filter(pk=row.pk).update(answered_at=row.sent_at or row.created_at, remind_at=None)
    else:
        said = _save(facts | {"invitation": row}, given, source, actor, at)
        row.answered_at, row.remind_at = at, None
        save_by(row, source.entered_by or actor, at=at, fields=["answered_at", "remind_at"])
        if row.ticket is not None and row.cause in {Cause.CLOSE, Cause.VISIT}:
            tickets.note(row.ticket, actor=actor, at=at, text=following.in_words(said))
    if said.is_low:
        following.follow_up(said, actor=None if said.is_anonymous else actor, at=at)
    return said


@transaction.atomic
def answer_poster(poster: SurveyPoster, given: Mapping[str, Any], *, at: datetime) -> SurveyAnswer:
    """Take what somebody at a site says by its poster: nobody was invited, so nobody is known."""
    row = SurveyPoster.objects.select_for_update(of=("self",)).select_related("template", "site__region").get(pk=poster.pk)
    version = selectors.published(row.template)
    if row.ended_at is not None or version is None:
        raise Expired(_("This poster has been taken down."))
    day = datetime.combine(timezone.localdate(at), time.min, ZoneInfo(settings.TIME_ZONE))
    # Anonymous answers carry no day of their own; their history does not either, so the month is what can be counted.
    since = _month(at) if version.is_anonymous else day
    if row.answers.filter(answered_at__gte=since).count() >= A_DAY * (31 if version.is_anonymous else 1):
        raise TooMany(_("This poster was answered very often today. Please come back tomorrow."))
    site = row.site
    facts = {"version": version, "cause": Cause.POSTER, "organization": site.organization, "site": site, "office": site.region.office}
    said = _save({**facts, "poster": row}, given, Source(channel=Channel.POSTER), None, at, is_anonymous=version.is_anonymous)
    if said.is_low:
        following.follow_up(said, actor=None, at=at)
    return said


def _month(at: datetime) -> datetime:
    first = timezone.localdate(at).replace(day=1)
    return datetime.combine(first, time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def _save(
    facts: dict[str, Any], given: Mapping[str, Any], source: Source, actor: User | None, at: datetime, *, is_anonymous: bool = False
) -> SurveyAnswer:
    values = _checked(selectors.questions_of(facts["version"]), given)
    if not values:
        raise NothingToAsk(_("Answer at least one question."))
    scores = [row.value for row in values if row.question.kind == QuestionKind.SCORE and row.value is not None]
    wrote = {"entered_by": source.entered_by, "wrote_name": source.wrote_name, "scan": source.scan or "", "scan_type": source.scan_type}
    day = datetime.combine(source.wrote_on, time(12), ZoneInfo(settings.TIME_ZONE)) if source.wrote_on else at
    moment = _month(at) if is_anonymous else min(day, at)
    said = SurveyAnswer(
        **facts,
        **wrote,
        is_anonymous=is_anonymous,
        channel=source.channel,
        mean=sum(scores) / len(scores) if scores else None,
        lowest=min(scores, default=None),
        is_low=any(row.is_low for row in values),
        words="\n".join(row.words for row in values if row.words),
        answered_at=moment,
        answered_by=actor,
    )
    save_by(said, source.entered_by or actor, at=moment)
    for row in values:
        row.answer = said
    SurveyValue.objects.bulk_create(values)
    return said


def _checked(questions: list[SurveyQuestion], given: Mapping[str, Any]) -> list[SurveyValue]:
    """Answer the values to save; refuse, at its question, what is not among the answers it can have."""
    found = []
    for question in questions:
        value = given.get(question.code)
        if value in (None, "", []):
            if question.is_required:
                raise Unanswered(_("Please answer this question."), field=question.code)
        elif question.kind == QuestionKind.WORDS:
            if words := str(value).replace("\0", "").strip()[:LONGEST]:
                found.append(SurveyValue(question=question, words=words))
        else:
            found += [_value(question, each) for each in _several(question, value)]
    return found


def _several(question: SurveyQuestion, value: Any) -> list[Any]:
    if isinstance(value, list | tuple | set):
        if not question.is_many:
            raise BadScore(_("Choose one."), field=question.code)
        if any(type(each) is not int for each in value):  # programs may send anything
            raise BadScore(_sentence(question), field=question.code)
        return sorted(set(value))
    return [value]


def _value(question: SurveyQuestion, value: Any) -> SurveyValue:
    if type(value) is not int or value not in dict(question.options):
        raise BadScore(_sentence(question), field=question.code)
    return SurveyValue(question=question, value=value, is_low=question.is_low(value))


def _sentence(question: SurveyQuestion) -> str:
    if question.kind == QuestionKind.SCORE:
        return _("A score is a number from 1 to 5.")
    return _("A recommendation is a number from 0 to 10.") if question.kind == QuestionKind.NPS else _("Choose one of the answers.")
