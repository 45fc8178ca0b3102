"""A list's conditions as conditions of the database, so that a long list is narrowed down by indexes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from sla.models import Clock
from tickets import workflow
from tickets.models import Event, Kind
from tmf import mapping, statuses
from tmf.documents import moment
from tmf.errors import BadQuery, NotBuilt
from tmf.models import TERM, Term, TroubleTicket
from tmf.queries import Condition, safe_pattern
from tmf.selectors.showing import PROMISED
from tmf.shapes import KNOWN, V5, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from tickets.models import Ticket

_LOOKUPS = {"eq": "exact", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
_DATES = {"creationDate": "created_at", "lastUpdate": "updated_at", "resolutionDate": "resolved_at"}
_TERM_DATES = frozenset({"requestedResolutionDate"})
_SCALARS = frozenset(
    {"id", "name", "description", "severity", "ticketType", "priority", "status", "externalId", "statusChangeReason", "@type", *_DATES}
)
_UNSEARCHED = frozenset({"href", "statusChange", "statusChangeHistory", "statusChangeDate", "statusChangeReason"})
"""What follows from the record as a whole; lists are not searched by it."""


def filtered(found: QuerySet[Ticket], groups: Sequence[Sequence[Condition]], version: str) -> QuerySet[Ticket]:
    """Keep the tickets that meet every group of conditions. Raises BadQuery, NotBuilt."""
    for group in groups:
        either = Q()
        for condition in group:
            either |= _condition(condition, version)
        found = found.filter(either)
    return found


def _condition(asked: Condition, version: str) -> Q:
    if asked.head not in KNOWN[version] or (asked.head in _SCALARS and asked.path != asked.head):
        raise BadQuery(_("“%(name)s” is no attribute that lists are searched by.") % {"name": asked.path[:80]}, field=asked.path[:80])
    if asked.head in _UNSEARCHED:
        raise NotBuilt(_("Lists are not searched by “%(name)s”.") % {"name": asked.head}, field=asked.head)
    if asked.operator == "ne":
        return ~_condition(Condition(asked.path, "eq", asked.values), version)
    found = Q()
    for value in _values(asked):
        found |= _one(asked.path, asked.operator, value)
    return found


def _values(asked: Condition) -> tuple[str, ...]:
    """Answer the values that are meant; words may hold commas themselves, so the whole is one of them."""
    return (*asked.values, ",".join(asked.values)) if len(asked.values) > 1 and asked.operator == "eq" else asked.values


def _one(path: str, operator: str, value: str) -> Q:
    if path == "status":
        return _status(operator, value)
    if path in _DATES or path == "expectedResolutionDate":
        return _date(path, operator, value)
    if path in _TERM_DATES:
        return _terms(path, operator, moment(_moment(path, value)) or "")
    own = _OWN.get(path)
    return own(operator, value) if own else _terms(path, operator, value)


def _compared(column: str, operator: str, value: str) -> Q:
    if operator == "regex":
        pattern = safe_pattern(value)
        if pattern is None:
            raise NotBuilt(_("Patterns are made of words, “.”, “.*”, “^” and “$”; others are not supported."), field="regex")
        return Q(**{f"{column}__regex": pattern})
    return Q(**{f"{column}__{_LOOKUPS[operator]}": value})


def _terms(path: str, operator: str, value: str) -> Q:
    """Keep what has such a value at a path, anywhere in the lists on the way."""
    rows = Term.objects.filter(_compared("value", operator, value if operator == "regex" else value[:TERM]), path=path[:120])
    return Q(pk__in=rows.values("row__ticket"))


def _status(operator: str, value: str) -> Q:
    if operator != "eq":
        raise BadQuery(_("A status is equal or not; it is not compared otherwise."), field="status")
    return STATUS.get(value, Q(pk__in=()))


def _marked(*marks: str) -> Q:
    return Q(pk__in=TroubleTicket.objects.filter(mark__in=marks).values("ticket"))


_HELD = _marked(statuses.HELD)
_WORKING = sorted(workflow.WORKING)
_PENDING = Q(status=workflow.WAITING, wait_owner=statuses.CUSTOMER)
STATUS: dict[str, Q] = {
    statuses.ACKNOWLEDGED: Q(status=workflow.NEW) & ~_HELD,
    statuses.IN_PROGRESS: Q(status__in=_WORKING) & ~_HELD,
    statuses.PENDING: _PENDING,
    statuses.HELD: (Q(status=workflow.WAITING) & ~Q(wait_owner=statuses.CUSTOMER)) | (Q(status__in=[workflow.NEW, *_WORKING]) & _HELD),
    statuses.RESOLVED: Q(status=workflow.RESOLVED),
    statuses.CLOSED: Q(status=workflow.CLOSED) | (Q(status=workflow.CANCELLED) & _marked(statuses.CLOSED)),
    statuses.REJECTED: Q(status=workflow.CANCELLED) & _marked(statuses.REJECTED),
    statuses.CANCELLED: Q(status=workflow.CANCELLED) & ~_marked(statuses.REJECTED, statuses.CLOSED),
}


def _moment(path: str, value: str) -> datetime:
    at = moment_of(value) or moment_of(f"{value}T00:00:00Z")
    if at is None:
        raise BadQuery(_("Write a time as 2026-01-31T12:00:00Z."), field=path)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadQuery(_("Write a time as 2026-01-31T12:00:00Z."), field=path) from None


def _date(path: str, operator: str, value: str) -> Q:
    if operator == "regex":
        raise BadQuery(_("A time is compared, not searched by a pattern."), field=path)
    at = _moment(path, value)
    lookup = _LOOKUPS[operator]
    if path in _DATES:
        return Q(**{f"{_DATES[path]}__{lookup}": at})
    promised = Clock.objects.filter(commitment=OuterRef("commitment"), measure__in=PROMISED, is_strictest=True)
    return Q(Exists(promised.filter(**{f"due_at__{lookup}": at})))


def _worded(column: str, words: dict[str, Q]) -> Callable[[str, str], Q]:
    """Answer a comparison with the caller's own word, or where there is none with the word the desk shows."""

    def compare(operator: str, value: str) -> Q:
        own = _compared(f"tmf__{column}", operator, value)
        shown = Q()
        for word, those in words.items():
            if _meets(word, operator, value):
                shown |= those
        return own | (Q(tmf__isnull=True) & shown) if shown else own

    return compare


