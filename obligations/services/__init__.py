"""What can be done with obligations."""

from obligations.services.adjusting import let_go, set_wanted
from obligations.services.fulfilling import fitting, meet_for
from obligations.services.owing import Owed, meet, meet_by_hand, owe, waive
from obligations.services.planning import plan
from obligations.services.watching import watch_next_batch

__all__ = [
    "Owed",
    "fitting",
    "let_go",
    "meet",
    "meet_by_hand",
    "meet_for",
    "owe",
    "plan",
    "set_wanted",
    "waive",
    "watch_next_batch",
]
