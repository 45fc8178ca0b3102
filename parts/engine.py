"""The arithmetic of stock: what a movement does to the levels, and what will be needed. Pure: no Django, no now()."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GOOD, DEFECTIVE, IN_REPAIR = "good", "defective", "in_repair"

WINDOW_DAYS = 365
"""How far back the forecast looks."""
AHEAD_DAYS = 90
"""How far ahead it looks."""


class Balance(NamedTuple):
    """What stands in a depot of one part: good ones (of them reserved), defective ones, and those away for repair."""

    on_hand: int = 0
    reserved: int = 0
    defective: int = 0
    in_repair: int = 0

    def plus(self, change: Balance, times: int = 1) -> Balance:
        """Answer the balance after a change that happened so many times."""
        return Balance(*(have + times * more for have, more in zip(self, change, strict=True)))

    @property
    def is_possible(self) -> bool:
        """Whether there can be such a stock: nothing negative, nothing reserved that is not there."""
        return min(self) >= 0 and self.reserved <= self.on_hand


IN = {GOOD: Balance(on_hand=1), DEFECTIVE: Balance(defective=1)}
OUT = {GOOD: Balance(on_hand=-1), DEFECTIVE: Balance(defective=-1)}
GOOD_OUT = {GOOD: OUT[GOOD]}

EFFECTS: dict[str, dict[str, Balance]] = {
    "received": IN,
    "reserved": {GOOD: Balance(reserved=1)},
    "released": {GOOD: Balance(reserved=-1)},
    "used": GOOD_OUT,
    "exchanged_out": GOOD_OUT,
    "exchanged_in": IN,
    "sold": GOOD_OUT,
    "emergency": GOOD_OUT,
    "transferred_out": OUT,
    "transferred_in": IN,
    "counted": IN,
    "sent_for_repair": {IN_REPAIR: Balance(defective=-1, in_repair=1)},
    "returned_from_repair": {GOOD: Balance(in_repair=-1, on_hand=1)},
    "written_off": {IN_REPAIR: Balance(in_repair=-1), DEFECTIVE: OUT[DEFECTIVE]},
}
"""What one item of a movement does, by its kind and the condition the goods are in; a stock-taking may be negative."""

CONSUMED = ("used", "exchanged_out", "sold", "emergency")
"""Movements by which a good part leaves for a customer."""


def effect(kind: str, condition: str) -> Balance | None:
    """Answer what one item of such a movement does to the levels; None where there is no such movement."""
    return EFFECTS[kind].get(condition)


def balance(lines: Iterable[tuple[str, str, int]]) -> Balance:
    """Answer what a ledger of (kind, condition, quantity) comes to."""
    total = Balance()
    for kind, condition, quantity in lines:
        total = total.plus(EFFECTS[kind][condition], quantity)
    return total


class Source(NamedTuple):
    """A place that an emergency supply could come from."""

    depot: int
    available: int
    is_own: bool
    is_head: bool


def nearest(sources: Iterable[Source], quantity: int) -> list[Source]:
    """Answer the places that have enough, the first to be taken: the own region's, then the head office's, then who has most.

    The own region comes first even where others have more (P1, P2: a ticket goes to the region's people first).
    """
    enough = [source for source in sources if source.available >= quantity]
    return sorted(enough, key=lambda source: (not source.is_own, not source.is_head, -source.available, source.depot))


@dataclass(frozen=True, slots=True)
class Share:
    """One model's part in a need: how many stand in the region and everywhere, and how many parts they all took in the window."""

    model: str
    here: int
    everywhere: int
    used: int

    @property
    def expected(self) -> Fraction:
        """Answer what the machines here are expected to take; see ``needs``."""
        return Fraction(self.used * self.here * AHEAD_DAYS, self.everywhere * WINDOW_DAYS)


@dataclass(frozen=True, slots=True)
class Need:
    """What a region is expected to need of one part, and the numbers it comes from."""

    shares: tuple[Share, ...]

    @property
    def expected(self) -> Fraction:
        """Answer the expected number, a fraction."""
        return sum((share.expected for share in self.shares), Fraction())

    @property
    def whole(self) -> int:
        """Answer the nearest whole number of parts, a half up."""
        return floor(self.expected + Fraction(1, 2))


def needs(used: Mapping[tuple[int, str], int], installed: Mapping[tuple[int, str], int]) -> dict[tuple[int, int], Need]:
    """Answer what each region is expected to need of each part in the next 90 days, by (part, region).

    ``used`` counts parts used in the last 365 days by (part, equipment model), everywhere; ``installed`` counts machines in
    service by (region, equipment model). With U(p, m) and N(r, m):

        need(p, r) = sum over m of  U(p, m) / N(m) x N(r, m) x 90 / 365,   N(m) = sum over r of N(r, m)

    that is, every machine of a model is as likely to take the part as any other of it, whoever owns it. Summed over the regions
    this is what was used, scaled to 90 days. A model of which none is in service any more needs nothing.
    """
    everywhere: defaultdict[str, int] = defaultdict(int)
    by_model: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for (region, model), count in installed.items():
        if count > 0:
            everywhere[model] += count
            by_model[model].append((region, count))
    found: defaultdict[tuple[int, int], list[Share]] = defaultdict(list)
    for (part, model), count in used.items():
        for region, here in by_model[model] if count > 0 else ():
            found[part, region].append(Share(model, here, everywhere[model], count))
    return {place: Need(tuple(sorted(shares, key=lambda share: (-share.expected, share.model)))) for place, shares in found.items()}
