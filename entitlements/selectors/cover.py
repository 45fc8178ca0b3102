"""What covered an equipment or a contract when, and what a kind of work costs on a day, explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from customers import engine
from customers import selectors as customers
from customers.models import Contract, Equipment, Term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from customers.models import Site

BROAD = 1000
"""How wide the drawing is; a place in it is a share of that."""
ROOM = timedelta(days=30)


class Row(NamedTuple):
    """One span with where its bar begins and how long it is, of BROAD."""

    span: engine.Span
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans on one line of days."""

    first: date
    last: date
    rows: tuple[Row, ...]
    today: int
    """Where today stands, of BROAD."""


def explained(place: Equipment | Site, at: datetime, component: str = "") -> list[engine.Ruling]:
    """Answer what each kind of work costs at a place on the day of an instant."""
    found = customers.entitlement(place, at)
    return [found.ruling(work, component) for work in engine.WORKS]


def timeline(subject: Equipment | Contract, day: date) -> Timeline | None:
    """Answer everything that covers a thing, covered it or will; nothing where nothing ever did."""
    spans = sorted(_spans(subject), key=lambda span: (span.starts, span.ends, span.kind))
    if not spans:
        return None
    first = min([day, *(span.starts for span in spans)]) - ROOM
    last = max([day, *(span.ends for span in spans)]) + ROOM
    length = (last - first).days
    rows = tuple(_row(span, first, length) for span in spans)
    return Timeline(first, last, rows, (day - first).days * BROAD // length)


def _row(span: engine.Span, first: date, length: int) -> Row:
    left = (span.starts - first).days * BROAD // length
    return Row(span, left, max(((span.ends - span.starts).days + 1) * BROAD // length, 4))


def _spans(subject: Equipment | Contract) -> Iterable[engine.Span]:
    if isinstance(subject, Contract):
        entered = Term.objects.filter(contract=subject)
        return [*customers.derived(None, subject), *_entered(entered)]
    found = customers.derived(subject, None)
    covering = list(_covering(subject))
    for contract in covering:
        found += [span for span in customers.derived(subject, contract) if span.kind != engine.MAKER]
    return [*found, *_entered(Term.objects.filter(Q(equipment=subject) | Q(contract__in=covering)))]


def _entered(terms: object) -> list[engine.Span]:
    return [term.span() for term in customers.standing(terms).select_related("contract")]  # type: ignore[arg-type]


def _covering(equipment: Equipment) -> Iterable[Contract]:
    """Answer the contracts that name an equipment, or name none and so cover all of its customer's."""
    own = Contract.objects.filter(organization=equipment.site.organization_id)
    return own.filter(Q(equipment=equipment) | Q(equipment=None)).distinct().order_by("accepted_on", "pk")
