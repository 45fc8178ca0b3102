"""From plain data to a text in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from notifications.kinds import ITEMS_SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

CHINESE, ENGLISH = "zh-hans", "en"
BLANK_LINES = re.compile(r"\n\s*\n\s*")
SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Text:
    """A message as a person reads it."""

    subject: str
    body: str


def freeze(context: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the context as JSON can hold it, words that are translated later in both languages."""
    frozen: dict[str, Any] = {}
    for key, value in context.items():
        if isinstance(value, Promise):
            frozen[key], frozen[f"{key}_en"] = _said_in(CHINESE, value), _said_in(ENGLISH, value)
        else:
            frozen[key] = _frozen(value)
    if isinstance(items := frozen.get("items"), list):
        count = int(context.get("count", len(items)))
        frozen |= {"items": items[:ITEMS_SHOWN], "count": count, "hidden": max(0, count - ITEMS_SHOWN)}
    return frozen


def _said_in(language: str, value: Promise) -> str:
    with override(language):
        return str(value)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return freeze(value)
    if isinstance(value, list | tuple):
        return [_frozen(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date


def thaw(context: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Answer the stored context for a reader: instants and dates as such, words in their language."""
    return {key: _thawed(key, _worded(key, context, language), language) for key in context}


def _worded(key: str, context: Mapping[str, Any], language: str) -> Any:
    if language.startswith(ENGLISH):
        return context.get(f"{key}_en") or context[key]
    return context[key]


def _thawed(key: str, value: Any, language: str) -> Any:
    if isinstance(value, dict):
        return thaw(value, language)
    if isinstance(value, list):
        return [_thawed("", each, language) for each in value]
    if isinstance(value, str) and value and key.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and value and key.endswith("_on"):
        return date.fromisoformat(value)
    return value


def render(kind: str, context: Mapping[str, Any], language: str, public_url: str = "") -> Text:
    """Answer subject and body of a stored context in a language; links in the body only for a public URL."""
    values = {**thaw(context, language), "public_url": public_url}
    subject, _, body = fill(f"messages/{kind}.txt", values, language).partition("\n")
    return Text(subject[:SUBJECT_LENGTH], body.strip())


def fill(template: str, values: Mapping[str, Any], language: str, *, html: bool = False) -> str:
    """Render a template in a language and the service desk's time zone, no two blank lines in a row."""
    source = get_template(template).template  # type: ignore[attr-defined]
    filled = Context({**values, "site_name": settings.SITE_NAME}, autoescape=html)
    with override(language), timezone.override(timezone.get_default_timezone()):
        text: str = source.render(filled)
    return BLANK_LINES.sub("\n\n", text.strip())
