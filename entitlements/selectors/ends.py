"""What ends when: for lists, for managers by office and month, and how much of it was renewed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from core import languages
from customers import engine
from customers import selectors as customers
from customers.models import Term
from obligations.models import Obligation

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

MONTHS_SHOWN = 12
NOTHING = Decimal("0.00")


def with_names(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Add what a line of a list shows, in one query."""
    return terms.select_related("contract", "equipment__site", "organization", "office", "renewed_by")


def ending(user: User, day: date, *, within: int | None = None, ended: bool = False) -> QuerySet[Term]:
    """Answer the terms that end from a day on, within so many days where that is said; or those that have ended."""
    rows = customers.terms_for(user).filter(withdrawn_at=None)
    if ended:
        return rows.filter(ends_on__lt=day)
    rows = rows.filter(ends_on__gte=day)
    return rows.filter(ends_on__lte=day + timedelta(days=within)) if within is not None else rows


def terms_page(user: User, pk: int) -> Term:
    """Answer one term a person may see; a stranger's is not found."""
    rows = with_names(customers.terms_for(user)).select_related("renews", "entered_by", "contract__plan")
    return get_object_or_404(rows, pk=pk)


def reminders_of(term: Term) -> QuerySet[Obligation]:
    """Answer the reminders of a term's end, the first one first."""
    return Obligation.objects.filter(key__startswith=f"reminder:term:{term.pk}:").select_related("ended_by").order_by("opens_at", "pk")


class Ends(NamedTuple):
    """What of an office ends within 30, 60 and 90 days, and the sum of the prices that are known (CNY)."""

    office: str
    in_30: int
    in_60: int
    in_90: int
    price: Decimal


def by_office(day: date) -> list[Ends]:
    """Answer what ends soon, by office; what was renewed already is left out."""
    near = {f"in_{step}": Count("pk", filter=Q(ends_on__lte=day + timedelta(days=step))) for step in engine.STEPS}
    rows: Any = _open(day, max(engine.STEPS)).values("office__name", "office__name_en")
    counted = rows.annotate(**near, sum=Sum("price", default=NOTHING)).order_by()
    name = "office__name_en" if languages.active() == languages.ENGLISH else "office__name"
    found = [Ends(row[name] or row["office__name"] or "—", *(row[key] for key in ("in_30", "in_60", "in_90", "sum"))) for row in counted]
    return sorted(found, key=lambda row: (-row.in_90, row.office))


def _open(day: date, within: int) -> QuerySet[Term]:
    soon = Term.objects.filter(withdrawn_at=None, ends_on__gte=day, ends_on__lte=day + timedelta(days=within))
    return soon.filter(renewed_by=None)


class Month(NamedTuple):
    """A month, as 2026-11, with how many terms end in it and how many of them are renewed already."""

    month: str
    ends: int
    renewed: int


def months_ahead(day: date) -> list[Month]:
    """Answer what ends in this month and the eleven after it."""
    first = day.replace(day=1)
    last = first + relativedelta(months=MONTHS_SHOWN, days=-1)
    rows = Term.objects.filter(withdrawn_at=None, ends_on__gte=first, ends_on__lte=last)
    counted: dict[str, list[int]] = {f"{first + relativedelta(months=n):%Y-%m}": [0, 0] for n in range(MONTHS_SHOWN)}
    found: Any = rows.values_list("ends_on").annotate(n=Count("pk"), renewed=Count("renewed_by")).order_by()
    for ends_on, count, renewed in found:
        counted[f"{ends_on:%Y-%m}"][0] += count
        counted[f"{ends_on:%Y-%m}"][1] += renewed
    return [Month(month, *counts) for month, counts in counted.items()]


class Share(NamedTuple):
    """How many terms ended in a year, and how many of them were renewed."""

    ended: int
    renewed: int

    @property
    def share(self) -> float | None:
        """Answer the part that was renewed; nothing where none ended."""
        return self.renewed / self.ended if self.ended else None


def renewal_share(first: date, last: date, of: dict[str, int] | None = None) -> Share:
    """Answer what ended between two days, both included, and how much of it was renewed, or goes on by a later term of the same."""
    rows = Term.objects.filter(withdrawn_at=None, ends_on__gte=first, ends_on__lte=last, **(of or {}))
    found = rows.aggregate(ended=Count("pk"), renewed=Count("renewed_by"))
    return Share(found["ended"], found["renewed"])
