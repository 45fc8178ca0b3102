"""Templates are written as drafts and frozen when they are published; what was answered keeps the questions it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from surveys import selectors
from surveys.errors import Frozen, NothingToAsk
from surveys.models import LOW, QuestionKind, SurveyQuestion, SurveyTemplate, SurveyVersion

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

MOST_QUESTIONS = 30
TAKEN = frozenset({"new"})
"""Codes that no template has: its page would be another one."""
FACTS = ("code", "kind", "label", "label_en", "hint", "hint_en", "is_required", "is_many", "choices", "low_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a manager writes it; without a code it gets one of its own."""

    kind: str
    label: str
    label_en: str = ""
    code: str = ""
    hint: str = ""
    hint_en: str = ""
    is_required: bool = True
    is_many: bool = False
    choices: list[dict[str, Any]] = field(default_factory=list)
    low_at: int | None = None


def must_manage(actor: User | None) -> None:
    """Refuse whoever does not decide what customers are asked."""
    if actor is None or not actor.manages:
        raise NotAllowed(_("Only a manager decides what customers are asked."))


@transaction.atomic
def make_template(*, actor: User | None, at: datetime, code: str, name: str, is_anonymous: bool = False, **facts: Any) -> SurveyTemplate:
    """Begin a template, with an empty draft."""
    must_manage(actor)
    template = SurveyTemplate(code=slugify(code), name=name, **facts)
    if template.code in TAKEN:
        raise Invalid(_("This word is the address of another page; choose another code."), field="code")
    check(template)
    save_by(template, actor, at=at)
    save_by(SurveyVersion(template=template, number=1, is_anonymous=is_anonymous, made_at=at, made_by=actor), actor)
    return template


@transaction.atomic
def save_template(template: SurveyTemplate, *, actor: User | None, at: datetime, **facts: Any) -> SurveyTemplate:
    """Correct what a template is called, its theme, and whether it is in use. Raises Invalid for one that is still being sent."""
    must_manage(actor)
    if facts.get("is_active") is False and selectors.is_sent(template):
        raise Invalid(_("A rule or a campaign sends this template. Choose another template there, or stop it, first."), field="is_active")
    for name, value in facts.items():
        setattr(template, name, value)
    check(template)
    save_by(template, actor, at=at)
    return template


@transaction.atomic
def edit(template: SurveyTemplate, *, actor: User | None, at: datetime) -> SurveyVersion:
    """Answer the draft to write in; where there is none, a copy of what is published."""
    must_manage(actor)
    row = SurveyTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if draft := selectors.draft_of(row):
        return draft
    last = selectors.published(row)
    kept = {name: getattr(last, name) for name in ("intro", "intro_en", "is_anonymous")} if last else {}
    draft = SurveyVersion(template=row, number=(last.number if last else 0) + 1, made_at=at, made_by=actor, **kept)
    save_by(draft, actor)
    for question in selectors.questions_of(last) if last else []:
        question.pk, question.version = None, draft
        question.save(force_insert=True)
    return draft


def _open(version: SurveyVersion, actor: User | None) -> SurveyVersion:
    must_manage(actor)
    row = SurveyVersion.objects.select_for_update(of=("self",)).select_related("template").get(pk=version.pk)
    if row.published_at is not None:
        raise Frozen(_("This version is published and stays as it is; edit the template to write the next one."))
    return row


@transaction.atomic
def save_version(
    version: SurveyVersion, *, actor: User | None, intro: str = "", intro_en: str = "", is_anonymous: bool = False
) -> SurveyVersion:
    """Write the words at the top of a draft, and whether it is anonymous."""
    row = _open(version, actor)
    row.intro, row.intro_en, row.is_anonymous = intro.strip(), intro_en.strip(), is_anonymous
    save_by(row, actor)
    return row


@transaction.atomic
def add_question(version: SurveyVersion, question: Question, *, actor: User | None) -> SurveyQuestion:
    """Add a question at the end of a draft."""
    row, asked = _open(version, actor), selectors.questions_of(version)
    if len(asked) >= MOST_QUESTIONS:
        raise Invalid(_("A survey has at most %(most)s questions; nobody answers more.") % {"most": MOST_QUESTIONS})
    code = question.code or _new_code(row)
    if any(each.code == code for each in asked):
        raise Invalid(_("This code is another question's."), field="code")
    last = asked[-1].position if asked else 0
    return _saved(SurveyQuestion(version=row, position=last + 1), question, code, actor)


@transaction.atomic
def change_question(asked: SurveyQuestion, question: Question, *, actor: User | None) -> SurveyQuestion:
    """Change a question of a draft; its code stays, by which its answers are compared with earlier ones.

    Of another kind it is another question: its answers cannot be compared.
    """
    row = _open(asked.version, actor)
    return _saved(asked, question, asked.code if question.kind == asked.kind else _new_code(row), actor)


def _saved(row: SurveyQuestion, question: Question, code: str, actor: User | None) -> SurveyQuestion:
    for name in FACTS:
        setattr(row, name, getattr(question, name))
    row.code = code
    if row.kind not in {QuestionKind.SCORE, QuestionKind.NPS}:
        row.low_at = None
    if row.kind != QuestionKind.CHOICE:
        row.choices, row.is_many = [], False
    elif len(row.choices) < 2:  # noqa: PLR2004 - there is nothing to choose from one
        raise Invalid(_("Give at least two choices, one a line."), field="choices")
    check(row)
    save_by(row, actor)
    return row


def _new_code(version: SurveyVersion) -> str:
    """Answer a code that no version of the template has used."""
    used = set(SurveyQuestion.objects.filter(version__template=version.template_id).values_list("code", flat=True))
    return next(code for number in range(1, 1000) if (code := f"q{number}") not in used)


@transaction.atomic
def move_question(asked: SurveyQuestion, *, actor: User | None, up: bool) -> None:
    """Let a question change places with its neighbour."""
    rows = selectors.questions_of(_open(asked.version, actor))
    place = next(number for number, row in enumerate(rows) if row.pk == asked.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
        save_by(row, actor, fields=["position"])


@transaction.atomic
def remove_question(asked: SurveyQuestion, *, actor: User | None) -> None:
    """Take a question out of a draft."""
    _open(asked.version, actor)
    asked.delete()


@transaction.atomic
def publish(version: SurveyVersion, *, actor: User | None, at: datetime) -> SurveyVersion:
    """Freeze a draft: from now on this is what is sent. What was sent before keeps its own version."""
    row = _open(version, actor)
    if not row.questions.exists():
        raise NothingToAsk(_("Add a question first."))
    row.published_at = at
    save_by(row, actor)
    return row


def default_low(kind: str) -> int | None:
    """Answer from where on an answer is low unless a manager says otherwise."""
    return LOW if kind == QuestionKind.SCORE else None
