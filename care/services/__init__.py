"""What can be done with calls."""

from care.services.arranging import NewCall, arrange, call_about, set_quota
from care.services.considering import consider_next_batch
from care.services.ending import Conclusion, ItemSaid, conclude
from care.services.following import heard
from care.services.planning import by_visit, plan_next_batch
from care.services.scripts import load_script, load_shipped
from care.services.trying import attempt, send_again, write_off
from care.services.watching import watch_next_batch
from care.services.working import claim, drop, hand_over, hold_customer, keep_draft, release

__all__ = [
    "Conclusion",
    "ItemSaid",
    "NewCall",
    "arrange",
    "attempt",
    "by_visit",
    "call_about",
    "claim",
    "conclude",
    "consider_next_batch",
    "drop",
    "hand_over",
    "heard",
    "hold_customer",
    "keep_draft",
    "load_script",
    "load_shipped",
    "plan_next_batch",
    "release",
    "send_again",
    "set_quota",
    "watch_next_batch",
    "write_off",
]
