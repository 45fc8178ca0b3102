"""A list's conditions as conditions of the database, so that a long list is narrowed down by indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from sla.models import Clock
from tickets import workflow
from tickets.models import Event, Kind
from tmf import mapping, statuses
from tmf.documents import moment
from tmf.models import TERM, Term, TroubleTicket
from tmf.selectors.comparing import compared, date, meets, moment_asked, narrowed, sorted_by, status, unknown, unsearched
from tmf.selectors.showing import PROMISED
from tmf.shapes import KNOWN, V5

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from tickets.models import Ticket
    from tmf.queries import Condition

_DATES = {"creationDate": "created_at", "lastUpdate": "updated_at", "resolutionDate": "resolved_at"}
_TERM_DATES = frozenset({"requestedResolutionDate"})
_SCALARS = frozenset(
    {"id", "name", "description", "severity", "ticketType", "priority", "status", "externalId", "statusChangeReason", "@type", *_DATES}
)
_UNSEARCHED = frozenset({"href", "statusChange", "statusChangeHistory", "statusChangeDate", "statusChangeReason"})
"""What follows from the record as a whole; lists are not searched by it."""


def filtered(found: QuerySet[Ticket], groups: Sequence[Sequence[Condition]], version: str) -> QuerySet[Ticket]:
    """Keep the tickets that meet every group of conditions. Raises BadQuery, NotBuilt."""
    for condition in (each for group in groups for each in group):
        _check(condition, version)
    return narrowed(found, groups, _one)


def _check(asked: Condition, version: str) -> None:
    if asked.head not in KNOWN[version] or (asked.head in _SCALARS and asked.path != asked.head):
        raise unknown(asked.path)
    if asked.head in _UNSEARCHED:
        raise unsearched(asked.head)


def _one(path: str, operator: str, value: str) -> Q:
    if path == "status":
        return status(STATUS, operator, value)
    if path in _DATES:
        return date(path, _DATES[path], operator, value)
    if path == "expectedResolutionDate":
        promised = Clock.objects.filter(commitment=OuterRef("commitment"), measure__in=PROMISED, is_strictest=True)
        return Q(Exists(promised.filter(date(path, "due_at", operator, value))))
    if path in _TERM_DATES:
        return _terms(path, operator, moment(moment_asked(path, value)) or "")
    own = _OWN.get(path)
    return own(operator, value) if own else _terms(path, operator, value)


def _terms(path: str, operator: str, value: str) -> Q:
    """Keep what has such a value at a path, anywhere in the lists on the way."""
    rows = Term.objects.filter(compared("value", operator, value if operator == "regex" else value[:TERM]), path=path[:120])
    return Q(pk__in=rows.values("row__ticket"))


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


def _worded(column: str, words: dict[str, Q]) -> Callable[[str, str], Q]:
    """Answer a comparison with the caller's own word, or where there is none with the word the desk shows."""

    def compare(operator: str, value: str) -> Q:
        own = compared(f"tmf__{column}", operator, value)
        shown = Q()
        for word, those in words.items():
            if meets(word, operator, value):
                shown |= those
        return own | (Q(tmf__isnull=True) & shown) if shown else own

    return compare


def _said(path: str, column: str) -> Callable[[str, str], Q]:
    """Answer a comparison with what the caller said, or with the desk's column where nobody said anything."""

    def compare(operator: str, value: str) -> Q:
        return _terms(path, operator, value) | (Q(tmf__isnull=True) & compared(column, operator, value))

    return compare


def _noted(operator: str, value: str) -> Q:
    lines = Event.objects.filter(compared("text", operator, value), ticket=OuterRef("pk"), is_public=True)
    return _terms("note.text", operator, value) | Q(Exists(lines.filter(type__in=("replied", "contacted"))))


_description_said = _said("description", "description")


def _description(operator: str, value: str) -> Q:
    """Compare what is shown: where nobody described anything, the subject."""
    return _description_said(operator, value) | (Q(tmf__isnull=True, description="") & compared("subject", operator, value))


_BY_SEVERITY = {word: Q(severity=number) for number, word in mapping.SEVERITY_WORDS.items()}
_BY_PRIORITY = {word: Q(severity=number) for number, word in mapping.PRIORITY_WORDS.items()}


def _priority(operator: str, value: str) -> Q:
    shown = Q(pk__in=())
    for word, those in _BY_PRIORITY.items():
        if meets(word, operator, value):
            shown |= those
    own = Term.objects.filter(path="priority").values("row__ticket")
    return _terms("priority", operator, value) | (shown & ~Q(pk__in=own))


_OWN: dict[str, Callable[[str, str], Q]] = {
    "id": lambda operator, value: compared("number", operator, value),
    "severity": _worded("severity", _BY_SEVERITY),
    "ticketType": _worded("ticket_type", {kind: Q(kind=kind) for kind in Kind.values}),
    "priority": _priority,
    "name": _said("name", "subject"),
    "description": _description,
    "externalId": _said("externalId", "external_id"),
    "externalIdentifier.id": _said("externalIdentifier.id", "external_id"),
    "note.text": _noted,
    "@type": lambda operator, value: Q() if meets("TroubleTicket", operator, value) else Q(pk__in=()),
}

_SHOWN_SEVERITY = Case(
    *(When(severity=key, then=Value(word)) for key, word in mapping.SEVERITY_WORDS.items()), default=Value(""), output_field=CharField()
)
_ORDERS: dict[str, Any] = {
    "id": F("pk"),
    "creationDate": F("created_at"),
    "lastUpdate": F("updated_at"),
    "resolutionDate": F("resolved_at"),
    "status": F("status"),
    "name": F("subject"),
    "priority": F("severity"),
    "severity": Coalesce("tmf__severity", _SHOWN_SEVERITY),
    "ticketType": Coalesce("tmf__ticket_type", F("kind")),
}


def ordered(found: QuerySet[Ticket], sort: str, version: str = V5) -> QuerySet[Ticket]:
    """Put tickets into the order that is asked for (``-lastUpdate,name``); newest first unless one is. Raises BadQuery."""
    return sorted_by(found, sort, _ORDERS)
