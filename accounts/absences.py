"""Who stands in for whom: without a query, so that a round that tells hundreds of people asks the database once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from accounts.models import Absence


@dataclass(frozen=True, slots=True)
class Cover:
    """For everybody who is away at an instant, the deputy they named (None: nobody)."""

    deputies: Mapping[int, int | None]

    def instead_of(self, person: int) -> int | None:
        """Answer who is there: the person, else their deputy, that one's deputy and so on; nobody where it goes in a circle."""
        seen = set()
        at: int | None = person
        while at is not None and at in self.deputies:
            if at in seen:
                return None
            seen.add(at)
            at = self.deputies[at]
        return at

    def present(self, people: Iterable[int], known: Container[int]) -> list[int]:
        """Answer who is told instead of these: each once, those who work here only (``known``)."""
        there = (self.instead_of(person) for person in people)
        return [person for person in dict.fromkeys(there) if person is not None and person in known]

    def reasons(self, people: Iterable[int]) -> dict[int, list[int]]:
        """Answer for each deputy the absent among these people they stand in for."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for person in dict.fromkeys(people):
            there = self.instead_of(person)
            if there is not None and there != person:
                found[there].append(person)
        return dict(found)


def words(absence: Absence) -> str:
    """Say until when somebody is away, and who is there instead; the absence is read with its deputy."""
    until = f"{localtime(absence.ends_at):%m-%d %H:%M}"
    if absence.deputy is None:
        return _("away until %(until)s") % {"until": until}
    return _("away until %(until)s, in their place: %(deputy)s") % {"until": until, "deputy": absence.deputy}
