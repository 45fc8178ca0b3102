"""Everything that can be done with the catalogue; used through the module: ``services.ask(Asked(…), actor=…, at=…)``."""

from catalogue.services.answering import accept, decline, verify
from catalogue.services.assessing import assess
from catalogue.services.carrying import carry_out, schedule
from catalogue.services.definitions import offer, publish, read
from catalogue.services.opening import ReleaseDraft, close_campaign, open_campaign, refresh
from catalogue.services.quoting import Line, QuoteDraft, approve, override, quote, refuse
from catalogue.services.reminding import tell_next_group
from catalogue.services.requesting import Asking, ask, looked_at
from catalogue.services.steps import STEPS

__all__ = [
    "STEPS",
    "Asking",
    "Line",
    "QuoteDraft",
    "ReleaseDraft",
    "accept",
    "approve",
    "ask",
    "assess",
    "carry_out",
    "close_campaign",
    "decline",
    "looked_at",
    "offer",
    "open_campaign",
    "override",
    "publish",
    "quote",
    "read",
    "refresh",
    "refuse",
    "schedule",
    "tell_next_group",
    "verify",
]
