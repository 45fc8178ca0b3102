"""What happens to connections and to what is exchanged."""

from peers.services.comparing import begin_comparisons, compare_now, mend
from peers.services.connections import (
    change_connection,
    create_connection,
    map_values,
    new_hook_secret,
    nudged,
    pause,
    resume,
    retry,
    send_ticket,
    skip,
)  # fmt: skip
from peers.services.forgetting import forget_next
from peers.services.serving import exchange
from peers.services.subscribing import pushed, subscribe_next, told
from peers.services.trying import received, sent

__all__ = [
    "begin_comparisons",
    "change_connection",
    "compare_now",
    "create_connection",
    "exchange",
    "forget_next",
    "map_values",
    "mend",
    "new_hook_secret",
    "nudged",
    "pause",
    "pushed",
    "received",
    "resume",
    "retry",
    "send_ticket",
    "sent",
    "skip",
    "subscribe_next",
    "told",
]