def _meets(word: str, operator: str, value: str) -> bool:
    if operator == "regex":
        pattern = safe_pattern(value)
        return pattern is not None and re.search(pattern, word) is not None
    return {"eq": word == value, "gt": word > value, "gte": word >= value, "lt": word < value, "lte": word <= value}[operator]


def _said(path: str, column: str) -> Callable[[str, str], Q]:
    """Answer a comparison with what the caller said, or with the desk's column where nobody said anything."""

    def compare(operator: str, value: str) -> Q:
        return _terms(path, operator, value) | (Q(tmf__isnull=True) & _compared(column, operator, value))

    return compare


def _noted(operator: str, value: str) -> Q:
    lines = Event.objects.filter(_compared("text", operator, value), ticket=OuterRef("pk"), is_public=True)
    return _terms("note.text", operator, value) | Q(Exists(lines.filter(type__in=("replied", "contacted"))))


_description_said = _said("description", "description")


def _description(operator: str, value: str) -> Q:
    """Compare what is shown: where nobody described anything, the subject."""
    return _description_said(operator, value) | (Q(tmf__isnull=True, description="") & _compared("subject", operator, value))


_BY_SEVERITY = {word: Q(severity=number) for number, word in mapping.SEVERITY_WORDS.items()}
_BY_PRIORITY = {word: Q(severity=number) for number, word in mapping.PRIORITY_WORDS.items()}


def _priority(operator: str, value: str) -> Q:
    shown = Q(pk__in=())
    for word, those in _BY_PRIORITY.items():
        if _meets(word, operator, value):
            shown |= those
    own = Term.objects.filter(path="priority").values("row__ticket")
    return _terms("priority", operator, value) | (shown & ~Q(pk__in=own))


_OWN: dict[str, Callable[[str, str], Q]] = {
    "id": lambda operator, value: _compared("number", operator, value),
    "severity": _worded("severity", _BY_SEVERITY),
    "ticketType": _worded("ticket_type", {kind: Q(kind=kind) for kind in Kind.values}),
    "priority": _priority,
    "name": _said("name", "subject"),
    "description": _description,
    "externalId": _said("externalId", "external_id"),
    "externalIdentifier.id": _said("externalIdentifier.id", "external_id"),
    "note.text": _noted,
    "@type": lambda operator, value: Q() if _meets("TroubleTicket", operator, value) else Q(pk__in=()),
}

_ORDERS: dict[str, Any] = {
    "id": "pk",
    "creationDate": "created_at",
    "lastUpdate": "updated_at",
    "resolutionDate": "resolved_at",
    "status": "status",
    "name": "subject",
    "priority": "severity",
}
_WORDS = {"severity": ("severity", mapping.SEVERITY_WORDS, "severity"), "ticketType": ("ticket_type", {}, "kind")}


def ordered(found: QuerySet[Ticket], sort: str, version: str = V5) -> QuerySet[Ticket]:
    """Put tickets into the order that is asked for (``-lastUpdate,name``); newest first unless one is. Raises BadQuery."""
    order: list[Any] = []
    last = "-pk"
    for words in filter(None, (word.strip() for word in sort.split(","))):
        name, down = words.lstrip("+-"), words.startswith("-")
        if name in _WORDS:
            column, known, native = _WORDS[name]
            cases = [When(**{native: key}, then=Value(word)) for key, word in known.items()]
            shown: Any = Case(*cases, default=Value(""), output_field=CharField()) if cases else F(native)
            expression: Any = Coalesce(f"tmf__{column}", shown)
        elif name in _ORDERS:
            expression = F(_ORDERS[name])
        else:
            raise BadQuery(_("Lists are not sorted by “%(name)s”.") % {"name": name[:80]}, field="sort")
        last = "-pk" if down else "pk"
        order.append(expression.desc(nulls_last=True) if down else expression.asc(nulls_last=True))
    return found.order_by(*order, last)
