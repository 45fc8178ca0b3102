"""A mapping says where, in a message of any program, the fields of a ticket are.

A field is a template: plain words with places in braces, ``{host.name}: {trigger}``. A place is a path of names and numbers
(``events[0].id``, ``labels["app.kubernetes.io/name"]``); what is not there is empty; ``{a|b}`` is b where a is empty. ``{{`` is a brace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from inbound.engine.bodies import loaded, said
from inbound.engine.signals import ACTIONS, COMMENT, OPEN, RESOLVE, SUBJECT, TEXT, WORD, Part, Reading, Signal, cut, severity_of
from inbound.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("title", "description", "severity", "equipment", "site", "external_id", "action", "comment", "contact")
LONGEST, MOST_PLACES, MOST_ROWS = 1000, 30, 200
PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")
STEP = re.compile(r'\.?([^\W\d][\w-]*)|\[(\d{1,4})\]|\["([^"\]]{1,200})"\]')
USUAL_ACTIONS: Mapping[str, str] = {
    **dict.fromkeys(("open", "firing", "problem", "down", "alert", "critical", "trigger", "1", "true", ""), OPEN),
    **dict.fromkeys(("resolve", "resolved", "ok", "up", "recovery", "closed", "0", "false"), RESOLVE),
    **dict.fromkeys(("comment", "update", "acknowledged"), COMMENT),
}
"""What common senders call it; a source's own words go before these."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Templates by field, the list that each signal is one of (empty: the message is one), and what words mean."""

    templates: Mapping[str, str]
    each: str = ""
    severities: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


def path_of(text: str) -> Path:
    """Answer the steps of a path. Raises Invalid with a sentence that shows where it cannot be read."""
    steps: list[str | int] = []
    rest = text.strip().removeprefix("$.").removeprefix("$")
    while rest:
        found = STEP.match(rest)
        if found is None:
            raise Invalid(_("“%(path)s” is no path: it cannot be read from “%(rest)s” on.") % {"path": text, "rest": rest[:40]})
        name, number, quoted = found.groups()
        steps.append(int(number) if number is not None else name or quoted)
        rest = rest[found.end() :]
    return tuple(steps)


def looked_up(data: Any, path: Path) -> Any:
    """Answer what is at a path; nothing where there is nothing."""
    for step in path:
        if isinstance(step, str) and isinstance(data, dict):
            data = data.get(step)
        elif isinstance(step, int) and isinstance(data, list) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def check(template: str) -> None:
    """Refuse a template that cannot be read."""
    if len(template) > LONGEST:
        raise Invalid(_("A field of a mapping has at most %(most)s characters.") % {"most": LONGEST})
    places = 0
    for found in PIECES.finditer(template):
        if found[2]:
            raise Invalid(_("“%(template)s” has a brace without its other half; write it twice to mean itself.") % {"template": template})
        if found[1] is not None:
            places += 1
            for choice in found[1].split("|"):
                if not path_of(choice):
                    raise Invalid(_("“%(template)s” has a place without a path.") % {"template": template})
    if places > MOST_PLACES:
        raise Invalid(_("A field of a mapping has at most %(most)s places.") % {"most": MOST_PLACES})


def filled(template: str, data: Any) -> str:
    """Answer a template with what the data has in its places."""

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        for choice in found[1].split("|"):
            value = looked_up(data, path_of(choice))
            if words := _written(value):
                return words
        return ""

    return PIECES.sub(one, template).strip()


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={said(inner)}" for key, inner in value.items() if said(inner))
    if isinstance(value, list):
        return ", ".join(filter(None, map(said, value)))
    return said(value)


def read(body: bytes, mapping: Way) -> Reading:
    """Answer what a message says. Raises Unreadable where it is no JSON, or says nothing that could be a ticket."""
    data = loaded(body)
    rows = looked_up(data, path_of(mapping.each)) if mapping.each else [data]
    if not isinstance(rows, list):
        raise Unreadable(_("There is no list at “%(path)s”.") % {"path": mapping.each}, field=mapping.each, code="not_a_list")
    if len(rows) > MOST_ROWS:
        raise Unreadable(_("There are more than %(most)s rows in one message.") % {"most": MOST_ROWS}, code="too_many")
    return Reading([_signal(row, data, mapping) for row in rows])


def _signal(row: Any, data: Any, mapping: Way) -> Signal:
    whole = {**row, "message": data} if mapping.each and isinstance(row, dict) and "message" not in row else row
    words = {name: filled(template, whole) for name, template in mapping.templates.items() if template}
    action, key = _action(words.get("action", ""), mapping), words.get("external_id", "")
    if action != OPEN and not key:
        raise Unreadable(_("It says “%(action)s” and not of what: the external id is empty.") % {"action": action}, code="no_external_id")
    subject = words.get("title", "")
    if not subject and action == OPEN:
        raise Unreadable(_("The title is empty: what the mapping asks for is not in the message."), field="title", code="no_title")
    parts = [] if action == COMMENT else [Part("", is_on=action == OPEN)]
    return Signal(
        key=f"id {key}" if key else "",
        parts=parts,
        subject=cut(subject or key, SUBJECT),
        description=cut(words.get("description", ""), TEXT),
        severity=severity_of(words.get("severity", ""), mapping.severities),
        names=[cut(words["equipment"], WORD)] if words.get("equipment") else [],
        site=cut(words.get("site", ""), WORD),
        remark=cut(words.get("comment", "") or (words.get("description", "") if action == COMMENT else ""), TEXT),
        external_id=cut(key, 120),
        contact_name=cut(words.get("contact", ""), 80),
    )


def _action(word: str, mapping: Way) -> str:
    found = mapping.actions.get(word.lower()) or USUAL_ACTIONS.get(word.lower())
    if found not in ACTIONS:
        raise Unreadable(
            _("“%(word)s” is no action that this source knows; add it to its words.") % {"word": word[:80]},
            field="action",
            code="bad_action",
        )
    return str(found)
