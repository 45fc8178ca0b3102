"""From which day to which day, and whose tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from core.periods import QUARTER, first_day, last_day

if TYPE_CHECKING:
    from accounts.models import Office
    from customers.models import Contract, Organization

DAY = timedelta(days=1)
LONGEST = 366
"""Days that one dashboard looks at."""


def midnight(day: date) -> datetime:
    """Answer the instant at which a day begins where the desk is (the setting TIME_ZONE)."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def day_of(at: datetime) -> date:
    """Answer the day of an instant where the desk is."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """Answer how many days these are."""
        return (self.last - self.first).days + 1

    @property
    def starts(self) -> datetime:
        """Answer the first instant."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """Answer the first instant after it."""
        return midnight(self.last + DAY)

    @property
    def days(self) -> list[date]:
        """Answer every day, the first one first."""
        return [self.first + place * DAY for place in range(self.length)]

    @property
    def previous(self) -> Period:
        """Answer as many days just before."""
        return Period(self.first - self.length * DAY, self.first - DAY)


def latest(days: int, today: date) -> Period:
    """Answer the last so many days, today among them."""
    return Period(today - (days - 1) * DAY, today)


def quarter(today: date, *, back: int = 0) -> Period:
    """Answer the quarter of a day up to that day, or a whole one before it."""
    first = first_day(QUARTER, today)
    for _each in range(back):
        first = first_day(QUARTER, first - DAY)
    return Period(first, last_day(QUARTER, first) if back else today)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose tickets are looked at; nothing set is everybody's."""

    office: Office | None = None
    organization: Organization | None = None
    contract: Contract | None = None

    @property
    def filters(self) -> dict[str, int]:
        """Answer the scope as conditions on a ticket."""
        given = {"office": self.office, "organization": self.organization, "contract": self.contract}
        return {name: row.pk for name, row in given.items() if row is not None}

    @property
    def narrow(self) -> dict[str, int]:
        """Answer those of the conditions that the stored daily figures do not know: they are counted now."""
        return {name: key for name, key in self.filters.items() if name != "office"}
