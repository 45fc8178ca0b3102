"""What pages say about parts: prices, where an emergency supply would come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from parts import selectors

if TYPE_CHECKING:
    from decimal import Decimal

    from accounts.models import Office
    from parts.models import PartType


def money(amount: Decimal | None) -> str:
    """Write an amount with its currency: ¥1,200.00; a dash where there is none."""
    return "—" if amount is None else f"¥{amount:,.2f}"


def suggestion(part: PartType, quantity: int, office: Office) -> str:
    """Say from where an emergency supply would come, and why from there."""
    found = selectors.sources(part, quantity, office)
    if not found:
        return _("No depot has enough free: it is asked of the maker as an urgent purchase, and the keeper is told at once.")
    source, level = found[0]
    facts = {"depot": level.depot, "free": source.available, "office": level.depot.office}
    if source.is_own:
        return _("From %(depot)s, the ticket's own region: %(free)s free there.") % facts
    if source.is_head:
        return _("From %(depot)s of the head office, since the ticket's own region has not enough: %(free)s free there.") % facts
    return (
        _("From %(depot)s (%(office)s), which has most, since neither the own region nor the head office has enough: %(free)s free.")
        % facts
    )
