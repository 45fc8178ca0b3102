"""Sentences about what is free, what is charged, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import engine
from customers.models import Term

if TYPE_CHECKING:
    from decimal import Decimal

WORKS = {
    engine.REMOTE: gettext_lazy("remote support"),
    engine.ONSITE: gettext_lazy("work on site"),
    engine.PARTS: gettext_lazy("parts"),
    engine.SOFTWARE: gettext_lazy("software updates"),
}
VERDICTS = {
    engine.FREE: (gettext_lazy("free of charge"), "met", "check"),
    engine.AT_MAKER: (gettext_lazy("free, at the maker"), "info", "tool"),
    engine.CHARGED: (gettext_lazy("charged"), "risk", "tag"),
}
CLAUSES = {
    engine.ACCEPTANCE: gettext_lazy("free repair, exchange or compensation from the signed acceptance on"),
    engine.SOFT: gettext_lazy("software is looked after from the signed acceptance on"),
    engine.TRIAL: gettext_lazy("free upgrades during the trial"),
    engine.MAKER: gettext_lazy("hardware by its maker's terms"),
}
"""What the plans say of each kind of term."""


def money(amount: Decimal | None) -> str:
    """Write an amount with its currency: ¥1,200.00; a dash where there is none."""
    return "—" if amount is None else f"¥{amount:,.2f}"


def named(span: engine.Span) -> str:
    """Name a span: its kind, the contract, the component."""
    words = [str(Term.Kind(span.kind).label), span.contract, span.component]
    return " · ".join(word for word in words if word)


def why(ruling: engine.Ruling) -> str:
    """Say why a kind of work is free or charged, and until when."""
    if ruling.span is None:
        return _("No contract and no term covers it.")
    facts = {"term": named(ruling.span), "until": f"{ruling.span.ends:%Y-%m-%d}"}
    if ruling.rule == engine.AS_CONTRACT:
        return _("Charged as the service contract says: %(term)s, until %(until)s.") % facts
    if ruling.rule == engine.ENDED:
        return _("What covered it ended on %(until)s: %(term)s.") % facts
    if ruling.verdict == engine.AT_MAKER:
        return _("The maker repairs or exchanges it until %(until)s: %(term)s.") % facts
    return _("Free until %(until)s: %(term)s.") % facts


def rule_of(ruling: engine.Ruling) -> str:
    """Answer the clause a ruling follows: what was written with the term, else what the plans say of its kind."""
    if ruling.span is None:
        return ""
    return ruling.span.source or str(CLAUSES.get(ruling.span.kind, ""))
