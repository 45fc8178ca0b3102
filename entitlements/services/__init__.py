"""What can be done with entitlements; used through the module: ``services.quote(…)``."""

from entitlements.services.charging import acknowledge, before_departure, decide, decide_next_batch, override, refuse_charge, set_rate
from entitlements.services.importing import Line, import_terms, preview
from entitlements.services.quoting import Offer, accept, ask, decline, quote, usual
from entitlements.services.remedying import Proposed, agree_remedy, approve_remedy, carry_out, propose_remedy, refuse_remedy
from entitlements.services.reminding import attend_next_batch, follow_ends
from entitlements.services.terms import withdraw

__all__ = [
    "Line",
    "Offer",
    "Proposed",
    "accept",
    "acknowledge",
    "agree_remedy",
    "approve_remedy",
    "ask",
    "attend_next_batch",
    "before_departure",
    "carry_out",
    "decide",
    "decide_next_batch",
    "decline",
    "follow_ends",
    "import_terms",
    "override",
    "preview",
    "propose_remedy",
    "quote",
    "refuse_charge",
    "refuse_remedy",
    "set_rate",
    "usual",
    "withdraw",
]
