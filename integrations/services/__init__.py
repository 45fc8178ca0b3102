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
from integrations.services.outcomes import forget_next_deliveries

__all__ = [
    "change_endpoint",
    "create_endpoint",
    "deliver",
    "forget_next_deliveries",
    "pause",
    "replay",
    "replay_lost",
    "resume",
    "rotate",
    "send_test",
]
