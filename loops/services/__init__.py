"""Everything that can be done with what a customer said; used through the module: ``services.agree(loop, actor=…, at=…)``."""

from loops.services.asking import answer, ask, watch_next_batch
from loops.services.going import agree, carry_out, concern, disagree, look_into, not_satisfied, request_close, satisfied, tell, withdraw
from loops.services.opening import Said, adopt_next_batch, heard, open_loop
from loops.services.reminding import remind_next_batch
from loops.services.steps import check_side

__all__ = [
    "Said",
    "adopt_next_batch",
    "agree",
    "answer",
    "ask",
    "carry_out",
    "check_side",
    "concern",
    "disagree",
    "heard",
    "look_into",
    "not_satisfied",
    "open_loop",
    "remind_next_batch",
    "request_close",
    "satisfied",
    "tell",
    "watch_next_batch",
    "withdraw",
]
