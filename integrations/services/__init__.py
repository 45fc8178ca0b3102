"""What happens to endpoints and deliveries."""

from integrations.services.delivery import deliver
from integrations.services.endpoints import (
    change_endpoint,
    create_endpoint,
    pause,
    replay,
    replay_lost,
    resume,
    rotate,
    send_test,
)  # fmt: skip
from integrations.services.numbering import forget_next_changes, number_next_changes
from integrations.services.outcomes import forget_next_deliveries

__all__ = [
    "change_endpoint",
    "create_endpoint",
    "deliver",
    "forget_next_changes",
    "forget_next_deliveries",
    "number_next_changes",
    "pause",
    "replay",
    "replay_lost",
    "resume",
    "rotate",
    "send_test",
]
