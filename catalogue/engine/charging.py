"""What a request costs: the first rule of its definition that holds for the place and the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from catalogue.engine.words import DefinitionError, Path, Words, gettext_noop, mapping, number, one_of, rows, words

if TYPE_CHECKING:
    from catalogue.engine.definition import Definition

_ = gettext_noop

FREE, CHARGED, QUOTATION = "free", "charged", "quotation"
OUTCOMES = (FREE, CHARGED, QUOTATION)
CONDITIONS = ("warranty", "free_service", "contract", "always")
"""Inside the warranty; inside the warranty or the free service; while a contract is in force; in every case."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a place is entitled to on the day."""

    warranty: bool = False
    free_service: bool = False
    covered: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What holds: free, charged at a known price, or on a quotation; and the condition it follows from."""

    outcome: str = QUOTATION
    condition: str = "always"
    plans: tuple[str, ...] = ()
    price: Decimal | None = None
    unit: Words = field(default_factory=dict)
    note: Words = field(default_factory=dict)

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return self.outcome == FREE

    def holds(self, standing: Standing) -> bool:
        """Whether the rule is for such a place."""
        if self.plans and not (standing.covered and standing.plan in self.plans):
            return False
        met = {"warranty": standing.warranty, "free_service": standing.free_service, "contract": standing.covered, "always": True}
        return met[self.condition]


def charge(definition: Definition, standing: Standing) -> Charge:
    """Answer the first rule that holds; where none does, a quotation is made."""
    return next((rule for rule in definition.charges if rule.holds(standing)), Charge())


def charge_of(value: Any, path: Path) -> Charge:
    """Read one rule: ``{if: warranty, plans: [p1], is: free, note: {…}}``."""
    data = mapping(value, path, ("if", "plans", "is", "price", "unit", "note"), ("is",))
    outcome = one_of(data["is"], (*path, "is"), OUTCOMES)
    price = number(data.get("price"), (*path, "price"))
    if outcome == CHARGED and not price:
        raise DefinitionError((*path, "price"), _("what is charged needs its price; use quotation where it is not known"))
    if outcome != CHARGED and price is not None:
        raise DefinitionError((*path, "price"), _("only what is charged has a price"))
    if price is not None and price < 0:
        raise DefinitionError((*path, "price"), _("a price is not negative"))
    return Charge(
        outcome=outcome,
        condition=one_of(data.get("if", "always"), (*path, "if"), CONDITIONS),
        plans=tuple(str(plan) for plan in rows(data.get("plans", []), (*path, "plans"))),
        price=None if price is None else Decimal(str(price)).quantize(Decimal("0.01")),
        unit=words(data["unit"], (*path, "unit")) if data.get("unit") else {},
        note=words(data["note"], (*path, "note")) if data.get("note") else {},
    )
