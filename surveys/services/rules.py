"""Who is asked by itself, and the templates and rules that ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.record import check, save_by
from surveys import selectors
from surveys.errors import NothingToAsk
from surveys.models import SurveyQuestion, SurveyRule, SurveyTemplate, SurveyVersion
from surveys.services.writing import must_manage
from surveys.shipped import RULES, TEMPLATES

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

OF_VERSION = ("intro", "intro_en", "is_anonymous")


@transaction.atomic
def save_rule(rule: SurveyRule, *, actor: User | None, at: datetime, **facts: Any) -> SurveyRule:
    """Change who is asked on an occasion; one that begins to ask asks about what happens from now on."""
    must_manage(actor)
    row = SurveyRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    begins = facts.get("is_active") and not row.is_active
    for name, value in facts.items():
        setattr(row, name, value)
    if begins:
        row.since = at
    if selectors.published(row.template) is None:
        raise NothingToAsk(_("Publish a version of this template first."), field="template")
    if row.is_active and not row.template.is_active:
        raise NothingToAsk(_("This template is not in use. Choose another one."), field="template")
    check(row)
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def load_shipped(at: datetime) -> int:
    """Enter the templates and rules that ship and are not there yet; what a manager changed stays. Answer how many were entered."""
    made = sum(_load_template(given, at) for given in TEMPLATES)
    return made + sum(_load_rule(given, at) for given in RULES)


def _load_template(given: dict[str, Any], at: datetime) -> bool:
    facts = {name: value for name, value in given.items() if name not in {"code", "questions", *OF_VERSION}}
    template, made = SurveyTemplate.objects.get_or_create(code=given["code"], defaults=facts)
    if made:
        top = {name: given[name] for name in OF_VERSION if name in given}
        version = SurveyVersion.objects.create(template=template, number=1, made_at=at, published_at=at, **top)
        rows = [SurveyQuestion(version=version, position=place, **row) for place, row in enumerate(given["questions"], start=1)]
        SurveyQuestion.objects.bulk_create(rows)
    return made


def _load_rule(given: dict[str, Any], at: datetime) -> bool:
    facts = {**given, "template": SurveyTemplate.objects.get(code=given["template"])}
    row = SurveyRule(**facts)
    if SurveyRule.objects.filter(cause=given["cause"]).exists():
        return False
    save_by(row, None, at=at)
    return True
