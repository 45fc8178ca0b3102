"""What is free on a day and why: one rule set for reports, parts, visits and quotations. Pure: no Django, no now().

A *span* is a stretch of days on which somebody owes work: from the signed acceptance (P0: a year), for software (P1: three years), a
trial (P1: three months), by the maker's terms, by a paid contract or its extension. ``rule`` answers what one kind of work costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

REMOTE, ONSITE, PARTS, SOFTWARE = "remote", "onsite", "parts", "software"
WORKS = (REMOTE, ONSITE, PARTS, SOFTWARE)
"""Kinds of work a rule is asked for."""

ACCEPTANCE, FREE_SERVICE, TRIAL, SOFT, MAKER, PAID, EXTENSION = (
    "acceptance",
    "free_service",
    "trial",
    "software",
    "maker",
    "paid",
    "extension",
)
ALL, LABOUR, GOODS, NONE = "all", "labour", "parts", "none"
INCLUDED = {ALL: frozenset(WORKS), LABOUR: frozenset({REMOTE, ONSITE, SOFTWARE}), GOODS: frozenset({PARTS}), NONE: frozenset[str]()}
"""The work that is free inside a span, by its scope."""

RANK = {ACCEPTANCE: 3, SOFT: 3, EXTENSION: 3, MAKER: 2, FREE_SERVICE: 1, TRIAL: 1, PAID: 1}
"""Which span is named as the reason where several make the work free; then the one that lasts longest."""
WARRANTY = frozenset({ACCEPTANCE, SOFT, EXTENSION, MAKER})

USUAL_MONTHS = {ACCEPTANCE: 12, FREE_SERVICE: 12, TRIAL: 3, SOFT: 36, PAID: 12, EXTENSION: 12}
"""How long a term lasts unless something else was signed: P0 one year, P1 three years and three months."""
USUAL_SCOPE = {ACCEPTANCE: ALL, FREE_SERVICE: ALL, TRIAL: LABOUR, SOFT: LABOUR, MAKER: GOODS, PAID: LABOUR, EXTENSION: ALL}

FREE, CHARGED, AT_MAKER = "free", "charged", "maker"
AS_CONTRACT, ENDED, NO_TERM = "as_contract", "ended", "no_term"
STEPS = (90, 60, 30)
"""How many days before an end both sides are reminded."""
AHEAD_DAYS = 120
"""How many days before an end its reminders are listed as owed."""
DAY = relativedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included, on which work of a scope is free or agreed; a component's span holds for it alone."""

    kind: str
    starts: date
    ends: date
    scope: str = ALL
    source: str = ""
    component: str = ""
    term: int | None = None
    contract: str = ""

    def holds(self, day: date) -> bool:
        """Whether the day is inside."""
        return self.starts <= day <= self.ends

    def includes(self, work: str) -> bool:
        """Whether this work is free inside it."""
        return work in INCLUDED[self.scope]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a kind of work costs on a day: the verdict, the rule it follows, the span it comes from, and until when."""

    work: str
    day: date
    verdict: str
    rule: str
    span: Span | None = None

    @property
    def is_free(self) -> bool:
        """Whether the customer pays nothing; at the maker it is free to them too."""
        return self.verdict != CHARGED

    @property
    def until(self) -> date | None:
        """Answer the last day of the span the ruling comes from; of what ended, the day it ended on."""
        return self.span.ends if self.span else None

    @property
    def asks_first(self) -> bool:
        """Whether the customer's word is asked before the work begins."""
        return self.verdict == CHARGED


def rule(spans: Iterable[Span], day: date, work: str, component: str = "") -> Ruling:
    """Answer what a kind of work costs on a day.

    Of the spans that hold and include the work the one of the highest rank decides, then the longest. Parts inside the maker's terms
    are repaired or exchanged at the maker (P1: hardware by its maker's terms). Else it is charged: as the contract says while a paid
    one runs, else because all ended, or because there never was a term.
    """
    known = [span for span in spans if not span.component or span.component.casefold() == component.strip().casefold()]
    free = [span for span in known if span.holds(day) and span.includes(work)]
    if free:
        span = max(free, key=lambda span: (RANK[span.kind], span.ends))
        return Ruling(work, day, AT_MAKER if span.kind == MAKER and work == PARTS else FREE, span.kind, span)
    paid = [span for span in known if span.holds(day) and span.kind in {PAID, EXTENSION}]
    if paid:
        return Ruling(work, day, CHARGED, AS_CONTRACT, max(paid, key=lambda span: span.ends))
    ended = [span for span in known if span.ends < day and span.includes(work)]
    if ended:
        return Ruling(work, day, CHARGED, ENDED, max(ended, key=lambda span: span.ends))
    return Ruling(work, day, CHARGED, NO_TERM)


def usual_end(kind: str, starts: date) -> date | None:
    """Answer the last day of a term that begins on a day, by what plans promise; the maker's terms have no usual length."""
    months = USUAL_MONTHS.get(kind)
    return starts + relativedelta(months=months) - DAY if months else None


def signed(
    number: str,
    accepted: date,
    warranty_months: int,
    free_months: int,
    paid_until: date | None,
    *,
    maker: date | None = None,
    since: date | None = None,
) -> list[Span]:
    """Answer the spans of a signed contract: warranty, free service where it is longer, paid service after them.

    ``maker``: the last day of the maker's warranty of the hardware asked about; it stands in the place of the contract's (P1).
    """
    warranty, free = accepted + relativedelta(months=warranty_months) - DAY, accepted + relativedelta(months=free_months) - DAY
    found = []
    if maker is None and warranty_months:
        found.append(Span(ACCEPTANCE, accepted, warranty, contract=number))
    if free_months and (maker is not None or free > warranty):
        found.append(Span(FREE_SERVICE, accepted, free, contract=number))
    if maker is not None:
        found.append(made(maker, since or accepted))
    begins = max([accepted, *(day + DAY for day, months in ((warranty, warranty_months), (free, free_months)) if months)])
    if paid_until and paid_until >= begins:
        found.append(Span(PAID, begins, paid_until, NONE, contract=number))
    return found


def made(until: date, since: date | None) -> Span:
    """Answer the span of a maker's warranty; work around it is free as well, as the equipment's own entry has it."""
    return Span(MAKER, min(since or until, until), until)


def steps(ends: date, known_on: date) -> list[tuple[int, date]]:
    """Answer the reminders of an end: how many days before, and from which day on each is owed.

    What was known only later is reminded of once, at once, by the step that had come last.
    """
    days = [(step, ends - relativedelta(days=step)) for step in STEPS]
    passed = [step for step, day in days if day < known_on]
    ahead = [(step, day) for step, day in days if day >= known_on]
    return ([(passed[-1], known_on)] if passed and known_on <= ends else []) + ahead
